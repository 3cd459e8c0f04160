//! The layers around an application's router.

use axum::{Router, middleware::from_fn_with_state};
use tower_sessions::{SessionManagerLayer, cookie::SameSite};

use super::{
    access::{AccessState, access, answer_unsaved},
    request_rules::request_rules,
};
use crate::{endpoints::Endpoints, guards::Guards, logto_auth::LogtoAuth};

impl LogtoAuth {
    /// Makes an application of a router: the [routes](Self::routes) of the flow beside its own, and
    /// sessions and the rules of [`protect_with`](Self::protect_with) around both. Handlers ask for
    /// [`CurrentUser`](crate::CurrentUser), which guards them, or for [`Auth`](crate::Auth).
    pub fn protect<S>(&self, router: Router<S>) -> Router<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        self.protect_with(
            router.merge(self.routes()),
            Guards::default(),
            Endpoints::none(),
        )
    }

    /// Puts sessions, the check of writes, the rules of the flow, the guards of pages and the
    /// closed endpoints around a router, which has routes for the flow: [`routes`](Self::routes),
    /// or server functions.
    ///
    /// A guarded page that somebody may not see is still called, with the [`Access`](crate::Access)
    /// in its extensions, so that it can say so in its own frame; if it answers 200, that becomes
    /// 404, 403 or 503.
    ///
    /// A write is refused with 403 when another site started it, and with 415 when its body is
    /// neither a form nor JSON. A request with a bearer token and without a session cookie is free
    /// of these rules, so an API whose handlers ask for [`Bearer`](crate::Bearer) may stand inside.
    /// Below a prefix of closed endpoints, it is named with [`Endpoints::open_below`].
    ///
    /// Static files belong outside, so that they can be cached and cost no session. A page for 404
    /// belongs inside, as the fallback of `router`: outside, it takes everybody for signed out.
    pub fn protect_with<S>(
        &self,
        router: Router<S>,
        guards: Guards,
        endpoints: Endpoints,
    ) -> Router<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        let parts = self.parts();
        let sessions = SessionManagerLayer::new(parts.sessions.clone())
            .with_name(parts.names.session.clone())
            .with_secure(parts.names.secure)
            .with_http_only(true)
            .with_same_site(SameSite::Lax)
            .with_path("/");
        let state = AccessState::new(self.clone(), guards, endpoints);
        // The outermost first, in one call: for every request, axum clones and boxes what is inside
        // each call of `layer`.
        router.layer((
            from_fn_with_state(self.clone(), request_rules),
            from_fn_with_state(state.clone(), answer_unsaved),
            sessions,
            from_fn_with_state(state, access),
        ))
    }
}
