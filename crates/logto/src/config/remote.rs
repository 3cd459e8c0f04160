//! The part of a configuration that both the client and the resource server have.

use url::Url;

use crate::algorithm::SigningAlgorithm;
use crate::connection::Connection;

/// How the provider is reached, and how its answers are read.
#[derive(Clone, Debug)]
pub(crate) struct RemoteConfig {
    pub(crate) issuer: String,
    /// What a token may be signed with; `None` for what the provider announces.
    pub(crate) algorithms: Option<Vec<SigningAlgorithm>>,
    pub(crate) connection: Connection,
}

/// The endpoint without its last slash, then `/oidc`.
pub(crate) fn issuer(endpoint: &Url) -> String {
    format!("{}/oidc", endpoint.as_str().trim_end_matches('/'))
}
