//! Logto for axum: sessions, cookies, guards, and the sign-in flow.
//!
//! Tokens stay on the server, in a store of their own, sealed. The browser has a cookie that says nothing and leads to a
//! session. [`LogtoAuth::protect`] adds the routes of the sign-in flow to a router and puts sessions around it; a handler that asks for
//! [`SignedIn`] is for people who are signed in, and any handler may ask for [`Auth`].
//!
//! ```no_run
//! use axum::{Router, routing::get};
//! use logto_axum::{LogtoAuth, SignedIn};
//!
//! async fn private(person: SignedIn) -> String {
//!     format!("Hello, {}", person.display_name())
//! }
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let auth = LogtoAuth::from_env().await?;
//! let app = auth.protect(Router::new().route("/private", get(private)));
//! # let _: Router = app;
//! # Ok(())
//! # }
//! ```
//!
//! A program that takes access tokens, instead of or beside signing people in, needs none of this but [`Bearer`].
//!
//! What it promises:
//! - a new session id at every sign-in, and none for anonymous visitors (SE-02, SE-03, SE-21);
//! - a session that has ended stays ended, whatever was still under way (F2, SE-09);
//! - tokens are written when they come, not when the response ends (F3, F4), under compare-and-set (F1);
//! - an anonymous request for a guarded page gets an empty redirect, made before anything renders (F8);
//! - a page is judged by what Logto said less than five minutes ago, not by what a browser says (OR-05, OR-06);
//! - nobody makes this server ask Logto more than 120 things at once for one person, and then two each second;
//! - an endpoint is closed to strangers unless it is named (LX-04);
//! - what a page tells after a form is sealed for its session, and comes of no link (CB-15);
//! - a write from another site is refused (F11), a doubled parameter in the flow is 400;
//! - nothing a person sees when signed in is cached (HD-01).
#![deny(missing_docs)]
// Nothing on the way of a request panics.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used))]

mod application_cookies;
mod auth;
mod background_tasks;
mod bearer;
mod builder;
mod callbacks;
mod cookies;
mod endpoints;
mod error;
mod extract;
mod flow;
mod guards;
mod hash;
mod key_file;
mod log_limit;
mod log_path;
mod logto_auth;
mod member;
mod middleware;
mod options;
mod outcome;
mod plain_pages;
mod private_file;
mod problem_query;
mod random;
mod readiness;
mod readiness_check;
mod return_to;
mod routes;
mod seal;
mod session;
mod store;
mod tokens;

pub use auth::{
    Auth, Who,
    api_call::Called,
    permission_grants::{OrganizationGrants, PermissionGrants},
    scope_choice::ScopeChoice,
};
pub use bearer::{
    Bearer, BearerRefusal, ForApi, ForOrganization, InOrganization, NoPermission, Permissions,
    RefusalReason, TokenKind,
};
pub use builder::{Builder, SetupError};
pub use cookies::find_cookie;
pub use endpoints::Endpoints;
pub use error::{Error, NotGranted, Problem, UnknownProblem, chain};
pub use flow::{ProblemDetail, SignInRequest, SignOut};
pub use guards::Guards;
pub use hash::Hash;
pub use key_file::{KeyFileError, key_file};
pub use log_path::path_for_log;
pub use logto::{Audience, Claim, Claims, OrganizationId, ResourceServer, scope};
pub use logto_auth::LogtoAuth;
pub use logto_types::{Access, Guard, Requirement, SessionEnd, paths};
pub use member::{AccessDecision, Member};
pub use middleware::accepts_pages;
pub use options::Options;
pub use outcome::Outcome;
pub use problem_query::ProblemQuery;
pub use readiness::{Component, Readiness};
pub use return_to::ReturnTo;
pub use seal::{KeyError, SessionKeys};
pub use session::SignedIn;
pub use store::{
    MemoryStore, SessionRow, SqliteStore, Store, StoreError, StoreErrorKind, TokenRow, Version,
    sqlite_path,
};
pub use tokens::{Freshness, Obtained, TokenRequest};
pub use tower_sessions::cookie;
