use serde::{Deserialize, Serialize};

/// A moment, ready to be shown by [`Time`](crate::Time). The server makes it: [`server::moment`](crate::server::moment).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// In words of the page's language, in UTC.
    pub words: String,
    /// As RFC 3339 has it, for programs.
    pub machine: String,
    /// The number that was sent, with its unit: `1795331168755 ms`.
    pub exact: String,
}
