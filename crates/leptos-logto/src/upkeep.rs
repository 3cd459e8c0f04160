//! Keeps the session state of an open page true. All of it happens in the browser: effects do not run on the server.
//!
//! Tabs tell each other which session they show and when it ends; what another tab says is only a reason to ask the server.

use std::time::Duration;

use leptos::{
    ev,
    leptos_dom::helpers::TimeoutHandle,
    prelude::*,
    reactive::spawn_local,
    web_sys::{
        js_sys::Date,
        wasm_bindgen::{JsCast, closure::Closure},
    },
};
use logto_types::SessionEnd;
use web_sys::{BroadcastChannel, MessageEvent};

use crate::{
    api::{load_session, stay_signed_in},
    auth::AuthContext,
    model::{AuthState, Session},
};

/// The name of the channel between the tabs.
const CHANNEL: &str = "leptos-logto";
/// A page that comes into view is checked again when the last check is older than this, in seconds.
const STALE: f64 = 60.0;
/// The server's word on a session's end may be a minute early, and a check prolongs a session that lives. So a page asks
/// only when the session has ended for certain.
const AFTER_THE_END: f64 = 90.0;

/// What the page keeps beside the state. All of it is in the browser's one thread.
#[derive(Clone, Copy)]
struct Upkeep {
    context: AuthContext,
    channel: StoredValue<Option<BroadcastChannel>, LocalStorage>,
    timer: StoredValue<Option<TimeoutHandle>, LocalStorage>,
    /// When the state was last known to be true, by the browser's clock in seconds.
    checked_at: StoredValue<f64>,
    /// How far the browser's clock is ahead of the server's, in seconds.
    ahead: StoredValue<f64>,
}

/// Starts the upkeep once the page is alive.
pub(crate) fn start(context: AuthContext) {
    Effect::new(move |_| {
        let upkeep = Upkeep {
            context,
            channel: StoredValue::new_local(None),
            timer: StoredValue::new_local(None),
            checked_at: StoredValue::new(now()),
            ahead: StoredValue::new(0.0),
        };
        upkeep.listen_to_tabs();
        upkeep.listen_to_the_page();
        // Whenever the state changes: the other tabs learn it, and the clock is set anew.
        Effect::new(move |_| {
            context.with(|state| upkeep.tell(state));
            upkeep.wind();
        });
    });
}

/// Uses the session, so that it ends later.
pub(crate) fn stay(context: AuthContext) {
    spawn_local(async move {
        match stay_signed_in().await {
            Ok(end) => {
                if let AuthState::SignedIn(session) = context.peek() {
                    context.set(AuthState::SignedIn(Session { end, ..session }));
                }
            }
            Err(crate::AuthError::SignedOut) => context.session_ended(),
            // The warning stays, and with it the button.
            Err(_) => {}
        }
    });
}

impl Upkeep {
    fn listen_to_tabs(self) {
        let Ok(channel) = BroadcastChannel::new(CHANNEL) else {
            return;
        };
        let heard = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(text) = event.data().as_string() {
                self.hear(&text);
            }
        });
        channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        // The page's own life is the listener's.
        heard.forget();
        self.channel.set_value(Some(channel));
    }

    fn listen_to_the_page(self) {
        let seen = window_event_listener(ev::visibilitychange, move |_| {
            let hidden = document().hidden();
            if !hidden && now() - self.checked_at.get_value() > STALE {
                self.check(|_| {});
            }
        });
        // A page that the browser froze may be of a session that has ended (HD-03): hidden until the server has said so.
        let thawed = window_event_listener(ev::pageshow, move |event| {
            if event.persisted() {
                hide(true);
                self.check(|known| {
                    if known {
                        hide(false);
                    } else {
                        let _ = window().location().reload();
                    }
                });
            }
        });
        on_cleanup(move || {
            seen.remove();
            thawed.remove();
        });
    }

    /// Says which session this page shows.
    fn tell(self, state: &AuthState) {
        let Some(text) = message(state) else { return };
        self.channel.with_value(|channel| {
            if let Some(channel) = channel {
                let _ = channel.post_message(&text.into());
            }
        });
    }

    fn hear(self, text: &str) {
        let known = self.context.peek();
        match judge(&known, text) {
            Heard::Nothing => {}
            Heard::Prolonged(at) => {
                if let AuthState::SignedIn(mut session) = known {
                    session.end.at = at;
                    session.end.now = whole(now() - self.ahead.get_value());
                    self.context.set(AuthState::SignedIn(session));
                }
            }
            Heard::Another => self.check(|_| {}),
        }
    }

    /// Asks the server who is looking, and makes the page agree.
    /// Without an answer, what is known stays. `then` hears whether there was one.
    fn check(self, then: impl FnOnce(bool) + 'static) {
        self.checked_at.set_value(now());
        spawn_local(async move {
            let answer = load_session().await;
            let answered = matches!(&answer, Ok(state) if *state != AuthState::Unknown);
            let page = answer.map_or(Page::Stays, |fresh| self.agree(fresh));
            if page == Page::Stays {
                then(answered);
            }
        });
    }

    fn agree(self, fresh: AuthState) -> Page {
        let known = self.context.peek();
        let same = |one: &Session, other: &Session| one.identity() == other.identity();
        match (&known, &fresh) {
            (_, AuthState::Unknown) => {}
            // Not asked for anew: a guarded page would go straight to the sign-in, and be signed in again by Logto's session.
            (_, AuthState::SignedOut) => self.context.set(fresh),
            (AuthState::SignedIn(one), AuthState::SignedIn(other)) if same(one, other) => {
                self.context.set(fresh);
            }
            // Whatever is on the page was for nobody, or for somebody else.
            (_, AuthState::SignedIn(_)) => {
                hide(true);
                let _ = window().location().reload();
                return Page::Leaves;
            }
        }
        Page::Stays
    }

    /// Sets the clock to the next moment that matters: the warning, its next second, or the end.
    fn wind(self) {
        self.timer.update_value(|timer| {
            if let Some(timer) = timer.take() {
                timer.clear();
            }
        });
        let Some(end) = self.context.end() else {
            self.context.set_ends_in(None);
            return;
        };
        self.ahead.set_value(now() - seconds(end.now));
        self.tick(end);
    }

    fn tick(self, end: SessionEnd) {
        let (left, next) = next_tick(end, now() - self.ahead.get_value());
        self.context.set_ends_in(left);
        if next <= 0.0 {
            self.check(|_| {});
            return;
        }
        let again = move || self.tick(end);
        let timer = set_timeout_with_handle(again, Duration::from_secs_f64(next.min(86_400.0)));
        self.timer.set_value(timer.ok());
    }
}

/// Whether a page goes on after a check.
#[derive(PartialEq)]
enum Page {
    Stays,
    Leaves,
}

/// What a message of another tab means for this one.
#[derive(Debug, PartialEq)]
enum Heard {
    Nothing,
    /// The same session ends later than this page knew.
    Prolonged(i64),
    /// It shows another session.
    Another,
}

/// Which session a page shows: the end, then the identity. Nothing when it is not known.
fn message(state: &AuthState) -> Option<String> {
    match state {
        AuthState::SignedIn(session) => Some(format!("{} {}", session.end.at, session.identity())),
        AuthState::SignedOut => Some(String::new()),
        AuthState::Unknown => None,
    }
}

fn judge(known: &AuthState, text: &str) -> Heard {
    let told = text.split_once(' ');
    match (known.session(), told) {
        (None, None) => Heard::Nothing,
        (Some(session), Some((at, identity))) if identity == session.identity() => {
            match at.parse() {
                Ok(at) if at > session.end.at && at <= session.end.latest => Heard::Prolonged(at),
                _ => Heard::Nothing,
            }
        }
        _ => Heard::Another,
    }
}

/// The seconds left, when they are worth a warning, and in how many seconds to look again: none when it is over.
fn next_tick(end: SessionEnd, now: f64) -> (Option<u32>, f64) {
    let left = seconds(end.at) - now;
    let until_warning = seconds(end.warn_at()) - now;
    if until_warning > 0.0 {
        return (None, until_warning);
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and 300"
    )]
    let shown = left.clamp(0.0, 300.0).ceil() as u32;
    if left > 0.0 {
        (Some(shown), left.fract().max(0.05))
    } else {
        (Some(0), left + AFTER_THE_END)
    }
}

fn now() -> f64 {
    Date::now() / 1000.0
}

#[expect(clippy::cast_precision_loss, reason = "seconds since 1970 fit")]
fn seconds(time: i64) -> f64 {
    time as f64
}

#[expect(clippy::cast_possible_truncation, reason = "seconds since 1970 fit")]
fn whole(time: f64) -> i64 {
    time as i64
}

fn hide(hidden: bool) {
    if let Some(root) = document().document_element() {
        let _ = if hidden {
            root.set_attribute("hidden", "")
        } else {
            root.remove_attribute("hidden")
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Viewer;

    const END: SessionEnd = SessionEnd {
        now: 1000,
        at: 2000,
        latest: 9000,
    };

    fn signed_in(subject: &str, end: SessionEnd) -> AuthState {
        AuthState::SignedIn(Session {
            viewer: Viewer {
                subject: subject.into(),
                name: None,
                initials: String::new(),
                picture: None,
            },
            organizations: Vec::new(),
            roles: None,
            organization_roles: None,
            scopes: Vec::new(),
            switched_off: Vec::new(),
            end,
        })
    }

    #[test]
    fn tabs_of_one_session_share_its_later_end() {
        let known = signed_in("alice", END);
        let told = message(&signed_in("alice", SessionEnd { at: 2500, ..END })).unwrap();
        assert_eq!(judge(&known, &told), Heard::Prolonged(2500));
        let earlier = message(&signed_in("alice", SessionEnd { at: 1500, ..END })).unwrap();
        assert_eq!(judge(&known, &earlier), Heard::Nothing);
        let absurd = message(&signed_in("alice", SessionEnd { at: 9999, ..END })).unwrap();
        assert_eq!(judge(&known, &absurd), Heard::Nothing);
    }

    #[test]
    fn another_session_in_another_tab_is_a_reason_to_ask() {
        let known = signed_in("alice", END);
        let again = SessionEnd {
            latest: 9500,
            ..END
        };
        for other in [
            signed_in("bob", END),
            signed_in("alice", again),
            AuthState::SignedOut,
        ] {
            assert_eq!(judge(&known, &message(&other).unwrap()), Heard::Another);
        }
        assert_eq!(judge(&AuthState::SignedOut, ""), Heard::Nothing);
        let told = message(&known).unwrap();
        assert_eq!(judge(&AuthState::SignedOut, &told), Heard::Another);
        assert_eq!(message(&AuthState::Unknown), None);
    }

    #[test]
    fn the_clock_sleeps_until_the_warning_counts_seconds_and_waits_after_the_end() {
        assert_eq!(next_tick(END, 1000.0), (None, 800.0));
        assert_eq!(next_tick(END, 1990.25), (Some(10), 0.75));
        assert_eq!(next_tick(END, 2000.0), (Some(0), 90.0));
        assert_eq!(next_tick(END, 2090.0), (Some(0), 0.0));
    }
}
