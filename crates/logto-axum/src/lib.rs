//! Logto for axum: sessions, cookies, guards, and the sign-in flow.
//!
//! Tokens stay on the server, in a store of their own, sealed. The browser has a cookie that says
//! nothing and leads to a session. [`LogtoAuth::protect`] adds the routes of the sign-in flow to a
//! router and puts sessions around it; a handler that asks for [`CurrentUser`] is for people who
//! are signed in, and any handler may ask for [`Auth`].
//!
//! ```no_run
//! use axum::{Router, routing::get};
//! use logto_axum::{CurrentUser, LogtoAuth};
//!
//! async fn private(person: CurrentUser) -> String {
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
//! A program that takes access tokens, instead of or beside signing people in, needs none of this
//! but [`Bearer`].
//!
//! # Features
//! - `sessions` (default): sign-in, sessions and guards; everything here but [`Bearer`].
//! - `sqlite` (default): sessions in an `SQLite` file, [`SqliteStore`]. It brings `sessions`.
//! - `postgres`: sessions in PostgreSQL, [`PostgresStore`], for several processes. It brings
//!   `sessions`.
//! - `redis`: sessions in Redis or Valkey, [`RedisStore`], for several processes. It brings
//!   `sessions`.
//! - `bearer` (default): [`Bearer`]. An API that signs nobody in takes it alone, without a session
//!   store: `logto-axum = { version = "0.1", default-features = false, features = ["bearer"] }`.
//! - `testing`: signed-in sessions for tests of an application, without a provider.
//!
//! # Promises
//! - a new session id at every sign-in, and none for anonymous visitors;
//! - a session that has ended stays ended, whatever request was still pending;
//! - tokens are written when they come, not when the response ends, under compare-and-set;
//! - an anonymous request for a guarded page gets an empty redirect, made before anything renders;
//! - access to a page is checked with tokens that Logto issued less than five minutes ago, not with
//!   what a browser sends;
//! - a request budget for each person: at most 120 requests to Logto at once, and then two each
//!   second;
//! - an endpoint requires a sign-in unless it is named as open;
//! - a note that a page shows after a form is sealed for its session, and cannot come from a link;
//! - a write from another site is refused, a doubled parameter in the flow is 400;
//! - nothing a person sees when signed in is cached.
#![deny(missing_docs)]
#![cfg_attr(docsrs, feature(doc_cfg))]
// Nothing on the way of a request panics.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used))]

#[cfg(feature = "sessions")]
mod application_cookies;
#[cfg(feature = "sessions")]
mod auth;
#[cfg(feature = "sessions")]
mod backchannel_logout;
#[cfg(feature = "sessions")]
mod background_tasks;
#[cfg(feature = "bearer")]
mod bearer;
#[cfg(any(feature = "bearer", feature = "sessions"))]
mod bearer_credentials;
#[cfg(feature = "sessions")]
mod builder;
#[cfg(feature = "sessions")]
mod client_address;
#[cfg(feature = "sessions")]
mod client_info;
#[cfg(feature = "sessions")]
mod concurrent_callbacks;
#[cfg(feature = "sessions")]
mod cookies;
#[cfg(feature = "sessions")]
mod endpoints;
#[cfg(feature = "sessions")]
mod error;
#[cfg(any(feature = "bearer", feature = "sessions"))]
mod error_chain;
#[cfg(feature = "sessions")]
mod extract;
#[cfg(feature = "sessions")]
mod flow;
#[cfg(feature = "sessions")]
mod flow_paths;
#[cfg(all(feature = "sessions", any(fuzzing, test)))]
#[doc(hidden)]
pub mod fuzzing;
#[cfg(feature = "sessions")]
mod guards;
#[cfg(feature = "sessions")]
mod hash;
#[cfg(feature = "sessions")]
mod hooks;
#[cfg(feature = "sqlite")]
mod key_file;
#[cfg(feature = "sessions")]
mod log_limit;
#[cfg(feature = "sessions")]
mod log_path;
#[cfg(feature = "sessions")]
mod logto_auth;
#[cfg(feature = "sessions")]
mod measurements;
#[cfg(feature = "sessions")]
mod member;
#[cfg(feature = "sessions")]
mod middleware;
#[cfg(feature = "sessions")]
mod options;
#[cfg(feature = "sessions")]
mod outcome;
#[cfg(feature = "sessions")]
mod plain_pages;
#[cfg(feature = "sqlite")]
mod private_file;
#[cfg(feature = "sessions")]
mod problem_query;
#[cfg(feature = "sessions")]
mod random;
#[cfg(feature = "sessions")]
mod readiness;
#[cfg(feature = "sessions")]
mod readiness_check;
#[cfg(feature = "sessions")]
mod return_to;
#[cfg(feature = "sessions")]
mod routes;
#[cfg(feature = "sessions")]
mod seal;
#[cfg(feature = "sessions")]
mod session;
#[cfg(feature = "sessions")]
mod session_administration;
#[cfg(feature = "sessions")]
mod session_events;
#[cfg(feature = "sessions")]
mod setup_error;
#[cfg(feature = "sessions")]
mod site_urls;
#[cfg(feature = "sessions")]
mod store;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(feature = "sessions")]
mod tokens;
#[cfg(feature = "sessions")]
mod url_in_error;

#[cfg(feature = "bearer")]
pub use self::bearer::{
    Bearer, BearerRefusal, ForApi, ForOrganization, InOrganization, NoPermission, Permissions,
    RefusalReason, TokenKind,
};
#[cfg(feature = "postgres")]
pub use self::store::PostgresStore;
#[cfg(feature = "redis")]
pub use self::store::RedisStore;
#[cfg(feature = "sessions")]
pub use self::{
    auth::{
        Auth, Who,
        api_call::Called,
        own_sessions::{OwnSession, OwnSessions},
        permission_grants::{OrganizationGrants, PermissionGrants},
        scope_choice::ScopeChoice,
        stored_tokens::StoredTokens,
    },
    builder::{Builder, open_store},
    client_address::ClientAddress,
    client_info::ClientInfo,
    cookies::find_cookie,
    endpoints::Endpoints,
    error::{Error, NotGranted, ProblemReason, UnknownProblemReason},
    flow::{ProblemDetail, RefusalText, SignInRequest},
    flow_paths::FlowPaths,
    guards::Guards,
    hash::Hash,
    hooks::{
        AccessDenied, Hooks, RefreshFailed, RefreshFailure, SignInEvent, SignInFinished,
        SignInRejection, SignOutCause, SignOutEvent,
    },
    logto_auth::LogtoAuth,
    measurements::{METRICS, Metric, MetricKind, describe_metrics},
    member::{AccessDecision, Member},
    options::AuthOptions,
    outcome::Outcome,
    problem_query::ProblemQuery,
    readiness::{Component, Readiness},
    return_to::ReturnTo,
    seal::{KeyError, SessionKeys},
    session::{CurrentUser, SessionDevice},
    session_administration::{EndedSessions, SessionSummary, SessionsOf},
    session_events::SessionStreamLimits,
    setup_error::SetupError,
    store::{
        Lease, LeaseHolder, MemoryStore, SessionEvent, SessionFilter, SessionRow, Store,
        StoreError, StoreErrorKind, TokenRow, Version,
    },
    tokens::{Freshness, Obtained, TokenRequest},
};
#[cfg(feature = "sqlite")]
pub use self::{
    key_file::{KeyFileError, key_file},
    store::SqliteStore,
};
pub use logto::{Audience, Claim, Claims, OrganizationId, ResourceServer, scope};
#[cfg(feature = "sessions")]
pub use logto_types::{Access, DeviceKind, Guard, Requirement, SessionEnd, SignOutExtent, paths};
#[cfg(feature = "sessions")]
pub use tower_sessions::cookie;

/// For the crates of this project. It may change in any release.
#[cfg(any(feature = "bearer", feature = "sessions"))]
#[doc(hidden)]
pub mod __private {
    pub use crate::error_chain::chain;
    #[cfg(feature = "sqlite")]
    pub use crate::key_file::key_file_path;
    #[cfg(feature = "sessions")]
    pub use crate::middleware::accepts_pages;
}
