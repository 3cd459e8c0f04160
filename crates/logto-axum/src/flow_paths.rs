//! The paths of the sign-in flow, for whatever makes an exception of them.

use std::sync::Arc;

use logto_types::paths;
use url::Url;

/// The paths of the sign-in flow: those of [`paths`], but for the callback, which is at the path of
/// the redirect URI. Cheap to clone.
///
/// No guard closes them, and no sign-in returns to one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowPaths {
    callback: Arc<str>,
}

impl FlowPaths {
    /// The paths of an application with this redirect URI.
    #[must_use]
    pub fn of(redirect_uri: &Url) -> Self {
        Self {
            callback: redirect_uri.path().into(),
        }
    }

    /// The path of the callback.
    #[must_use]
    pub fn callback(&self) -> &str {
        &self.callback
    }

    /// Whether a request for this path starts or finishes a sign-in.
    #[must_use]
    pub fn is_sign_in(&self, path: &str) -> bool {
        path == paths::SIGN_IN || path == self.callback()
    }

    /// Whether this is one of the paths: sign-in, callback, sign-out or problem page,
    /// the back-channel logout, or the session events.
    #[must_use]
    pub fn contains(&self, path: &str) -> bool {
        self.all().contains(&path)
    }

    pub(crate) fn all(&self) -> [&str; 6] {
        let [sign_in, callback, sign_out, logout, events] = self.steps();
        [sign_in, callback, sign_out, logout, events, paths::PROBLEM]
    }

    /// Those that are no page.
    pub(crate) fn steps(&self) -> [&str; 5] {
        [
            paths::SIGN_IN,
            self.callback(),
            paths::SIGN_OUT,
            paths::BACKCHANNEL_LOGOUT,
            paths::SESSION_EVENTS,
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_callback_is_at_the_path_of_the_redirect_uri() {
        let of = |uri: &str| FlowPaths::of(&uri.parse().unwrap());
        let moved = of("https://app.example/auth/callback?a=b");
        for path in [
            paths::SIGN_IN,
            "/auth/callback",
            paths::SIGN_OUT,
            paths::PROBLEM,
            paths::BACKCHANNEL_LOGOUT,
            paths::SESSION_EVENTS,
        ] {
            assert!(moved.contains(path), "{path}");
            let is_sign_in = [paths::SIGN_IN, "/auth/callback"].contains(&path);
            assert_eq!(moved.is_sign_in(path), is_sign_in, "{path}");
        }
        assert!(!moved.contains(paths::CALLBACK) && !moved.is_sign_in(paths::CALLBACK));
        assert!(of("https://app.example/callback").is_sign_in(paths::CALLBACK));
    }
}
