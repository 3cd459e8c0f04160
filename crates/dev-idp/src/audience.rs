//! The audience of an access token.

use crate::{call::Call, refusal::Refusal, state::Standing};

/// The audience of an access token.
#[derive(Debug, PartialEq)]
pub(crate) enum Audience {
    /// The provider itself: an opaque token.
    Provider,
    Resource {
        indicator: String,
        organization: Option<String>,
    },
    Organization(String),
}

impl Audience {
    /// From the `resource` of a token request. Naming two is no error, and gets an opaque token. Naming none gets one
    /// too, except when `openid` is not among the scopes and the grant has exactly one resource: then it is that.
    pub(crate) fn of(call: &Call, standing: &Standing, scopes: &[String]) -> Result<Self, Refusal> {
        let asked: Vec<&str> = call.body.all("resource").collect();
        if asked
            .iter()
            .any(|asked| !standing.resources.iter().any(|held| held == asked))
        {
            return Err(Refusal::invalid_target(
                "resource indicator is missing, or unknown",
            ));
        }
        let indicator = match (asked.as_slice(), standing.resources.as_slice()) {
            ([one], _) => (*one).to_owned(),
            ([], [one]) if !scopes.iter().any(|scope| scope == "openid") => one.clone(),
            _ => return Ok(Self::Provider),
        };
        Ok(Self::Resource {
            indicator,
            organization: None,
        })
    }
}
