//! [`AuthContext::provide`], which the root of an application calls.

use leptos::prelude::*;

use super::{context::AuthContext, session_sync};
use crate::model::AuthState;

impl AuthContext {
    /// Puts the session state into context. On the server it comes from the session that the
    /// middleware has read; in the browser from the HTML, without a request, so that both render
    /// the same.
    pub fn provide() -> Self {
        let state = SharedValue::new(initial_state).into_inner();
        let context = Self::with_state(state);
        provide_context(context);
        session_sync::start(context);
        context
    }

    /// Extends the session by a use, and notifies the other tabs.
    pub fn stay(self) {
        session_sync::stay(self);
    }
}

#[cfg(feature = "ssr")]
fn initial_state() -> AuthState {
    crate::server::auth_state()
}

/// The browser reads what the server wrote. Only a page that was rendered without a server comes
/// here.
#[cfg(not(feature = "ssr"))]
fn initial_state() -> AuthState {
    AuthState::Unknown
}
