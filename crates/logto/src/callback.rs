//! The callback: its parameters, and whether they answer the pending sign-in.

#[cfg(test)]
mod tests;

use std::fmt;

use url::form_urlencoded;

use crate::error::CallbackError;
use crate::secret::Secret;
use crate::secret::same;
use crate::sign_in::Pending;
use crate::text::clean;

/// No provider's answer is near this.
const LONGEST_QUERY: usize = 16 * 1024;

/// The parameters of the redirect URI. None of them is trusted yet.
#[derive(Clone, Default, PartialEq)]
pub struct Callback {
    /// The code to be exchanged.
    pub code: Option<Secret>,
    /// Which sign-in it answers.
    pub state: Option<String>,
    /// Who answers (RFC 9207).
    pub iss: Option<String>,
    /// Why there is no code.
    pub error: Option<String>,
    /// `error_description`, cleaned and cut. It is untrusted: anybody can write the URL.
    pub error_description: Option<String>,
    /// Whether tokens came in the URL, which nobody asked for.
    pub has_tokens: bool,
}

impl Callback {
    /// Reads the query of the redirect URI, with or without its question mark. Unknown parameters
    /// are ignored.
    ///
    /// # Errors
    /// When a parameter that matters comes twice (RFC 6749 section 3.1), or the query is too long.
    pub fn parse(raw_query: &str) -> Result<Self, CallbackError> {
        if raw_query.len() > LONGEST_QUERY {
            return Err(CallbackError::TooLong);
        }
        let mut values: [(&'static str, Option<String>); 9] = [
            ("code", None),
            ("state", None),
            ("iss", None),
            ("error", None),
            ("error_description", None),
            ("error_uri", None),
            ("access_token", None),
            ("id_token", None),
            ("refresh_token", None),
        ];
        let query = raw_query.strip_prefix('?').unwrap_or(raw_query);
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if let Some((name, held)) = values.iter_mut().find(|(known, _)| *known == name)
                && held.replace(value.into_owned()).is_some()
            {
                return Err(CallbackError::Duplicate(name));
            }
        }
        let [
            code,
            state,
            iss,
            error,
            description,
            _,
            access_token,
            id_token,
            refresh_token,
        ] = values.map(|(_, value)| value);
        Ok(Self {
            code: code.map(Secret::new),
            state,
            iss,
            error: error.as_deref().map(clean),
            error_description: description.as_deref().map(clean),
            has_tokens: [access_token, id_token, refresh_token]
                .iter()
                .any(Option::is_some),
        })
    }

    /// Whether it brings nothing at all, as when the person pressed Cancel on Logto's consent page.
    #[must_use]
    pub fn is_bare(&self) -> bool {
        *self == Self::default()
    }
}

impl fmt::Debug for Callback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Callback")
            .field("code", &self.code)
            .field("state", &self.state.as_ref().map(|_| "[redacted]"))
            .field("iss", &self.iss.as_deref().map(clean))
            .field("error", &self.error)
            .field("error_description", &self.error_description)
            .field("has_tokens", &self.has_tokens)
            .finish()
    }
}

/// Gives the code if the callback answers the pending sign-in.
///
/// An error counts only after `state` and `iss` are verified: otherwise a link could show a false
/// error on the application's page.
pub(crate) fn read<'a>(
    callback: &'a Callback,
    pending: &Pending,
    issuer: &str,
    now: u64,
) -> Result<&'a Secret, CallbackError> {
    if callback.is_bare() {
        return Err(CallbackError::Cancelled);
    }
    let state = callback.state.as_deref().filter(|state| !state.is_empty());
    if !same(state.ok_or(CallbackError::MissingState)?, &pending.state) {
        return Err(CallbackError::StateMismatch);
    }
    if pending.expired(now) {
        return Err(CallbackError::Expired);
    }
    let found = callback.iss.as_deref().filter(|iss| !iss.is_empty());
    let found = found.ok_or(CallbackError::MissingIssuer)?;
    if found != issuer || found != pending.issuer {
        return Err(CallbackError::WrongIssuer {
            expected: pending.issuer.clone(),
            found: clean(found),
        });
    }
    if let Some(error) = &callback.error {
        let (error, description) = (error.clone(), callback.error_description.clone());
        return Err(CallbackError::Refused { error, description });
    }
    if callback.has_tokens {
        return Err(CallbackError::TokensInUrl);
    }
    callback
        .code
        .as_ref()
        .filter(|code| !code.expose().is_empty())
        .ok_or(CallbackError::MissingCode)
}
