use std::convert::Infallible;

use axum::{extract::FromRequestParts, http::request::Parts};

use crate::{error::ProblemReason, return_to::ReturnTo};

/// The query of the problem page: why a sign-in failed, and where a new one leads. An extractor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProblemQuery {
    /// Why; `None` when the address names none that there is.
    pub reason: Option<ProblemReason>,
    /// The page the sign-in was for.
    pub return_to: ReturnTo,
}

impl ProblemQuery {
    /// Reads a query string. Nothing in it is shown as text: a link must not make the page say
    /// anything.
    #[must_use]
    pub fn parse(query: &str) -> Self {
        let find = |name: &str| {
            let mut pairs = url::form_urlencoded::parse(query.as_bytes());
            pairs.find_map(|(found, value)| (found == name).then_some(value))
        };
        Self {
            reason: find("reason").and_then(|reason| reason.parse().ok()),
            return_to: find("return_to")
                .map(|page| ReturnTo::parse(&page))
                .unwrap_or_default(),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for ProblemQuery {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self::parse(parts.uri.query().unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_that_the_flow_writes_is_read() {
        let query = ProblemQuery::parse("reason=too-large&return_to=%2Forders%3Fpage%3D2");
        assert_eq!(query.reason, Some(ProblemReason::TooLarge));
        assert_eq!(query.return_to.as_str(), "/orders?page=2");
    }

    /// CB-15, RD-04
    #[test]
    fn what_the_flow_does_not_write_is_left_out() {
        for query in [
            "",
            "reason=%3Cb%3E",
            "reason=&return_to=//evil.example",
            "a",
        ] {
            let query = ProblemQuery::parse(query);
            assert_eq!((query.reason, query.return_to.as_str()), (None, "/"));
        }
    }
}
