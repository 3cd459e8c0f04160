//! What the unit tests share with the tests over HTTP.

#[path = "../tests/support/facts.rs"]
pub(crate) mod facts;
#[path = "../tests/support/signer.rs"]
pub(crate) mod signer;

use serde_json::Value;

use crate::Provider;
use crate::message::Answer;

pub(crate) fn answer(status: u16, body: &Value) -> Answer {
    Answer {
        status,
        content_type: "application/json".to_owned(),
        body: body.to_string().into_bytes(),
    }
}

/// The recorded provider.
pub(crate) fn provider() -> Provider {
    let answer = answer(200, &facts::facts("discovery"));
    crate::discovery::read(&answer, "http://localhost:3301/oidc").unwrap()
}
