//! The log of requests, for the assertions of tests.

/// One request the provider got. Values are not kept: they hold secrets.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Request {
    /// The method, as `POST`.
    pub method: String,
    /// The path without its query, as `/oidc/token`.
    pub path: String,
    /// The names of its query and form parameters, in the order they came.
    pub parameters: Vec<String>,
}
