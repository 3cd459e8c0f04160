//! Calls the hooks: within their time, a limited number at once, and never in the way of a panic.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use logto_types::Access;
use tokio::{sync::Semaphore, time::timeout};
use tokio_util::task::TaskTracker;
use tracing::Instrument as _;

use super::{
    Hook, Hooks, RefreshFailed, Returned, SignInEvent, SignInFinished, SignInRejection,
    SignOutEvent, event::AccessDenied,
};
use crate::{
    error::ProblemReason,
    hash::{Hash, hex},
    log_limit::LogLimit,
    measurements::{
        count_denied, count_dropped_event, count_refresh, count_sign_in, count_sign_out,
    },
};

/// How many hooks run in the background at once.
const AT_ONCE: usize = 64;
/// How many calls may wait for that. Above it, events are dropped and counted.
const MOST_WAITING: usize = 8192;
/// How many sessions are remembered whose end was reported.
const MOST_ENDED: usize = 1024;

/// Where everything that hooks are told about is reported.
#[derive(Clone, Debug)]
pub(crate) struct Events(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    hooks: Hooks,
    /// Waited for at shutdown.
    tasks: TaskTracker,
    places: Arc<Semaphore>,
    turns: Semaphore,
    dropped: AtomicU64,
    drops: LogLimit,
    /// Two requests may end one session at the same time.
    ended: Mutex<VecDeque<Hash>>,
}

/// A name of a session that leads to nothing.
pub(crate) fn session_name(session: &Hash) -> String {
    hex(session, 8)
}

impl Events {
    pub(crate) fn new(hooks: Hooks, tasks: TaskTracker) -> Self {
        Self(Arc::new(Shared {
            hooks,
            tasks,
            places: Arc::new(Semaphore::new(MOST_WAITING)),
            turns: Semaphore::new(AT_ONCE),
            dropped: AtomicU64::new(0),
            drops: LogLimit::default(),
            ended: Mutex::default(),
        }))
    }

    /// Asks the application about a sign-in. Without an answer in time there is none.
    pub(crate) async fn decide_sign_in(&self, event: &SignInEvent) -> Result<(), SignInRejection> {
        for hook in &self.0.hooks.sign_in {
            match self.call("on_sign_in", hook, event.clone()).await {
                Some(decision) => decision?,
                None => return Err(SignInRejection::failed("it has not answered")),
            }
        }
        Ok(())
    }

    pub(crate) fn sign_in_finished(&self, event: SignInFinished) {
        count_sign_in(event.problem.map_or("success", ProblemReason::as_str));
        self.report(
            "on_sign_in_finished",
            |hooks| &hooks.sign_in_finished,
            event,
        );
    }

    /// Reports the end of a session, once.
    pub(crate) fn signed_out(&self, session: &Hash, event: SignOutEvent) {
        let mut ended = self.0.ended.lock().unwrap_or_else(PoisonError::into_inner);
        if ended.contains(session) {
            return;
        }
        if ended.len() >= MOST_ENDED {
            ended.pop_front();
        }
        ended.push_back(*session);
        drop(ended);
        count_sign_out(event.cause.as_str());
        self.report("on_sign_out", |hooks| &hooks.sign_out, event);
    }

    pub(crate) fn refresh_failed(&self, event: RefreshFailed) {
        count_refresh(event.failure.as_str());
        self.report("on_refresh_failed", |hooks| &hooks.refresh_failed, event);
    }

    pub(crate) fn access_denied(&self, event: AccessDenied) {
        count_denied(match event.access {
            Access::NotFound => "not-found",
            _ => "forbidden",
        });
        self.report("on_access_denied", |hooks| &hooks.access_denied, event);
    }

    /// Calls hooks in the background.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers make an event for this call alone"
    )]
    fn report<E: Clone + Send + 'static>(
        &self,
        name: &'static str,
        of_kind: fn(&Hooks) -> &Vec<Hook<E>>,
        event: E,
    ) {
        for hook in of_kind(&self.0.hooks) {
            let Ok(place) = Arc::clone(&self.0.places).try_acquire_owned() else {
                count_dropped_event(name);
                let dropped = self.0.dropped.fetch_add(1, Ordering::Relaxed) + 1;
                if self.0.drops.permit().is_some() {
                    tracing::warn!(
                        hook = name,
                        dropped,
                        "an event was dropped: {MOST_WAITING} calls of hooks wait already"
                    );
                }
                continue;
            };
            let (events, hook, event) = (self.clone(), Arc::clone(hook), event.clone());
            let call = async move {
                let _place = place;
                // It is never closed.
                let _turn = events.0.turns.acquire().await;
                events.call(name, &hook, event).await;
            };
            drop(self.0.tasks.spawn(call.in_current_span()));
        }
    }

    /// The answer of a hook; `None` when there is none in time, or it panics.
    async fn call<E: Send + 'static, T: Send + 'static>(
        &self,
        name: &'static str,
        hook: &Hook<E, T>,
        event: E,
    ) -> Option<T> {
        let hook = Arc::clone(hook);
        let work = async move {
            let returned: Returned<T> = hook(event);
            returned.await
        };
        // In a task, so that a panic ends it and nothing else.
        let span = tracing::debug_span!("hook", hook = name);
        let mut task = self.0.tasks.spawn(work.instrument(span));
        match timeout(self.0.hooks.time_limit, &mut task).await {
            Ok(Ok(returned)) => Some(returned),
            Ok(Err(_)) => {
                tracing::error!(hook = name, "a hook panicked");
                None
            }
            Err(_) => {
                task.abort();
                let limit = self.0.hooks.time_limit;
                tracing::error!(
                    hook = name,
                    ?limit,
                    "a hook took too long and was cancelled"
                );
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::sync::mpsc;

    use super::*;
    use crate::{
        client_info::ClientInfo,
        hooks::{SignOutCause, event::AccessDenied},
    };

    fn denied(path: usize) -> AccessDenied {
        AccessDenied {
            at: 0,
            access: Access::Forbidden,
            subject: None,
            session: None,
            path: path.to_string(),
            requirement: String::new(),
            organization: None,
            client: ClientInfo::default(),
        }
    }

    /// OU-22: whoever reports does not wait, and the number of waiting calls has a limit.
    #[tokio::test]
    async fn events_above_the_limit_are_dropped_and_counted() {
        let (send, mut called) = mpsc::unbounded_channel();
        let gate = Arc::new(Semaphore::new(0));
        let opened = gate.clone();
        let hooks = Hooks::new().on_access_denied(move |event: AccessDenied| {
            let (send, gate) = (send.clone(), gate.clone());
            async move {
                send.send(event.path).unwrap();
                let _ = gate.acquire().await;
            }
        });
        let tasks = TaskTracker::new();
        let events = Events::new(hooks, tasks.clone());
        for path in 0..MOST_WAITING + 100 {
            events.access_denied(denied(path));
        }
        assert_eq!(events.0.dropped.load(Ordering::Relaxed), 100);
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(called.len(), AT_ONCE, "so many run at once");
        opened.close();
        tasks.close();
        tasks.wait().await;
        assert_eq!(called.len(), MOST_WAITING, "the others were called");
        assert!(called.recv().await.is_some());
        events.access_denied(denied(0));
        assert_eq!(events.0.dropped.load(Ordering::Relaxed), 100);
    }

    #[tokio::test]
    async fn the_end_of_a_session_is_reported_once() {
        let (send, mut called) = mpsc::unbounded_channel();
        let hooks = Hooks::new().on_sign_out(move |event: SignOutEvent| {
            let send = send.clone();
            async move { send.send(event.session).unwrap() }
        });
        let tasks = TaskTracker::new();
        let events = Events::new(hooks, tasks.clone());
        for session in [[1; 32], [2; 32], [1; 32]] {
            let event = SignOutEvent {
                at: 0,
                cause: SignOutCause::Replaced,
                subject: None,
                session: session_name(&session),
                client: None,
            };
            events.signed_out(&session, event);
        }
        tasks.close();
        tasks.wait().await;
        let mut reported = [called.recv().await.unwrap(), called.recv().await.unwrap()];
        reported.sort();
        assert_eq!(reported, ["01".repeat(8), "02".repeat(8)]);
        assert!(called.try_recv().is_err());
    }

    /// A panic is in the log, and the next event is reported.
    #[tokio::test]
    async fn a_panic_ends_one_call_alone() {
        let (send, mut called) = mpsc::unbounded_channel();
        let hooks = Hooks::new().on_access_denied(move |event: AccessDenied| {
            assert!(event.path != "0", "as a test wants it");
            let send = send.clone();
            async move { send.send(event.path).unwrap() }
        });
        let events = Events::new(hooks, TaskTracker::new());
        events.access_denied(denied(0));
        events.access_denied(denied(1));
        assert_eq!(called.recv().await.unwrap(), "1");
    }
}
