//! Orders, between a page and the API: whose token, and what to say of the answer.

use leptos::prelude::use_context;
use leptos_logto::{
    AuthError, TokenRefusal,
    server::{Audience, Auth, Called, OrganizationId, call_api},
};
use url::form_urlencoded::Serializer;

use super::orders_api::{Answer, OrdersApi, is_order_id};
use crate::{
    orders::{Call, Flaws, Listed, Trouble},
    paths,
};

/// What was typed comes back to the form, but not all of a novel.
const LONGEST_ECHO: usize = 200;

/// The orders of the person, or of an organization: the newest, or those before one of them.
pub(crate) async fn list(
    auth: &Auth,
    organization: Option<&str>,
    before: Option<&str>,
) -> Result<Result<Listed, Trouble>, AuthError> {
    let (api, organization) = match desk(organization) {
        Ok(desk) => desk,
        Err(trouble) => return Ok(Err(trouble)),
    };
    let before = before.filter(|id| is_order_id(id));
    let call = |token| api.list(token, organization.as_ref(), before);
    let audience = audience(&api, organization.clone());
    let called = call_api(auth, audience, call, Answer::is_refused_token).await?;
    Ok(match called {
        Ok(Called { answer, again }) => answer.listed(again),
        Err(refusal) => Err(Trouble::NoToken(refusal)),
    })
}

/// Places an order for the person, or for an organization.
pub(crate) async fn place(
    auth: &Auth,
    organization: Option<&str>,
    item: &str,
    quantity: &str,
) -> Result<Result<(Call, String), Trouble>, AuthError> {
    let (api, organization) = match desk(organization) {
        Ok(desk) => desk,
        Err(trouble) => return Ok(Err(trouble)),
    };
    let Ok(quantity) = quantity.trim().parse() else {
        let flaws = Flaws {
            item: false,
            quantity: true,
        };
        return Ok(Err(Trouble::Invalid(flaws)));
    };
    let call = |token| api.place(token, organization.as_ref(), item.trim(), quantity);
    let audience = audience(&api, organization.clone());
    let called = call_api(auth, audience, call, Answer::is_refused_token).await?;
    Ok(match called {
        Ok(Called { answer, again }) => answer.placed(again),
        Err(refusal) => Err(Trouble::NoToken(refusal)),
    })
}

/// The API, and whose orders are meant.
fn desk(organization: Option<&str>) -> Result<(OrdersApi, Option<OrganizationId>), Trouble> {
    let api = use_context::<OrdersApi>().ok_or(Trouble::NotConfigured)?;
    let named = organization.filter(|id| !id.is_empty()).map(str::parse);
    let organization = named
        .transpose()
        .map_err(|_| Trouble::NoToken(TokenRefusal::NotMember))?;
    Ok((api, organization))
}

fn audience(api: &OrdersApi, organization: Option<OrganizationId>) -> Audience {
    let resource = api.resource().to_owned();
    match organization {
        None => Audience::Resource(resource),
        Some(organization) => Audience::OrganizationResource {
            organization,
            resource,
        },
    }
}

/// The page of orders, told what came of an order. [`Told`](crate::orders::Told) reads it.
pub(crate) fn page(
    organization: Option<&str>,
    item: &str,
    quantity: &str,
    outcome: &Result<(Call, String), Trouble>,
) -> String {
    let start = format!("{}?", paths::ORDERS);
    let length = start.len();
    let mut query = Serializer::for_suffix(start, length);
    let organization = organization.map(str::parse::<OrganizationId>);
    if let Some(Ok(organization)) = organization {
        query.append_pair("organization", organization.as_str());
    }
    let call = match outcome {
        Ok((call, id)) => {
            query.append_pair("placed", id);
            Some(call)
        }
        Err(trouble) => {
            for (name, typed) in [("item", item), ("quantity", quantity)] {
                let typed: String = typed.chars().take(LONGEST_ECHO).collect();
                query.append_pair(name, &typed);
            }
            query.append_pair("trouble", trouble.name());
            append(&mut query, trouble)
        }
    };
    if let Some(call) = call {
        query.append_pair("status", &call.status.to_string());
        query.append_pair("ms", &call.milliseconds.to_string());
        if call.again {
            query.append_pair("again", "true");
        }
    }
    query.finish()
}

/// What there is to say about trouble, and the call that it came of.
fn append<'a>(query: &mut Serializer<'_, String>, trouble: &'a Trouble) -> Option<&'a Call> {
    match trouble {
        Trouble::Refused { call, missing } => {
            for scope in missing {
                query.append_pair("missing", scope);
            }
            Some(call)
        }
        Trouble::Invalid(flaws) => {
            for (name, is_wrong) in [("item", flaws.item), ("quantity", flaws.quantity)] {
                if is_wrong {
                    query.append_pair("wrong", name);
                }
            }
            None
        }
        Trouble::TooMany(call) => Some(call),
        Trouble::Failed(call) => call.as_ref(),
        Trouble::NotConfigured | Trouble::NoToken(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use leptos_router::params::ParamsMap;
    use url::Url;

    use super::*;
    use crate::orders::Told;

    fn call(status: u16) -> Call {
        Call {
            method: "POST".into(),
            path: "/shop/orders".into(),
            status,
            milliseconds: 13,
            again: false,
        }
    }

    fn told(organization: Option<&str>, outcome: &Result<(Call, String), Trouble>) -> Told {
        let page = page(organization, "Coffee & cake?", "two", outcome);
        assert!(page.is_ascii() && page.starts_with("/orders?"), "{page}");
        let url = Url::parse("http://localhost/")
            .unwrap()
            .join(&page)
            .unwrap();
        let mut query = ParamsMap::new();
        for (name, value) in url.query_pairs() {
            query.insert(name.into_owned(), value.into_owned());
        }
        Told::read(&query)
    }

    #[test]
    fn the_page_is_told_that_an_order_was_placed() {
        let told = told(Some("asl5guymvnj4"), &Ok((call(201), "o-1".into())));
        assert_eq!(told.organization.as_deref(), Some("asl5guymvnj4"));
        assert_eq!(told.placed.as_deref(), Some("o-1"));
        assert_eq!((told.status, told.milliseconds), (Some(201), Some(13)));
        assert_eq!((told.item.as_str(), told.quantity.as_str()), ("", ""));
        assert_eq!(told.trouble, None);
    }

    #[test]
    fn a_refusal_gives_back_what_was_typed_and_says_what_is_missing() {
        let missing = vec!["write:orders".to_owned(), "evil words".to_owned()];
        let call = call(403);
        let told = told(Some(""), &Err(Trouble::Refused { call, missing }));
        assert_eq!(told.organization, None);
        assert_eq!(
            (told.item.as_str(), told.quantity.as_str()),
            ("Coffee & cake?", "two")
        );
        assert_eq!(told.trouble.as_deref(), Some("refused"));
        assert_eq!(told.missing, ["write:orders"], "a link names no others");
        assert_eq!(told.status, Some(403));
    }

    #[test]
    fn a_flaw_is_told_by_its_field() {
        let flaws = Flaws {
            item: true,
            quantity: false,
        };
        let told = told(None, &Err(Trouble::Invalid(flaws)));
        assert_eq!(
            (told.trouble.as_deref(), told.wrong),
            (Some("invalid"), flaws)
        );
        assert_eq!((told.status, told.placed), (None, None));
    }
}
