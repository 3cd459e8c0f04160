//! The routes of an application, and the guards that stand on them.

use std::sync::{Arc, Mutex, PoisonError};

use leptos::prelude::*;
use leptos_axum::{AxumRouteListing, generate_route_list_with_exclusions_and_ssg_and_context};
use logto_axum::Guards;
use logto_types::Guard;

use crate::api::register::register;

/// The guards of the routes that are being listed, in context.
#[derive(Clone, Default)]
struct Found(Arc<Mutex<Vec<Guard>>>);

/// Lists the routes of an application as [`leptos_axum::generate_route_list`] does, with the guard
/// of each [`GuardedRoute`](crate::GuardedRoute): for `LogtoAuth::protect_with`. So the route is the
/// one declaration of a guard, and the access middleware cannot know another. The server functions
/// of this crate are registered, too, as [`register`] does.
///
/// ```
/// # use leptos::prelude::*;
/// # use leptos_router::components::*;
/// use leptos_logto::{AuthContext, Guard, GuardedRoute, Requirement, server};
///
/// const PROFILE: Guard = Guard::new("/profile", Requirement::SignedIn);
///
/// # #[component]
/// # fn Profile() -> impl IntoView {}
/// #[component]
/// fn App() -> impl IntoView {
///     AuthContext::provide();
///     view! {
///         <Router><Routes fallback=|| "Not found">
///             <GuardedRoute guard=PROFILE view=Profile/>
///         </Routes></Router>
///     }
/// }
///
/// let (routes, guards) = server::generate_guarded_route_list(App);
/// assert_eq!(routes[0].path(), "/profile");
/// assert_eq!(guards.iter().collect::<Vec<_>>(), [&PROFILE]);
/// ```
pub fn generate_guarded_route_list<IV: IntoView + 'static>(
    app: impl Fn() -> IV + Clone + Send + 'static,
) -> (Vec<AxumRouteListing>, Guards) {
    register();
    let found = Found::default();
    let context = {
        let found = found.clone();
        move || provide_context(found.clone())
    };
    let (routes, _) = generate_route_list_with_exclusions_and_ssg_and_context(app, None, context);
    let mut guards = found.0.lock().unwrap_or_else(PoisonError::into_inner);
    (routes, Guards::new(std::mem::take(&mut *guards)))
}

/// Notes the guard of a route, if routes are being listed.
pub(crate) fn note_guard(guard: Guard) {
    let Some(Found(found)) = use_context() else {
        return;
    };
    let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
    if !found.contains(&guard) {
        found.push(guard);
    }
}
