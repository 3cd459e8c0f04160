//! Orders, between a page and the API: the access token for a call, and the notice about its result.

use std::time::Duration;

use leptos::prelude::use_context;
use leptos_logto::{
    AuthError, TokenRefusal,
    server::{Audience, Auth, Called, OrganizationId, call_api, is_invisible, remember_for, take},
};
use url::form_urlencoded::Serializer;

use super::shop_client::{Answer, ShopClient, is_order_id};
use crate::{
    orders::{
        ApiAnswer, InvalidFields, LARGEST_QUANTITY, LONGEST_ITEM, Listed, Notice, OrderError,
        PLACES_ORDERS, Placed,
    },
    paths,
};

/// The longest typed value that comes back to the form, in characters.
const LONGEST_ECHO: usize = 200;

/// The cookie with the id of the order that was placed last, until the page has said so.
const PLACED: &str = "placed";
const PLACED_LASTS: Duration = Duration::from_mins(5);

/// The orders of the person, or of an organization: the newest, or those before one of them. And whether the token they came
/// by lets the person place one.
pub(crate) async fn list(
    auth: &Auth,
    organization: Option<&str>,
    before: Option<&str>,
) -> Result<(Result<Listed, OrderError>, bool), AuthError> {
    let (api, organization) = match client_for(organization) {
        Ok(client) => client,
        Err(error) => return Ok((Err(error), false)),
    };
    let before = before.filter(|id| is_order_id(id));
    let call = |token| api.list(token, organization.as_ref(), before);
    let audience = audience(&api, organization.clone());
    let called = call_api(auth, audience, call, Answer::is_refused_token).await?;
    Ok(match called {
        Ok(called) => {
            let may_place = called.scope.contains(PLACES_ORDERS);
            (called.answer.listed(called.retried), may_place)
        }
        Err(refusal) => (Err(OrderError::NoToken(refusal)), false),
    })
}

/// The answer to a request for the newest orders, whatever its status.
pub(crate) async fn call(
    auth: &Auth,
    organization: Option<&str>,
) -> Result<Result<ApiAnswer, OrderError>, AuthError> {
    let (api, organization) = match client_for(organization) {
        Ok(client) => client,
        Err(error) => return Ok(Err(error)),
    };
    let call = |token| api.list(token, organization.as_ref(), None);
    let audience = audience(&api, organization.clone());
    let called = call_api(auth, audience, call, Answer::is_refused_token).await?;
    Ok(match called {
        Ok(called) => called.answer.shown(called.retried),
        Err(refusal) => Err(OrderError::NoToken(refusal)),
    })
}

/// Places an order for the person, or for an organization.
pub(crate) async fn place(
    auth: &Auth,
    organization: Option<&str>,
    item: &str,
    quantity: &str,
) -> Result<Result<Placed, OrderError>, AuthError> {
    let (api, organization) = match client_for(organization) {
        Ok(client) => client,
        Err(error) => return Ok(Err(error)),
    };
    let item = trimmed(item);
    let quantity = match read(item, quantity) {
        Ok(quantity) => quantity,
        Err(invalid) => return Ok(Err(OrderError::Invalid(invalid))),
    };
    let call = |token| api.place(token, organization.as_ref(), item, quantity);
    let audience = audience(&api, organization.clone());
    let called = call_api(auth, audience, call, Answer::is_refused_token).await?;
    Ok(match called {
        Ok(Called {
            answer, retried, ..
        }) => answer.placed(retried),
        Err(refusal) => Err(OrderError::NoToken(refusal)),
    })
}

/// The quantity, if the API can be called with what was typed. If not, every field that the API would refuse is named, as it does
/// itself.
fn read(item: &str, quantity: &str) -> Result<u32, InvalidFields> {
    let number = quantity.trim().parse::<u32>().ok();
    let number = number.filter(|number| (1..=LARGEST_QUANTITY).contains(number));
    let invalid = InvalidFields {
        item: !(1..=LONGEST_ITEM).contains(&item.chars().count()),
        quantity: number.is_none(),
    };
    number.filter(|_| !invalid.item).ok_or(invalid)
}

/// A name without what shows nothing before it, and without blanks after it; empty when it shows nothing at all.
fn trimmed(item: &str) -> &str {
    item.trim_start_matches(is_invisible).trim_end()
}

/// A quantity with its full-width digits, as Japanese keyboards write them, in ASCII.
pub(crate) fn in_ascii_digits(quantity: &str) -> String {
    let digit = |letter: char| match letter {
        '０'..='９' => char::from_u32(u32::from(letter) - u32::from('０') + u32::from('0')),
        _ => None,
    };
    let letters = quantity.chars();
    letters
        .map(|letter| digit(letter).unwrap_or(letter))
        .collect()
}

/// The client of the API, and the organization if the orders are those of one.
fn client_for(
    organization: Option<&str>,
) -> Result<(ShopClient, Option<OrganizationId>), OrderError> {
    let api = use_context::<ShopClient>().ok_or(OrderError::NotConfigured)?;
    let named = organization.filter(|id| !id.is_empty()).map(str::parse);
    let organization = named
        .transpose()
        .map_err(|_| OrderError::NoToken(TokenRefusal::NotMember))?;
    Ok((api, organization))
}

fn audience(api: &ShopClient, organization: Option<OrganizationId>) -> Audience {
    let resource = api.resource().to_owned();
    match organization {
        None => Audience::Resource(resource),
        Some(organization) => Audience::OrganizationResource {
            organization,
            resource,
        },
    }
}

/// The address of the page of orders, with a notice about an order. [`open_notice`] reads it.
pub(crate) fn page(
    auth: &Auth,
    organization: Option<&str>,
    item: &str,
    quantity: &str,
    outcome: Result<Placed, OrderError>,
) -> String {
    let start = format!("{}?", paths::ORDERS);
    let length = start.len();
    let mut query = Serializer::for_suffix(start, length);
    let id = organization.and_then(|id| id.parse::<OrganizationId>().ok());
    let id = id.as_ref().map(OrganizationId::as_str);
    if let Some(id) = id {
        query.append_pair("organization", id);
    }
    let echo = |typed: &str| match outcome {
        Ok(_) => String::new(),
        Err(_) => typed.chars().take(LONGEST_ECHO).collect(),
    };
    if let Ok(placed) = &outcome {
        remember_for(PLACED, &placed.id, PLACED_LASTS);
    }
    let notice = Notice {
        item: echo(item),
        quantity: echo(quantity),
        outcome,
    };
    if let Some(note) = auth.seal_note(&note_subject(id), &notice) {
        query.append_pair("notice", &note);
    }
    query.finish()
}

/// The notice in the address of the page, if it was sealed here and in this session. That an order was placed is shown once: a
/// reload of the page places no other.
pub(crate) fn open_notice(
    auth: &Auth,
    organization: Option<&str>,
    note: Option<&str>,
) -> Option<Notice> {
    let notice: Notice = auth.open_note(&note_subject(organization), note?)?;
    match &notice.outcome {
        Ok(placed) => (take(PLACED).as_deref() == Some(placed.id.as_str())).then_some(notice),
        Err(_) => Some(notice),
    }
}

/// The subject that the notice about an order is sealed for: it does not open on the page of another organization.
fn note_subject(organization: Option<&str>) -> String {
    format!("order {}", organization.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_digits_are_digits() {
        assert_eq!(in_ascii_digits("１２"), "12");
        assert_eq!(in_ascii_digits("1０ 0"), "10 0");
        assert_eq!(in_ascii_digits("一二"), "一二");
    }

    #[test]
    fn every_field_that_is_wrong_is_named() {
        let invalid = |item, quantity| Err(InvalidFields { item, quantity });
        let long = "x".repeat(LONGEST_ITEM + 1);
        for (item, quantity, expected) in [
            ("Tea", " 12 ", Ok(12)),
            ("Tea", "0", invalid(false, true)),
            ("", "1000", invalid(true, false)),
            ("", "1001", invalid(true, true)),
            ("", "1.5", invalid(true, true)),
            (&long, "", invalid(true, true)),
        ] {
            assert_eq!(read(item, quantity), expected, "{item} {quantity}");
        }
    }

    #[test]
    fn what_shows_nothing_is_no_item() {
        for item in ["", " ", "\u{200b}", "\u{3164}\u{3000}", "\u{2060} \u{0}"] {
            assert_eq!(trimmed(item), "", "{item:?}");
        }
        assert_eq!(trimmed(" \u{200b}Tea\u{3000}"), "Tea");
        assert_eq!(trimmed("❤\u{fe0f}"), "❤\u{fe0f}");
    }
}
