//! Why there is no access token for an audience.

use logto::{Audience, Scopes, scope};
use logto_axum::{Auth, Error, NotGranted};

use super::refuse::{log_fault, refuse};
use crate::{error::AuthError, model::TokenRefusal};

/// Why there is no token for an audience, for the person to read.
///
/// # Errors
/// Errors of the whole session, and not of this one token.
pub fn token_refusal(
    auth: &Auth,
    audience: &Audience,
    error: Error,
) -> Result<TokenRefusal, AuthError> {
    // No link can put text of its own on the page.
    let known = auth.app().offered_scopes();
    let known = |scopes: &Scopes| {
        scopes
            .intersection(&known)
            .iter()
            .map(str::to_owned)
            .collect()
    };
    Ok(match &error {
        Error::Forbidden(_) => TokenRefusal::NotMember,
        Error::NotOffered => TokenRefusal::BeyondGrant(Vec::new()),
        Error::NotGranted(NotGranted::Resource) => TokenRefusal::NotAskedFor,
        Error::NotGranted(NotGranted::Scopes(missing)) => {
            if audience.organization().is_some() && missing.contains(scope::ORGANIZATIONS) {
                TokenRefusal::NoOrganizations
            } else {
                TokenRefusal::BeyondGrant(known(missing))
            }
        }
        Error::NotGranted(NotGranted::SwitchedOff(scopes)) => {
            TokenRefusal::SwitchedOff(known(scopes))
        }
        Error::Logto(_) | Error::Throttled | Error::TimedOut | Error::Interrupted => {
            log_fault(&error);
            TokenRefusal::Unavailable
        }
        _ => return Err(refuse(error)),
    })
}
