use serde::{Deserialize, Serialize};

/// The organizations a person is in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organizations {
    /// Each of them.
    pub list: Vec<Organization>,
    /// The identity provider did not say their names, so only what the ID token has is shown.
    pub names_unavailable: bool,
    /// The scope that lists organizations was not granted, so none could be listed.
    pub scope_missing: bool,
}

/// An organization, as the ID token and userinfo tell of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organization {
    /// Its id.
    pub id: String,
    /// Its name, from userinfo.
    pub name: Option<String>,
    /// Its description, from userinfo.
    pub description: Option<String>,
    /// The person's roles in it.
    pub roles: Vec<String>,
}
