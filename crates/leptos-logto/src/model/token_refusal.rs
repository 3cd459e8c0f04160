use serde::{Deserialize, Serialize};

/// Why there is no token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TokenRefusal {
    /// The person is not in that organization, or there is none: Logto does not say which, and
    /// neither does the page.
    NotMember,
    /// The API was not requested at sign-in.
    NotAskedFor,
    /// Organizations were not requested at sign-in.
    NoOrganizations,
    /// The requested scopes were not granted at the sign-in. Holds those that this application
    /// offers, so that no link can put text here.
    BeyondGrant(Vec<String>),
    /// The person has switched these off.
    SwitchedOff(Vec<String>),
    /// Logto does not answer.
    Unavailable,
}
