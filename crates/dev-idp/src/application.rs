//! Applications registered at the provider, and their redirect URIs.

use serde::Deserialize;
use url::Url;

use crate::fixture_error::FixtureError;

/// How an application proves itself.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "snake_case")]
pub enum ApplicationKind {
    /// A web server with a secret ("Traditional web" in Logto).
    Traditional,
    /// A program in the browser: no secret, PKCE required.
    Spa,
    /// A machine with a secret and no redirect URI. It can introspect; it gets no tokens here.
    MachineToMachine,
}

/// An application registered at the provider.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a setting of its own at Logto"
)]
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Application {
    /// The client id.
    pub id: String,
    /// A name for people.
    pub name: String,
    /// How it proves itself.
    pub kind: ApplicationKind,
    /// The client secret, in plain text; none for a public application.
    #[serde(default)]
    pub secret: Option<String>,
    /// Redirect URIs, matched exactly.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// Post sign-out redirect URIs, matched exactly.
    #[serde(default)]
    pub post_logout_redirect_uris: Vec<String>,
    /// Where a logout token is sent when a session ends at the provider (OpenID Connect Back-Channel Logout 1.0).
    #[serde(default)]
    pub backchannel_logout_uri: Option<String>,
    /// ID tokens and logout tokens name the session at the provider (`sid`).
    #[serde(default)]
    pub backchannel_logout_session_required: bool,
    /// Gives a refresh token even without `offline_access`.
    #[serde(default)]
    pub always_issue_refresh_token: bool,
    /// Replaces a refresh token once 70 % of its life has passed.
    #[serde(default = "yes")]
    pub rotate_refresh_token: bool,
    /// The life of a refresh token in days.
    #[serde(default = "fourteen")]
    pub refresh_token_ttl_in_days: u16,
    /// Also accepts `/callback` on any port of `localhost` and `127.0.0.1`, and their `/` after sign-out.
    ///
    /// Logto has no such setting: it matches exactly. This is for tests that bind whatever port is free.
    #[serde(default)]
    pub loopback_redirects: bool,
}

fn yes() -> bool {
    true
}

fn fourteen() -> u16 {
    14
}

impl Application {
    /// Registers an application at `base_url`, as `http://localhost:6000`: `/callback` below it as redirect URI, and its `/` after
    /// sign-out. The first one also gets the logout tokens, at `/backchannel-logout` below it, with the session in them.
    ///
    /// # Errors
    /// When it is not http or https, or has more than scheme, host and port.
    pub fn add_base_url(&mut self, base_url: &str) -> Result<(), FixtureError> {
        let mut root = Url::parse(base_url)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https"))
            .ok_or_else(|| FixtureError::BaseUrl(base_url.to_owned()))?;
        if root.origin().ascii_serialization() != base_url.trim_end_matches('/') {
            return Err(FixtureError::BaseUrl(base_url.to_owned()));
        }
        self.post_logout_redirect_uris.push(root.to_string());
        root.set_path("/callback");
        self.redirect_uris.push(root.to_string());
        if self.backchannel_logout_uri.is_none() {
            root.set_path("/backchannel-logout");
            self.backchannel_logout_uri = Some(root.into());
            self.backchannel_logout_session_required = true;
        }
        Ok(())
    }

    pub(crate) fn is_public(&self) -> bool {
        self.kind == ApplicationKind::Spa
    }

    /// Whether the browser may be sent there with a code. The comparison is exact once both are normalized.
    pub(crate) fn accepts_redirect(&self, uri: &str) -> bool {
        registered(&self.redirect_uris, uri)
            || (self.loopback_redirects && is_loopback(uri, "/callback"))
    }

    /// Whether the browser may be sent there after sign-out.
    pub(crate) fn accepts_post_logout(&self, uri: &str) -> bool {
        registered(&self.post_logout_redirect_uris, uri)
            || (self.loopback_redirects && is_loopback(uri, "/"))
    }
}

fn registered(uris: &[String], uri: &str) -> bool {
    let Ok(wanted) = Url::parse(uri) else {
        return false;
    };
    uris.iter()
        .any(|held| Url::parse(held).is_ok_and(|held| held == wanted))
}

fn is_loopback(uri: &str, path: &str) -> bool {
    Url::parse(uri).is_ok_and(|uri| {
        uri.scheme() == "http"
            && matches!(uri.host_str(), Some("localhost" | "127.0.0.1"))
            && uri.path() == path
            && uri.query().is_none()
            && uri.fragment().is_none()
            && uri.username().is_empty()
            && uri.password().is_none()
    })
}
