//! Who is looking, on the server and in the browser.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::model::Viewer;

/// Who is looking: one of three, and *unknown* is never shown as signed out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AuthState {
    /// Somebody with a session.
    SignedIn(Viewer),
    /// Nobody we know.
    SignedOut,
    /// The session store did not answer.
    Unknown,
}

/// The state of the page's session. [`AuthContext::provide`] once at the root, [`use_auth`] anywhere below.
#[derive(Clone, Copy, Debug)]
pub struct AuthContext {
    state: RwSignal<AuthState>,
}

impl AuthContext {
    /// Puts the state into context. On the server it comes from the session that was already read; in the browser from the
    /// HTML, without a request, so that both render the same.
    pub fn provide() -> Self {
        let state = SharedValue::new(initial_state).into_inner();
        let context = Self {
            state: RwSignal::new(state),
        };
        provide_context(context);
        look_again_when_thawed();
        context
    }

    /// The state, tracked.
    #[must_use]
    pub fn state(self) -> AuthState {
        self.state.get()
    }

    /// The person who is signed in, tracked.
    #[must_use]
    pub fn viewer(self) -> Option<Viewer> {
        self.state.with(|state| match state {
            AuthState::SignedIn(viewer) => Some(viewer.clone()),
            _ => None,
        })
    }

    /// Whether somebody is signed in, tracked.
    #[must_use]
    pub fn is_signed_in(self) -> bool {
        self.state
            .with(|state| matches!(state, AuthState::SignedIn(_)))
    }

    /// Whether it is certain that nobody is signed in, tracked.
    #[must_use]
    pub fn is_signed_out(self) -> bool {
        self.state.with(|state| *state == AuthState::SignedOut)
    }

    /// Notes that the server said the session has ended.
    pub fn session_ended(self) {
        self.state.set(AuthState::SignedOut);
    }
}

/// A page that the browser froze and shows again, at Back, may be of a session that has ended (HD-03). It is hidden and
/// asked for anew.
fn look_again_when_thawed() {
    Effect::new(|_| {
        let listener = window_event_listener(leptos::ev::pageshow, |event| {
            if event.persisted() {
                if let Some(root) = document().document_element() {
                    let _ = root.set_attribute("hidden", "");
                }
                let _ = window().location().reload();
            }
        });
        on_cleanup(move || listener.remove());
    });
}

/// The session state that [`AuthContext::provide`] put into context.
///
/// # Panics
/// When nothing above this component called [`AuthContext::provide`].
#[must_use]
pub fn use_auth() -> AuthContext {
    use_context()
        .expect("AuthContext::provide() is called above every component that asks who is looking")
}

#[cfg(feature = "ssr")]
fn initial_state() -> AuthState {
    crate::server::auth_state()
}

/// The browser reads what the server wrote. Only a page that was rendered without a server comes here.
#[cfg(not(feature = "ssr"))]
fn initial_state() -> AuthState {
    AuthState::Unknown
}
