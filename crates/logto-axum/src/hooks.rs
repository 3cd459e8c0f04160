//! Hooks: functions of the application that run when somebody signs in or out, and when access is
//! refused.

mod dispatch;
mod event;
mod rejection;

use std::{fmt, pin::Pin, sync::Arc, time::Duration};

pub(crate) use self::dispatch::{Events, session_name};
pub use self::{
    event::{
        AccessDenied, RefreshFailed, RefreshFailure, SignInEvent, SignInFinished, SignOutCause,
        SignOutEvent,
    },
    rejection::SignInRejection,
};

/// How long a hook may take, unless it is configured.
const TIME_LIMIT: Duration = Duration::from_secs(5);

type Returned<T> = Pin<Box<dyn Future<Output = T> + Send>>;
/// A function of the application that an event is passed to.
type Hook<E, T = ()> = Arc<dyn Fn(E) -> Returned<T> + Send + Sync>;

/// The hooks of an application: async functions that this crate calls. Of each kind there may be
/// several.
///
/// [`on_sign_in`](Self::on_sign_in) decides: it runs before the session is stored, and can refuse
/// the sign-in. The others run in the background after the fact and can neither delay nor change
/// anything.
///
/// With several processes, each event is reported once, in the process in which it happened. Events
/// have no token and no secret.
///
/// ```
/// use logto_axum::{Hooks, SignInEvent, SignInRejection, SignOutEvent};
///
/// # async fn create_account(subject: &str) -> Result<(), std::io::Error> { Ok(()) }
/// # fn example() -> Result<(), logto_axum::SetupError> {
/// let hooks = Hooks::new()
///     .on_sign_in(async |event: SignInEvent| {
///         if event.claims.email_verified.value() != Some(&true) {
///             return Err(SignInRejection::refuse("Verify your email address first."));
///         }
///         create_account(&event.claims.sub).await?;
///         Ok(())
///     })
///     .on_sign_out(async |event: SignOutEvent| {
///         tracing::info!(session = event.session, "signed out");
///     });
/// let auth = logto_axum::LogtoAuth::builder_from_env()?.hooks(hooks);
/// # let _ = auth;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Hooks {
    time_limit: Duration,
    sign_in: Vec<Hook<SignInEvent, Result<(), SignInRejection>>>,
    sign_in_finished: Vec<Hook<SignInFinished>>,
    sign_out: Vec<Hook<SignOutEvent>>,
    refresh_failed: Vec<Hook<RefreshFailed>>,
    access_denied: Vec<Hook<AccessDenied>>,
}

impl Hooks {
    /// No hooks, and five seconds for each that is added.
    #[must_use]
    pub fn new() -> Self {
        Self {
            time_limit: TIME_LIMIT,
            sign_in: Vec::new(),
            sign_in_finished: Vec::new(),
            sign_out: Vec::new(),
            refresh_failed: Vec::new(),
            access_denied: Vec::new(),
        }
    }

    /// How long a hook may take. A call that takes longer is dropped, and the log says so. Default:
    /// five seconds. The browser waits for [`on_sign_in`](Self::on_sign_in).
    #[must_use]
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = limit;
        self
    }

    /// Decides about a sign-in, after Logto's answer was verified and before the session is stored:
    /// the place to look whether somebody may come in, or to create their account.
    ///
    /// | it returns | then |
    /// |---|---|
    /// | `Ok(())` | the next hook decides; after the last one, the session begins |
    /// | [`SignInRejection::refuse`] | nobody is signed in, and the problem page shows its text |
    /// | any error (`?`), a panic, nothing in time | nobody is signed in, and the problem page says that signing in is not available right now |
    ///
    /// Without a session, the tokens of the sign-in are revoked at Logto. Who is signed in in this
    /// browser already stays signed in; if it is the same person, the tokens are not revoked,
    /// because Logto has all of them under one grant. The call goes on when the browser hangs up.
    #[must_use]
    pub fn on_sign_in<F, R>(mut self, hook: F) -> Self
    where
        F: Fn(SignInEvent) -> R + Send + Sync + 'static,
        R: Future<Output = Result<(), SignInRejection>> + Send + 'static,
    {
        self.sign_in
            .push(Arc::new(move |event| Box::pin(hook(event))));
        self
    }

    /// Runs when a sign-in has come to its end: somebody is signed in, or it has failed.
    #[must_use]
    pub fn on_sign_in_finished<F, R>(mut self, hook: F) -> Self
    where
        F: Fn(SignInFinished) -> R + Send + Sync + 'static,
        R: Future<Output = ()> + Send + 'static,
    {
        self.sign_in_finished.push(boxed(hook));
        self
    }

    /// Runs when a session has ended, for any [`SignOutCause`]. Sessions that end because their
    /// time has come are not reported: nothing happens then.
    #[must_use]
    pub fn on_sign_out<F, R>(mut self, hook: F) -> Self
    where
        F: Fn(SignOutEvent) -> R + Send + Sync + 'static,
        R: Future<Output = ()> + Send + 'static,
    {
        self.sign_out.push(boxed(hook));
        self
    }

    /// Runs when Logto has given no token for a session, and says whether the session has ended
    /// over it. That somebody may not have a token, for example for an organization they are not
    /// in, is no failure.
    #[must_use]
    pub fn on_refresh_failed<F, R>(mut self, hook: F) -> Self
    where
        F: Fn(RefreshFailed) -> R + Send + Sync + 'static,
        R: Future<Output = ()> + Send + 'static,
    {
        self.refresh_failed.push(boxed(hook));
        self
    }

    /// Runs when somebody who is signed in has requested what they may not see: a guarded page that
    /// answers 403 or 404, or what [`Auth::report_denied`](crate::Auth::report_denied) reports. An
    /// anonymous visitor who is led to the sign-in is no such case.
    #[must_use]
    pub fn on_access_denied<F, R>(mut self, hook: F) -> Self
    where
        F: Fn(AccessDenied) -> R + Send + Sync + 'static,
        R: Future<Output = ()> + Send + 'static,
    {
        self.access_denied.push(boxed(hook));
        self
    }
}

impl Default for Hooks {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hooks")
            .field("time_limit", &self.time_limit)
            .field("on_sign_in", &self.sign_in.len())
            .field("on_sign_in_finished", &self.sign_in_finished.len())
            .field("on_sign_out", &self.sign_out.len())
            .field("on_refresh_failed", &self.refresh_failed.len())
            .field("on_access_denied", &self.access_denied.len())
            .finish()
    }
}

fn boxed<E, F, R>(hook: F) -> Hook<E>
where
    F: Fn(E) -> R + Send + Sync + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    Arc::new(move |event| Box::pin(hook(event)))
}
