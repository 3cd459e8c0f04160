use serde::{Deserialize, Serialize};

use crate::json::parse_names;

/// Whether somebody gets what they want, as the server judges it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Access {
    /// They do.
    Granted,
    /// Nobody is signed in.
    SignedOut,
    /// There is nothing for them here: no such organization, or they are not a member. Which one it is, nobody is told.
    NotFound,
    /// They lack what is required.
    Forbidden,
    /// It is not known, because somebody does not answer. Never to be shown as a refusal.
    Unavailable,
}

parse_names!(Access {
    Granted,
    SignedOut,
    NotFound,
    Forbidden,
    Unavailable,
});
