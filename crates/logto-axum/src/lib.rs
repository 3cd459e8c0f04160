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

mod access;
mod api_call;
mod bearer;
mod builder;
mod cookies;
mod endpoints;
mod error;
mod extract;
mod flow;
mod gate;
mod guards;
mod key_file;
mod layer;
mod log_limit;
mod log_path;
mod note;
mod origin;
mod permission_grants;
mod plain_pages;
mod private_file;
mod problem_query;
mod readiness;
mod request_cookies;
mod return_to;
mod routes;
mod scope_choice;
mod seal;
mod session;
mod session_end;
mod store;
mod tokens;

use std::{sync::Arc, time::Duration};

use sha2::{Digest as _, Sha256};
use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;
use url::Url;

pub use access::{AccessDecision, Member};
pub use api_call::Called;
pub use bearer::{
    Bearer, BearerRefusal, ForApi, ForOrganization, InOrganization, NoPermission, Permissions,
    RefusalReason, TokenKind,
};
pub use builder::{Builder, SetupError};
pub use endpoints::Endpoints;
pub use error::{Error, NotGranted, Problem, UnknownProblem, chain};
pub use extract::{Auth, Who};
pub use flow::{Outcome, ProblemDetail, SignInRequest, SignOut};
pub use gate::accepts_pages;
pub use guards::Guards;
pub use key_file::{KeyFileError, key_file};
pub use log_path::path_for_log;
pub use logto_types::{Access, Guard, Requirement, SessionEnd, paths};
pub use permission_grants::{OrganizationGrants, PermissionGrants};
pub use private_file::private_file;
pub use problem_query::ProblemQuery;
pub use readiness::{Component, Readiness};
pub use return_to::ReturnTo;
pub use scope_choice::ScopeChoice;
pub use seal::{KeyError, SessionKeys};
pub use session::SignedIn;
pub use store::{
    Hash, MemoryStore, SessionRow, SqliteStore, Store, StoreError, StoreErrorKind, TokenRow,
    Version, connect_sqlite, sqlite_path,
};
pub use tokens::{Freshness, Obtained, TokenRequest};
pub use tower_sessions::cookie;

use session::Sessions;

/// How sessions behave.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the application is reached from outside, without a path: `https://app.example`.
    pub base_url: Url,
    /// The keys that sessions are sealed with.
    pub keys: SessionKeys,
    /// A session nobody used for this long ends. Default: 24 hours.
    pub idle: Duration,
    /// A session ends this long after the sign-in, used or not. Default: 7 days, within the 14 of Logto's refresh token
    /// (SE-07).
    pub lifetime: Duration,
    /// Whether the problem page is told what the log says ([`ProblemDetail`]), for developers. Never in production. Default: no.
    pub show_errors: bool,
    /// The cookie in which the application keeps the language that somebody has chosen (`en` or `ja`), by the name that it has in
    /// [`LogtoAuth::cookie`]. The few pages of this crate's own are in that language, else in the one of `Accept-Language`.
    /// Default: none.
    pub language_cookie: Option<String>,
}

impl Options {
    /// The defaults for an application at `base_url`.
    #[must_use]
    pub fn new(base_url: Url, keys: SessionKeys) -> Self {
        Self {
            base_url,
            keys,
            idle: Duration::from_hours(24),
            lifetime: Duration::from_hours(7 * 24),
            show_errors: false,
            language_cookie: None,
        }
    }
}

/// Logto, a session store and the rules between them. Cheap to clone; one for the whole application.
#[derive(Clone, Debug)]
pub struct LogtoAuth(Arc<Parts>);

#[derive(Debug)]
pub(crate) struct Parts {
    pub client: logto::Client,
    pub sessions: Sessions,
    pub base_url: Url,
    pub names: cookies::Names,
    pub flights: tokens::Flights,
    pub questions: tokens::Questions,
    pub callbacks: flow::Callbacks,
    pub recent_sessions: flow::RecentSessions,
    pub show_errors: bool,
    /// The full name of the cookie with the language.
    pub language_cookie: Option<String>,
    pub user_info: tokens::UserInfoFlights,
    pub revocations: tokens::Revocations,
    pub readiness: readiness::LastReadiness,
    /// What must come to its end even when the request that began it is dropped.
    pub tasks: TaskTracker,
}

impl LogtoAuth {
    /// Puts the parts together. Nothing is asked of Logto or of the store yet.
    #[must_use]
    pub fn new(client: logto::Client, store: Arc<dyn Store>, options: Options) -> Self {
        let names = cookies::Names::for_site(&options.base_url);
        let sessions = Sessions::new(store, &client, &options);
        let language_cookie = options.language_cookie.as_deref();
        let language_cookie = language_cookie.map(|name| names.full(name));
        Self(Arc::new(Parts {
            client,
            sessions,
            base_url: options.base_url,
            names,
            flights: tokens::Flights::default(),
            questions: tokens::Questions::default(),
            callbacks: flow::Callbacks::default(),
            recent_sessions: flow::RecentSessions::default(),
            show_errors: options.show_errors,
            language_cookie,
            user_info: tokens::UserInfoFlights::default(),
            revocations: tokens::Revocations::default(),
            readiness: readiness::LastReadiness::default(),
            tasks: TaskTracker::new(),
        }))
    }

    /// The client that speaks to Logto.
    #[must_use]
    pub fn client(&self) -> &logto::Client {
        &self.0.client
    }

    /// Where the application is reached from outside.
    #[must_use]
    pub fn base_url(&self) -> &Url {
        &self.0.base_url
    }

    /// After how many seconds a request may be sent again that failed because Logto did not answer: the value of `Retry-After`. It is
    /// five, or what Logto said itself (429 with `Retry-After`), one minute at most.
    #[must_use]
    pub fn retry_after(&self) -> u64 {
        let limited = self.client().rate_limited();
        limited.map_or(5, |limited| limited.as_secs().max(5))
    }

    /// Looks after the store, for as long as the future is polled: removes what is past its time, every five minutes, and
    /// writes what could not be written when it came, as soon as it can be: sessions that ended, and tokens of refreshes.
    pub async fn sweep(&self) {
        tokio::join!(self.remove_expired(), self.write_unwritten());
    }

    async fn remove_expired(&self) {
        let mut interval = tokio::time::interval(Duration::from_mins(5));
        loop {
            interval.tick().await;
            if let Err(error) = self.0.sessions.sweep().await {
                tracing::warn!(
                    error = chain(&error),
                    "expired sessions could not be removed"
                );
            }
        }
    }

    async fn write_unwritten(&self) {
        let sessions = &self.0.sessions;
        loop {
            sessions.wait_for_unwritten().await;
            let mut pause = Duration::from_secs(1);
            loop {
                tokio::time::sleep(pause).await;
                let revoke = |secret: logto::Secret| drop(self.revoke(&secret));
                if sessions.write_unwritten(revoke).await.is_ok() {
                    tracing::info!(
                        "the store has what could not be written before: ended sessions are deleted, refreshed tokens are stored"
                    );
                    break;
                }
                pause = (pause * 2).min(Duration::from_mins(1));
            }
        }
    }

    /// Waits until every task that must not be cut short has ended: code exchanges, refreshes, sign-outs and revocations.
    /// What could not be written to the store before is written, if it can be now: sessions that ended, and tokens of refreshes.
    ///
    /// Call it once no more requests arrive, with a time limit, before the process exits. A refresh token that Logto has
    /// replaced is lost if its task is dropped before the new one is stored. A revocation that waits for another attempt is not
    /// waited for.
    pub async fn finish_tasks(&self) {
        self.0.revocations.stop();
        let revoke = |secret: logto::Secret| drop(self.revoke(&secret));
        // Before the wait, which may be cut short, and after it, for sign-outs that were under way.
        let _ = self.0.sessions.write_unwritten(revoke).await;
        self.0.tasks.close();
        self.0.tasks.wait().await;
        if let Err(error) = self.0.sessions.write_unwritten(revoke).await {
            tracing::error!(
                error = chain(&error),
                "the store cannot be written: sessions that were signed out since it failed work again after the restart, and those \
                 whose refresh token was replaced end"
            );
        }
        self.0.tasks.wait().await;
    }

    /// Runs a task that a dropped request does not cancel and that [`finish_tasks`](Self::finish_tasks) waits for.
    pub(crate) fn spawn<T: Send + 'static>(
        &self,
        task: impl Future<Output = T> + Send + 'static,
    ) -> JoinHandle<T> {
        self.0.tasks.spawn(task)
    }

    pub(crate) fn parts(&self) -> &Parts {
        &self.0
    }
}

/// Random bytes from the operating system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], getrandom::Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// SHA-256 over parts, each with its length before it.
pub(crate) fn digest(parts: &[&[u8]]) -> Hash {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    hasher.finalize().into()
}
