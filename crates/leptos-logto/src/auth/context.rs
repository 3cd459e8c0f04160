//! The state of the page's session, as components read it.

use leptos::prelude::*;
use logto_types::{Requirement, SessionEnd};

use crate::model::{AuthState, Viewer};

/// The state of the page's session. [`AuthContext::provide`] once at the root, [`use_auth`]
/// anywhere below.
///
/// While the page is open it stays up to date: the server says at once when the session has ended
/// (`logto_axum::LogtoAuth::session_events_route`), a sign-in or sign-out in one tab reaches the others, a page that comes back into view after a while is checked again, and a page from the
/// back/forward cache is checked before it is shown.
#[derive(Clone, Copy, Debug)]
pub struct AuthContext {
    state: RwSignal<AuthState>,
    /// Somebody was signed in on this page.
    was_signed_in: RwSignal<bool>,
    ends_in: RwSignal<Option<u32>>,
    changes: RwSignal<u32>,
}

impl AuthContext {
    /// The state, tracked.
    #[must_use]
    pub fn state(self) -> AuthState {
        self.state.get()
    }

    /// Something about the state, tracked; without copying the whole.
    pub fn with<T>(self, read: impl FnOnce(&AuthState) -> T) -> T {
        self.state.with(read)
    }

    /// The person who is signed in, tracked.
    #[must_use]
    pub fn viewer(self) -> Option<Viewer> {
        self.with(|state| Some(state.session()?.viewer.clone()))
    }

    /// Whether somebody is signed in, tracked.
    #[must_use]
    pub fn is_signed_in(self) -> bool {
        self.with(|state| state.session().is_some())
    }

    /// Whether it is certain that nobody is signed in, tracked.
    #[must_use]
    pub fn is_signed_out(self) -> bool {
        self.with(|state| *state == AuthState::SignedOut)
    }

    /// Whether the session has ended while the page was open, tracked.
    #[must_use]
    pub fn has_ended(self) -> bool {
        self.is_signed_out() && self.was_signed_in.get()
    }

    /// The ids of the person's organizations, tracked; none when nobody is signed in.
    #[must_use]
    pub fn organizations(self) -> Vec<String> {
        self.with(|state| state.session().map(|session| session.organizations.clone()))
            .unwrap_or_default()
    }

    /// Whether a scope was granted at the sign-in, tracked.
    #[must_use]
    pub fn has_scope(self, scope: &str) -> bool {
        self.with(|state| {
            let session = state.session();
            session.is_some_and(|session| session.scopes.iter().any(|held| held == scope))
        })
    }

    /// Whether the person has switched a scope or a permission off, tracked.
    #[must_use]
    pub fn has_switched_off(self, scope: &str) -> bool {
        self.with(|state| {
            let session = state.session();
            session.is_some_and(|session| session.switched_off.iter().any(|off| off == scope))
        })
    }

    /// When the session ends, tracked.
    #[must_use]
    pub fn end(self) -> Option<SessionEnd> {
        self.with(|state| Some(state.session()?.end))
    }

    /// The seconds that are left, once they are few enough for a warning, tracked. Always `None` on
    /// the server.
    #[must_use]
    pub fn ends_in(self) -> Option<u32> {
        self.ends_in.get()
    }

    /// Whether to offer the way to what asks for this, tracked. Only what the session is known to
    /// lack is not offered; who may really go there, the server decides.
    #[must_use]
    pub fn may(self, requires: Requirement<'static>, organization: Option<&str>) -> bool {
        self.with(|state| {
            let session = state.session();
            session.is_some_and(|session| session.may_meet(requires, organization))
        })
    }

    /// Notes that the server said the session has ended.
    pub fn session_ended(self) {
        self.set(AuthState::SignedOut);
    }

    /// A context with this state, for tests and previews of components: nothing keeps it up to date.
    #[must_use]
    pub fn with_state(state: AuthState) -> Self {
        Self {
            was_signed_in: RwSignal::new(state.session().is_some()),
            state: RwSignal::new(state),
            ends_in: RwSignal::new(None),
            changes: RwSignal::new(0),
        }
    }

    /// The same, with a session that ends in so many seconds: [`ends_in`](Self::ends_in) of tests and
    /// previews.
    #[must_use]
    pub fn with_end_in(self, seconds: u32) -> Self {
        self.set_ends_in(Some(seconds));
        self
    }

    /// How often the server has said that what the session gives access to may have changed, tracked.
    /// Always 0 on the server.
    pub(crate) fn changes(self) -> u32 {
        self.changes.get()
    }

    pub(super) fn note_change(self) {
        self.changes.update(|changes| *changes += 1);
    }

    pub(super) fn state_untracked(self) -> AuthState {
        self.state.get_untracked()
    }

    pub(super) fn set(self, state: AuthState) {
        if self.state.with_untracked(|known| *known != state) {
            if state.session().is_some() {
                self.was_signed_in.set(true);
            }
            self.state.set(state);
        }
    }

    pub(super) fn set_ends_in(self, seconds: Option<u32>) {
        if self.ends_in.get_untracked() != seconds {
            self.ends_in.set(seconds);
        }
    }
}

/// The session state that [`AuthContext::provide`] put into context. When nothing above this
/// component called that, the log says so, and who is signed in is unknown.
#[must_use]
pub fn use_auth() -> AuthContext {
    use_context().unwrap_or_else(|| {
        leptos::logging::error!(
            "AuthContext::provide() must be called above every component that asks who is signed in"
        );
        AuthContext::with_state(AuthState::Unknown)
    })
}
