//! Refresh tokens: made, used, replaced.

use axum::{http::StatusCode, response::Response};

use crate::{
    application::Application,
    audience::Audience,
    authorization::split_list,
    call::Call,
    issue::Issue,
    live::Shared,
    random,
    refusal::Refusal,
    state::{RefreshToken, Standing, State},
};

const DAY: i64 = 24 * 3600;
/// A chain this old is no longer prolonged.
const LONGEST_CHAIN: i64 = 365 * DAY;

/// The first of a chain.
pub(crate) fn first(state: &mut State, application: &Application, standing: Standing) -> String {
    let now = state.now();
    let expires = now + i64::from(application.refresh_token_ttl_in_days) * DAY;
    keep(
        state,
        RefreshToken {
            standing,
            made: now,
            expires,
            first_made: now,
            replaced_at_ms: None,
        },
    )
}

fn keep(state: &mut State, token: RefreshToken) -> String {
    let value = random::token();
    state.refresh_tokens.insert(value.clone(), token);
    value
}

/// `grant_type=refresh_token`.
pub(crate) fn refresh(
    shared: &Shared,
    state: &mut State,
    application: &Application,
    call: &Call,
) -> Result<Response, Refusal> {
    let value = call
        .body
        .get("refresh_token")
        .ok_or_else(|| Refusal::missing("refresh_token"))?;
    let token = state
        .refresh_tokens
        .get(value)
        .cloned()
        .ok_or_else(Refusal::invalid_grant)?;
    let standing = token.standing.clone();
    if standing.application != application.id
        || state.now() >= token.expires
        || !state.stands(&standing)
    {
        return Err(Refusal::invalid_grant());
    }
    let organization = call.body.get("organization_id");
    if organization.is_some() && !has(&standing.scopes, "urn:logto:scope:organizations") {
        let description = "refresh token missing required scope";
        return Err(
            Refusal::new(StatusCode::FORBIDDEN, "insufficient_scope", description)
                .with_scope("urn:logto:scope:organizations"),
        );
    }
    let scopes = narrow(&standing.scopes, call)?;
    let grace = i128::try_from(state.controls.grace.as_millis()).unwrap_or(i128::MAX);
    if token
        .replaced_at_ms
        .is_some_and(|replaced| i128::from(state.now_ms() - replaced) >= grace)
    {
        state.revoke(&standing.grant);
        return Err(Refusal::invalid_grant());
    }
    let user = shared
        .fixture()
        .user(&standing.user)
        .ok_or_else(Refusal::invalid_grant)?;
    let is_due = is_due(&token, application, state.now());
    let next = if is_due || state.controls.always_rotates {
        replace(state, value, &token, application)
    } else {
        value.to_owned()
    };
    let audience = match organization {
        None => Audience::of(call, &standing, &scopes)?,
        Some(id) => {
            // A stranger and an organization nobody knows get the same answer.
            if shared.fixture().organization(id).is_none() || !user.is_member_of(id) {
                let description = "user is not a member of the organization";
                return Err(Refusal::new(
                    StatusCode::FORBIDDEN,
                    "access_denied",
                    description,
                ));
            }
            let named = call.body.all("resource").next().is_some();
            match if named {
                Audience::of(call, &standing, &scopes)?
            } else {
                Audience::Organization(id.to_owned())
            } {
                Audience::Resource { indicator, .. } => Audience::Resource {
                    indicator,
                    organization: Some(id.to_owned()),
                },
                other => other,
            }
        }
    };
    Ok(Issue {
        user,
        standing,
        scopes,
        audience,
        refresh_token: Some(next),
    }
    .answer(shared, state))
}

/// The scopes asked for now, which must be among those of the token. The token keeps all of its own.
fn narrow(held: &[String], call: &Call) -> Result<Vec<String>, Refusal> {
    let asked = split_list(call.body.get("scope"));
    if asked.is_empty() {
        return Ok(held.to_vec());
    }
    let missing: Vec<&str> = asked
        .iter()
        .filter(|scope| !has(held, scope))
        .map(String::as_str)
        .collect();
    if missing.is_empty() {
        return Ok(asked);
    }
    let description = "refresh token missing requested scope";
    Err(
        Refusal::new(StatusCode::BAD_REQUEST, "invalid_scope", description)
            .with_scope(missing.join(" ")),
    )
}

/// A public application's token is replaced at every use; a server's once 70 % of its life has passed, unless the
/// application switched that off or the chain is over a year old.
fn is_due(token: &RefreshToken, application: &Application, now: i64) -> bool {
    if application.is_public() {
        return true;
    }
    let (passed, life) = (now - token.made, token.expires - token.made);
    application.rotate_refresh_token
        && passed * 100 >= life * 70
        && now - token.first_made < LONGEST_CHAIN
}

fn replace(
    state: &mut State,
    value: &str,
    token: &RefreshToken,
    application: &Application,
) -> String {
    let (now, now_ms) = (state.now(), state.now_ms());
    if let Some(old) = state.refresh_tokens.get_mut(value) {
        old.replaced_at_ms.get_or_insert(now_ms);
    }
    let life = i64::from(application.refresh_token_ttl_in_days) * DAY;
    // A public application's chain ends when its first token would have.
    let expires = if application.is_public() {
        token.expires
    } else {
        now + life
    };
    keep(
        state,
        RefreshToken {
            made: now,
            expires,
            replaced_at_ms: None,
            ..token.clone()
        },
    )
}

fn has(scopes: &[String], scope: &str) -> bool {
    scopes.iter().any(|held| held == scope)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    #[test]
    fn a_chain_of_over_a_year_is_not_prolonged() {
        let fixture = Fixture::default();
        let standing = Standing {
            application: String::new(),
            user: String::new(),
            grant: String::new(),
            scopes: Vec::new(),
            resources: Vec::new(),
            nonce: None,
            signed_in_at: 0,
            session: None,
            sid: None,
        };
        let now = 1000 * DAY;
        let token = |first_made| RefreshToken {
            standing: standing.clone(),
            made: now - 13 * DAY,
            expires: now + DAY,
            first_made,
            replaced_at_ms: None,
        };
        assert!(is_due(
            &token(now - 364 * DAY),
            &fixture.applications[0],
            now
        ));
        assert!(!is_due(
            &token(now - 366 * DAY),
            &fixture.applications[0],
            now
        ));
    }
}
