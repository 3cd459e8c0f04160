//! Orders, between a page and the API: whose token, and what to say of the answer.

use std::time::Duration;

use leptos::prelude::use_context;
use leptos_logto::{
    AuthError, TokenRefusal,
    server::{Audience, Auth, Called, OrganizationId, call_api, is_invisible, remember_for, take},
};
use url::form_urlencoded::Serializer;

use super::orders_api::{Answer, OrdersApi, is_order_id};
use crate::{
    orders::{Flaws, LARGEST_QUANTITY, LONGEST_ITEM, Listed, PLACES_ORDERS, Placed, Told, Trouble},
    paths,
};

/// What was typed comes back to the form, but not all of a novel.
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
) -> Result<(Result<Listed, Trouble>, bool), AuthError> {
    let (api, organization) = match desk(organization) {
        Ok(desk) => desk,
        Err(trouble) => return Ok((Err(trouble), false)),
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
        Err(refusal) => (Err(Trouble::NoToken(refusal)), false),
    })
}

/// Places an order for the person, or for an organization.
pub(crate) async fn place(
    auth: &Auth,
    organization: Option<&str>,
    item: &str,
    quantity: &str,
) -> Result<Result<Placed, Trouble>, AuthError> {
    let (api, organization) = match desk(organization) {
        Ok(desk) => desk,
        Err(trouble) => return Ok(Err(trouble)),
    };
    let item = trimmed(item);
    let quantity = match read(item, quantity) {
        Ok(quantity) => quantity,
        Err(flaws) => return Ok(Err(Trouble::Invalid(flaws))),
    };
    let call = |token| api.place(token, organization.as_ref(), item, quantity);
    let audience = audience(&api, organization.clone());
    let called = call_api(auth, audience, call, Answer::is_refused_token).await?;
    Ok(match called {
        Ok(Called {
            answer, retried, ..
        }) => answer.placed(retried),
        Err(refusal) => Err(Trouble::NoToken(refusal)),
    })
}

/// The quantity, if the API can be called with what was typed. If not, every field that the API would refuse is named, as it does
/// itself.
fn read(item: &str, quantity: &str) -> Result<u32, Flaws> {
    let number = quantity.trim().parse::<u32>().ok();
    let number = number.filter(|number| (1..=LARGEST_QUANTITY).contains(number));
    let flaws = Flaws {
        item: !(1..=LONGEST_ITEM).contains(&item.chars().count()),
        quantity: number.is_none(),
    };
    number.filter(|_| !flaws.item).ok_or(flaws)
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

/// The page of orders, told what came of an order. [`told`] reads it.
pub(crate) fn page(
    auth: &Auth,
    organization: Option<&str>,
    item: &str,
    quantity: &str,
    outcome: Result<Placed, Trouble>,
) -> String {
    let start = format!("{}?", paths::ORDERS);
    let length = start.len();
    let mut query = Serializer::for_suffix(start, length);
    let id = organization.and_then(|id| id.parse::<OrganizationId>().ok());
    let id = id.as_ref().map(OrganizationId::as_str);
    if let Some(id) = id {
        query.append_pair("organization", id);
    }
    let again = |typed: &str| match outcome {
        Ok(_) => String::new(),
        Err(_) => typed.chars().take(LONGEST_ECHO).collect(),
    };
    if let Ok(placed) = &outcome {
        remember_for(PLACED, &placed.id, PLACED_LASTS);
    }
    let told = Told {
        item: again(item),
        quantity: again(quantity),
        outcome,
    };
    if let Some(note) = auth.seal_note(&matter(id), &told) {
        query.append_pair("told", &note);
    }
    query.finish()
}

/// What the address of the page tells, if it was made here and in this session. That an order was placed is told once: who
/// reloads the page has placed no other.
pub(crate) fn told(auth: &Auth, organization: Option<&str>, note: Option<&str>) -> Option<Told> {
    let told: Told = auth.open_note(&matter(organization), note?)?;
    match &told.outcome {
        Ok(placed) => (take(PLACED).as_deref() == Some(placed.id.as_str())).then_some(told),
        Err(_) => Some(told),
    }
}

/// The matter of a note that tells what came of an order: it says nothing on the page of another organization.
fn matter(organization: Option<&str>) -> String {
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
        let flaws = |item, quantity| Err(Flaws { item, quantity });
        let long = "x".repeat(LONGEST_ITEM + 1);
        for (item, quantity, expected) in [
            ("Tea", " 12 ", Ok(12)),
            ("Tea", "0", flaws(false, true)),
            ("", "1000", flaws(true, false)),
            ("", "1001", flaws(true, true)),
            ("", "1.5", flaws(true, true)),
            (&long, "", flaws(true, true)),
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
