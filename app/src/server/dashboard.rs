//! What the access tokens of a person come to, in a few facts.

use leptos_logto::TokenRefusal;
use leptos_logto_panels::{AccessTokenCard, Api};

use crate::dashboard::Attention;

/// How many seconds are left until the first of the tokens expires.
pub(crate) fn next_expiry(cards: &[AccessTokenCard]) -> Option<u32> {
    let tokens = cards.iter().filter_map(|card| card.outcome.as_ref().ok());
    tokens.map(|token| token.left).min()
}

/// What needs attention: that Logto does not answer, an address that is not verified, and what was requested and not granted,
/// of `missing` scopes and of the permissions of each API.
pub(crate) fn attention(
    cards: &[AccessTokenCard],
    missing: Vec<String>,
    email_verified: Option<bool>,
) -> Vec<Attention> {
    let is_down = |card: &AccessTokenCard| card.outcome == Err(TokenRefusal::Unavailable);
    let down = cards.iter().any(is_down).then_some(Attention::Unavailable);
    let email = (email_verified == Some(false)).then_some(Attention::EmailNotVerified);
    let permissions = cards
        .iter()
        .filter_map(|card| match (&card.api, &card.outcome) {
            (Api::Resource(resource), Ok(token)) => {
                Some((Some(resource.clone()), token.withheld.clone()))
            }
            _ => None,
        });
    let not_granted = std::iter::once((None, missing)).chain(permissions);
    let not_granted = not_granted
        .filter(|(_, scopes)| !scopes.is_empty())
        .map(|(resource, scopes)| Attention::NotGranted { resource, scopes });
    down.into_iter().chain(email).chain(not_granted).collect()
}

#[cfg(test)]
mod tests {
    use leptos_logto::Moment;
    use leptos_logto_panels::AccessTokenClaims;

    use super::*;

    const SHOP: &str = "https://shop.example/api";

    fn moment(text: &str) -> Moment {
        Moment {
            text: text.into(),
            machine: String::new(),
            exact: String::new(),
            to_the_minute: true,
        }
    }

    fn token(left: u32, withheld: &[&str]) -> AccessTokenClaims {
        AccessTokenClaims {
            audience: None,
            granted: Vec::new(),
            withheld: withheld.iter().map(ToString::to_string).collect(),
            issued: moment("06:00"),
            expires: moment("07:00"),
            lifetime: 3600,
            left,
            kept: true,
            rest: Vec::new(),
        }
    }

    fn card(api: Api, outcome: Result<AccessTokenClaims, TokenRefusal>) -> AccessTokenCard {
        AccessTokenCard {
            api,
            organization: None,
            permissions: Vec::new(),
            switched_off: Vec::new(),
            narrowed: String::new(),
            chosen: false,
            outcome,
        }
    }

    fn shop() -> Api {
        Api::Resource(SHOP.into())
    }

    #[test]
    fn the_first_token_to_expire_is_the_one_with_the_least_time_left() {
        assert_eq!(next_expiry(&[]), None);
        let cards = [
            card(Api::Logto, Ok(token(3600, &[]))),
            card(shop(), Ok(token(1800, &[]))),
            card(shop(), Err(TokenRefusal::NotMember)),
        ];
        assert_eq!(next_expiry(&cards), Some(1800));
    }

    #[test]
    fn what_was_requested_and_not_granted_needs_attention() {
        let read = vec!["read:orders".to_owned()];
        // What Logto's own token lacks is among the scopes already.
        let cards = [
            card(Api::Logto, Ok(token(1, &["phone"]))),
            card(shop(), Ok(token(1, &["read:orders"]))),
        ];
        let found = attention(&cards, vec!["phone".to_owned()], Some(false));
        let expected = [
            Attention::EmailNotVerified,
            Attention::NotGranted {
                resource: None,
                scopes: vec!["phone".to_owned()],
            },
            Attention::NotGranted {
                resource: Some(SHOP.to_owned()),
                scopes: read,
            },
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn without_an_answer_of_logto_nothing_is_said_of_permissions() {
        let cards = [card(shop(), Err(TokenRefusal::Unavailable))];
        assert_eq!(
            attention(&cards, Vec::new(), None),
            [Attention::Unavailable]
        );
        let cards = [card(shop(), Ok(token(1, &[])))];
        assert_eq!(attention(&cards, Vec::new(), Some(true)), []);
    }
}
