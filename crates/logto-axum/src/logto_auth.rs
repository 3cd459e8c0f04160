//! [`LogtoAuth`]: what all requests share.

use std::sync::Arc;

use tokio::{sync::Semaphore, task::JoinHandle};
use tokio_util::task::TaskTracker;
use tracing::Instrument as _;
use url::Url;

use crate::{
    backchannel_logout::VERIFIED_AT_ONCE,
    concurrent_callbacks::Callbacks,
    cookies::Names,
    flow_paths::FlowPaths,
    hooks::Events,
    log_limit::LogLimit,
    options::AuthOptions,
    readiness::LastReadiness,
    session::{RecentSessions, Sessions},
    setup_error::SetupError,
    site_urls::{check_base_url, check_redirect_uri},
    store::{MeasuredStore, Store},
    tokens::TokenService,
};

/// Logto, a session store and the rules between them. Cheap to clone; one for the whole
/// application.
#[derive(Clone, Debug)]
pub struct LogtoAuth(Arc<Parts>);

#[derive(Debug)]
pub(crate) struct Parts {
    pub client: logto::Client,
    pub sessions: Sessions,
    pub base_url: Url,
    pub flow_paths: FlowPaths,
    pub names: Names,
    pub tokens: TokenService,
    pub events: Events,
    pub callbacks: Callbacks,
    pub recent_sessions: RecentSessions,
    pub show_errors: bool,
    pub keep_address: bool,
    /// The full name of the cookie with the language.
    pub language_cookie: Option<String>,
    pub readiness: LastReadiness,
    /// Places for logout tokens that are being verified.
    pub logout_tokens: Arc<Semaphore>,
    /// Limits the log about sign-ins under another host.
    pub other_hosts: LogLimit,
    pub refused_logouts: LogLimit,
    pub refused_streams: LogLimit,
    /// What must come to its end even when the request that began it is dropped.
    pub tasks: TaskTracker,
}

impl LogtoAuth {
    /// Puts the parts together. Nothing is asked of Logto or of the store yet.
    ///
    /// # Errors
    /// When the base URL is more than an origin, or the redirect URI of the client is not below it.
    pub fn new(
        client: logto::Client,
        store: Arc<dyn Store>,
        options: AuthOptions,
    ) -> Result<Self, SetupError> {
        let redirect_uri = &client.config().redirect_uri;
        check_base_url("base_url", &options.base_url)?;
        check_redirect_uri(redirect_uri, &options.base_url)?;
        let flow_paths = FlowPaths::of(redirect_uri);
        let names = Names::for_site(&options.base_url);
        let store = Arc::new(MeasuredStore::new(store));
        let sessions = Sessions::new(store, &client, &options);
        let tasks = TaskTracker::new();
        let events = Events::new(options.hooks, tasks.clone());
        let tokens = TokenService::new(
            client.clone(),
            sessions.clone(),
            tasks.clone(),
            events.clone(),
        );
        let language_cookie = options.language_cookie.as_deref();
        let language_cookie = language_cookie.map(|name| names.full(name));
        Ok(Self(Arc::new(Parts {
            client,
            sessions,
            base_url: options.base_url,
            flow_paths,
            names,
            tokens,
            events,
            callbacks: Callbacks::default(),
            recent_sessions: RecentSessions::default(),
            show_errors: options.show_errors,
            keep_address: options.keep_address,
            language_cookie,
            readiness: LastReadiness::default(),
            logout_tokens: Arc::new(Semaphore::new(VERIFIED_AT_ONCE)),
            other_hosts: LogLimit::default(),
            refused_logouts: LogLimit::default(),
            refused_streams: LogLimit::default(),
            tasks,
        })))
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

    /// The paths of the sign-in flow.
    #[must_use]
    pub fn flow_paths(&self) -> &FlowPaths {
        &self.0.flow_paths
    }

    /// After how many seconds a request may be sent again that failed because Logto did not answer:
    /// the value of `Retry-After`. It is five, or what Logto said itself (429 with `Retry-After`),
    /// one minute at most.
    #[must_use]
    pub fn retry_after(&self) -> u64 {
        let limited = self.client().rate_limited();
        limited.map_or(5, |limited| limited.as_secs().max(5))
    }

    /// Runs a task that a dropped request does not cancel and that
    /// [`finish_tasks`](Self::finish_tasks) waits for.
    pub(crate) fn spawn<T: Send + 'static>(
        &self,
        task: impl Future<Output = T> + Send + 'static,
    ) -> JoinHandle<T> {
        self.0.tasks.spawn(task.in_current_span())
    }

    pub(crate) fn parts(&self) -> &Parts {
        &self.0
    }
}
