use leptos::prelude::FromServerFnError;
use logto_axum::Endpoints;

use super::{
    CheckAccess, FinishSignIn, LoadOrganization, LoadOrganizations, LoadSession, OpenOrganization,
    SignOut, StartSignIn, StaySignedIn,
};
use crate::error::AuthError;

/// Registers this crate's server functions. An application that does not list its routes by
/// [`generate_guarded_route_list`](crate::server::generate_guarded_route_list) calls it before the
/// router is built, so that linking leaves none out.
pub fn register() {
    use leptos::server_fn::axum::register_explicit;

    register_explicit::<StartSignIn>();
    register_explicit::<FinishSignIn>();
    register_explicit::<SignOut>();
    register_explicit::<LoadSession>();
    register_explicit::<StaySignedIn>();
    register_explicit::<LoadOrganizations>();
    register_explicit::<LoadOrganization>();
    register_explicit::<OpenOrganization>();
    register_explicit::<CheckAccess>();
}

/// The server functions: only those at `open` answer without a session. Refusals are errors that
/// the callers read.
#[must_use]
pub fn endpoints(open: &[&str]) -> Endpoints {
    // Somebody who is signed out may ask who is signed in, and where the pages of an organization
    // are.
    Endpoints::below("/api")
        .open(["/api/session", "/api/organization/open"])
        .open(open.iter().copied())
        .refusing_with(AuthError::SignedOut.ser(), AuthError::Store.ser())
}
