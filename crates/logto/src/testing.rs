//! What the unit tests share with the tests over HTTP.

pub(crate) mod facts;
#[path = "../tests/support/signer.rs"]
pub(crate) mod signer;

use serde_json::Value;

use crate::config::RemoteConfig;
use crate::discovery::ProviderMetadata;
use crate::message::Answer;

pub(crate) fn answer(status: u16, body: &Value) -> Answer {
    Answer {
        status,
        content_type: "application/json".to_owned(),
        retry_after: None,
        body: body.to_string().into_bytes(),
    }
}

/// The recorded provider.
pub(crate) fn provider() -> ProviderMetadata {
    let answer = answer(200, &facts::facts("discovery"));
    crate::discovery::read(&answer, &remote_config("http://localhost:3301/oidc")).unwrap()
}

/// How a provider of that name is reached, with every default.
pub(crate) fn remote_config(issuer: &str) -> RemoteConfig {
    RemoteConfig {
        issuer: issuer.to_owned(),
        ..crate::config::tests::recorded().remote()
    }
}
