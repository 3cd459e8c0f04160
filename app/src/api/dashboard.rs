//! The facts of the home page.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use leptos_logto::AuthError;

use crate::dashboard::Dashboard;

/// What is so for the person: session, organizations, access tokens, and what is not as it could be.
#[server(prefix = "/api", endpoint = "dashboard", input = GetUrl)]
pub async fn load_dashboard() -> Result<Dashboard, AuthError> {
    use leptos_logto::server;
    use leptos_logto_panels::load_access_tokens;

    use crate::server::dashboard::{attention, next_expiry};

    let auth = server::auth()?;
    let person = server::signed_in(&auth)?;
    let tokens = load_access_tokens(None, None, String::new()).await?;
    let time = |seconds: i64| server::moment_to_the_minute(seconds).ok_or_else(server::invalid);
    let now = i64::try_from(auth.app().client().now()).map_err(|_| server::invalid())?;
    let left = next_expiry(&tokens.cards).map(i64::from);
    let next_expiry = left.map(|left| time(now + left)).transpose()?;
    let email_verified = person.claims.email_verified.value().copied();
    let missing = person.not_granted().iter().map(str::to_owned).collect();
    Ok(server::for_page(Dashboard {
        email: person.claims.email.value().cloned(),
        email_requested: person.in_use().contains("email"),
        email_verified,
        signed_in: time(person.signed_in_at)?,
        ends: time(person.ends_at)?,
        tokens: tokens
            .cards
            .iter()
            .filter(|card| card.outcome.is_ok())
            .count(),
        next_expiry,
        attention: attention(&tokens.cards, missing, email_verified),
        organizations: tokens.organizations,
    }))
}
