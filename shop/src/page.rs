//! Pagination of a list.

use axum::{
    extract::FromRequestParts,
    http::{StatusCode, request},
};
use url::form_urlencoded;
use uuid::Uuid;

use crate::problem::{FieldError, Problem};

const USUAL: u32 = 20;
const LARGEST: u32 = 100;

/// The page of a list that a query asks for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Page {
    /// How many orders at most.
    pub limit: u32,
    /// Only orders older than this one, which need not be there any more.
    pub before: Option<Uuid>,
}

impl Page {
    /// Reads the query. Parameters it does not know are ignored.
    fn read(query: &str) -> Result<Self, Vec<FieldError>> {
        let mut page = Self {
            limit: USUAL,
            before: None,
        };
        let mut errors = Vec::new();
        let mut seen = Vec::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let (name, right) = match &*name {
                "limit" => ("limit", limit(&value).map(|limit| page.limit = limit)),
                "before" => ("before", id(&value).map(|id| page.before = Some(id))),
                _ => continue,
            };
            if right.is_none() || seen.contains(&name) {
                errors.push(FieldError::new(
                    name,
                    if name == "limit" {
                        "must be a whole number from 1 to 100, once"
                    } else {
                        "must be the id of an order, once"
                    },
                ));
            }
            seen.push(name);
        }
        if errors.is_empty() {
            Ok(page)
        } else {
            Err(errors)
        }
    }
}

fn limit(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let limit = digits.then(|| text.parse().ok()).flatten();
    limit.filter(|limit| (1..=LARGEST).contains(limit))
}

/// An id as it is written here, which is one of the ways that `uuid` reads.
pub fn id(text: &str) -> Option<Uuid> {
    let id = Uuid::try_parse(text).ok()?;
    id.hyphenated()
        .to_string()
        .eq_ignore_ascii_case(text)
        .then_some(id)
}

impl<S: Send + Sync> FromRequestParts<S> for Page {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut request::Parts, _state: &S) -> Result<Self, Problem> {
        Self::read(parts.uri.query().unwrap_or_default()).map_err(|errors| {
            let detail = "A parameter of the query is not usable.";
            Problem::new(StatusCode::BAD_REQUEST, detail).with(errors)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "019a5f00-0000-7000-8000-000000000001";

    #[test]
    fn a_query_says_how_much_and_from_where() {
        let all = Page {
            limit: 20,
            before: None,
        };
        for query in ["", "&", "other=1&other=2", "access_token=x"] {
            assert_eq!(Page::read(query), Ok(all), "{query}");
        }
        assert_eq!(Page::read("limit=100").unwrap().limit, 100);
        assert_eq!(Page::read("limit=007").unwrap().limit, 7);
        let page = Page::read(&format!("before={ID}&limit=1")).unwrap();
        assert_eq!(
            (page.limit, page.before.unwrap().to_string()),
            (1, ID.into())
        );
    }

    #[test]
    fn what_is_no_number_and_no_id_is_said_by_the_name_of_its_parameter() {
        for query in [
            "limit=0",
            "limit=101",
            "limit=",
            "limit=-1",
            "limit=+1",
            "limit=1.0",
            "limit=%20%31",
            "limit=99999999999999999999",
            "limit=１",
            "limit=1&limit=2",
        ] {
            let errors = Page::read(query).unwrap_err();
            assert_eq!(errors[0].pointer, "limit", "{query}");
        }
        for before in [
            "",
            "x",
            "019a5f00000070008000000000000001",
            "urn:uuid:019a5f00-0000-7000-8000-000000000001",
        ] {
            let errors = Page::read(&format!("before={before}")).unwrap_err();
            assert_eq!(errors[0].pointer, "before", "{before}");
        }
    }
}
