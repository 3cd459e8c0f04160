//! What the problem page shows about a failed sign-in besides its reason: the text of the
//! application that refused it; and to developers the text of the log and the setting to look at.
//!
//! It is in a sealed cookie that is bound to no browser: there is nothing of the browser to bind it
//! to but other cookies, and whoever can plant this one can plant those. It is text on the page,
//! never markup; it is shown for five minutes, for the problem it was sealed for. What is for
//! developers is not shown in production.

use std::error::Error;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use logto::{CallbackError, IdTokenError, JwtError, TokenError};
use serde::{Deserialize, Serialize};
use tower_sessions::cookie::Cookie;

use crate::{
    auth::Auth, error::ProblemReason, error_chain::chain, logto_auth::LogtoAuth, seal::Place,
};

/// How long it can be shown, in seconds.
const HOLDS: u64 = 300;
/// The longest text that is kept, in characters: it travels in a cookie.
const LONGEST: usize = 600;
const PLACE: Place<'_> = Place {
    kind: "problem detail",
    row: b"",
};

/// The details that the problem page shows developers. They are in the extensions of a request for
/// that page when [`AuthOptions::show_errors`](crate::AuthOptions::show_errors) is set; it must not
/// be set in production.
///
/// They come from a sealed cookie that the failed sign-in set in this browser, so that no link puts
/// text on a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProblemDetail {
    /// The error as it is in the log: no secret is in it, but texts of the identity provider may
    /// be.
    pub error: String,
    /// The settings to look at, by the names they have in `.env` and `Leptos.toml`.
    pub setting: Option<String>,
}

/// The text with which the application has refused a sign-in
/// ([`SignInRejection::refuse`](crate::SignInRejection::refuse)). It is in the extensions of the
/// request for the problem page, to be shown as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusalText(pub String);

/// The content of the cookie.
#[derive(Serialize, Deserialize)]
struct Sealed {
    reason: String,
    at: u64,
    about: About,
}

#[derive(Serialize, Deserialize)]
pub(crate) enum About {
    Error(ProblemDetail),
    Refusal(RefusalText),
}

impl Auth {
    /// The cookie that tells the problem page about an error, where developers are to see it.
    pub(super) fn tell_developers(
        &self,
        problem: ProblemReason,
        error: &(dyn Error + 'static),
    ) -> Option<Cookie<'static>> {
        if !self.app.parts().show_errors {
            return None;
        }
        let detail = ProblemDetail {
            error: chain(error).chars().take(LONGEST).collect(),
            setting: error
                .downcast_ref()
                .and_then(setting_for)
                .map(str::to_owned),
        };
        self.seal_about(problem, About::Error(detail))
    }

    /// The cookie that has the problem page show the application's own text.
    pub(super) fn show_refusal(&self, text: String) -> Option<Cookie<'static>> {
        let is_empty = text.trim().is_empty();
        let about = About::Refusal(RefusalText(text));
        (!is_empty).then(|| self.seal_about(ProblemReason::AccessDenied, about))?
    }

    /// The removal of what an earlier problem has left, if there is something.
    pub(super) fn forget_problem(&self) -> Option<Cookie<'static>> {
        let names = &self.app.parts().names;
        self.cookies
            .has_problem
            .then(|| names.detail(String::new(), 0))
    }

    fn seal_about(&self, problem: ProblemReason, about: About) -> Option<Cookie<'static>> {
        let parts = self.app.parts();
        let sealed = Sealed {
            reason: problem.as_str().to_owned(),
            at: parts.client.now(),
            about,
        };
        let sealed = parts.sessions.keys().seal(&PLACE, &sealed).ok()?;
        let lasts = i64::try_from(HOLDS).unwrap_or_default();
        Some(parts.names.detail(URL_SAFE_NO_PAD.encode(sealed), lasts))
    }
}

impl LogtoAuth {
    /// What a cookie tells about the problem that a page is shown for.
    pub(crate) fn about_problem(&self, cookie: &str, reason: &str) -> Option<About> {
        let parts = self.parts();
        let sealed = URL_SAFE_NO_PAD.decode(cookie).ok()?;
        let sealed: Sealed = parts.sessions.keys().open(&PLACE, &sealed).ok()?;
        let is_current = parts.client.now().saturating_sub(sealed.at) < HOLDS;
        let is_shown = match sealed.about {
            About::Error(_) => parts.show_errors,
            About::Refusal(_) => true,
        };
        (is_current && is_shown && sealed.reason == reason).then_some(sealed.about)
    }
}

/// The settings that such an error mostly comes of.
fn setting_for(error: &logto::Error) -> Option<&'static str> {
    use logto::Error as E;
    let refused = match error {
        E::Token(TokenError::Refused(refusal)) => Some(refusal.error.as_str()),
        E::Callback(CallbackError::Refused { error, .. }) => Some(error.as_str()),
        _ => None,
    };
    match (error, refused) {
        (_, Some("invalid_client" | "unauthorized_client")) => {
            Some("LOGTO_APP_SECRET, LOGTO_APP_ID")
        }
        (_, Some("invalid_target")) => Some("[[logto.resources]] indicator"),
        (_, Some("invalid_scope")) => Some("[logto] scopes, [[logto.resources]] permissions"),
        (_, Some("invalid_redirect_uri")) => Some("APP_BASE_URL"),
        (
            E::Unreachable(_)
            | E::Discovery(_)
            | E::IdToken(IdTokenError::Jwt(JwtError::Issuer { .. })),
            _,
        ) => Some("LOGTO_ENDPOINT"),
        (E::IdToken(IdTokenError::Audience { .. }), _) => Some("LOGTO_APP_ID"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_wrong_setting_mostly_leads_to_names_that_setting() {
        let refused = |error: &str| {
            logto::Error::Callback(CallbackError::Refused {
                error: error.to_owned(),
                description: None,
            })
        };
        for (error, setting) in [
            ("invalid_client", "LOGTO_APP_SECRET, LOGTO_APP_ID"),
            ("invalid_target", "[[logto.resources]] indicator"),
            (
                "invalid_scope",
                "[logto] scopes, [[logto.resources]] permissions",
            ),
        ] {
            assert_eq!(setting_for(&refused(error)), Some(setting));
        }
        assert_eq!(setting_for(&refused("access_denied")), None);
    }
}
