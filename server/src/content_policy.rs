//! The content security policy of pages, with the nonce of the response (HD-05).

use axum::http::HeaderValue;
use logto_axum::LogtoAuth;
use url::{Host, Url};

use crate::state::AppState;

#[derive(Clone)]
pub(crate) struct ContentPolicy {
    /// For `form-action`: a sign-out ends at the identity provider (HD-07).
    auth: LogtoAuth,
    /// `cargo leptos watch` reloads the page over a socket of its own.
    reload: String,
    /// Pictures of people may come from anywhere on https; from this machine only while the application runs on it.
    pictures: &'static str,
}

impl ContentPolicy {
    pub(crate) fn new(state: &AppState) -> Self {
        let reload = match std::env::var_os("LEPTOS_WATCH") {
            Some(_) => format!(
                " ws://localhost:{port} ws://127.0.0.1:{port}",
                port = state.leptos.reload_port
            ),
            None => String::new(),
        };
        let pictures = if state.auth.base_url().scheme() == "https" {
            "https:"
        } else {
            "https: http://localhost:* http://127.0.0.1:*"
        };
        Self {
            auth: state.auth.clone(),
            reload,
            pictures,
        }
    }

    /// The header for a page with this nonce.
    pub(crate) fn header(&self, nonce: &str) -> Option<HeaderValue> {
        let Self {
            auth,
            reload,
            pictures,
        } = self;
        let provider = sign_out_origin(auth);
        let policy = format!(
            "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; \
             style-src 'self'; img-src 'self' {pictures}; font-src 'self'; \
             connect-src 'self'{reload}; form-action 'self' {provider}; base-uri 'none'; frame-ancestors 'none'"
        );
        HeaderValue::from_str(&policy).ok()
    }
}

/// The origin that the form of a sign-out leads to: browsers hold the redirect after a form to `form-action`, too. It is in
/// what the provider says about itself; before that has been read, it is the provider's own.
fn sign_out_origin(auth: &LogtoAuth) -> String {
    let client = auth.client();
    let origin = match client.known_provider() {
        Some(provider) => provider.end_session_endpoint.origin(),
        None => client.config().endpoint.origin(),
    };
    origin.ascii_serialization()
}

/// Whether a content policy can name the origin of an address. It has no form for IPv6 (CSP 3, section 2.3.1).
#[must_use]
pub fn can_name(url: &Url) -> bool {
    !matches!(url.host(), Some(Host::Ipv6(_)))
}
