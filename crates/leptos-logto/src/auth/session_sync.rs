//! Keeps the session state of an open page up to date. All of it happens in the browser: effects do
//! not run on the server.
//!
//! Tabs send each other which session they show and when it ends. A message of another tab only
//! causes a check at the server, and one about the end of the session also blanks the page.

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
use web_sys::{BroadcastChannel, Element, FocusOptions, HtmlElement, MessageEvent};

use super::{
    clock::{next_tick, seconds, whole},
    context::AuthContext,
    session_stream::SessionStream,
    tabs::{self, ENDED, Heard, event_message, message},
};
use crate::{
    api::{load_session, stay_signed_in},
    hydrating::hydration,
    model::{AuthState, Session},
    page_paths::use_page_paths,
};

/// The name of the channel between the tabs.
const CHANNEL: &str = "leptos-logto";
/// A page that comes into view is checked again when the last check is older than this, in seconds.
const STALE: f64 = 60.0;
/// Between two looks whether the page is hydrated.
const SOON: Duration = Duration::from_millis(200);

/// What the page keeps beside the state. All of it is in the one thread of the browser.
#[derive(Clone, Copy)]
struct SessionSync {
    context: AuthContext,
    channel: StoredValue<Option<BroadcastChannel>, LocalStorage>,
    timer: StoredValue<Option<TimeoutHandle>, LocalStorage>,
    /// When the state was last known to be true, by the browser's clock in seconds.
    checked_at: StoredValue<f64>,
    /// How far the browser's clock is ahead of the server's, in seconds.
    ahead: StoredValue<f64>,
    /// A page that is hydrated in several tasks, or whose code is on its way, must not change
    /// meanwhile: what is hydrated later would not be what the HTML says.
    is_hydrating: StoredValue<Box<dyn Fn() -> bool>, LocalStorage>,
    /// Something has changed meanwhile.
    is_behind: StoredValue<bool>,
    /// Where somebody was on the page when they left it.
    place: StoredValue<Option<Place>, LocalStorage>,
    home: &'static str,
}

/// Starts in the browser, and changes nothing before the page is hydrated.
pub(crate) fn start(context: AuthContext) {
    Effect::new(move |_| {
        context.delete_draft_of_others();
        let sync = SessionSync {
            context,
            channel: StoredValue::new_local(None),
            timer: StoredValue::new_local(None),
            checked_at: StoredValue::new(now()),
            ahead: StoredValue::new(0.0),
            is_hydrating: StoredValue::new_local(Box::new(hydration())),
            is_behind: StoredValue::new(false),
            place: StoredValue::new_local(None),
            home: use_page_paths().home,
        };
        let stream = SessionStream::new(move |event| sync.receive_event(event));
        sync.listen_to_tabs();
        sync.listen_to_the_page(stream);
        // Whenever the state changes, notify the other tabs and restart the timer.
        Effect::new(move |_| {
            context.with(|state| sync.send(message(state)));
            sync.set_clock();
            sync.follow(stream);
        });
    });
}

/// Extends the session by a use.
pub(crate) fn stay(context: AuthContext) {
    spawn_local(async move {
        match stay_signed_in().await {
            Ok(end) => {
                if let AuthState::SignedIn(session) = context.state_untracked() {
                    context.set(AuthState::SignedIn(Session { end, ..session }));
                }
            }
            Err(crate::error::AuthError::SignedOut) => context.session_ended(),
            // The warning stays, and with it the button.
            Err(_) => {}
        }
    });
}

impl SessionSync {
    /// Whether the page is still being hydrated. Then it is checked once it is whole.
    fn must_wait(self) -> bool {
        let is_hydrating = self.is_hydrating();
        if is_hydrating && !self.is_behind.get_value() {
            self.is_behind.set_value(true);
            let catch_up = move || {
                self.is_behind.set_value(false);
                self.change();
            };
            set_timeout(catch_up, SOON);
        }
        is_hydrating
    }

    fn is_hydrating(self) -> bool {
        self.is_hydrating.with_value(|is_hydrating| is_hydrating())
    }

    fn listen_to_tabs(self) {
        let Ok(channel) = BroadcastChannel::new(CHANNEL) else {
            return;
        };
        let listener = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(text) = event.data().as_string() {
                self.receive(&text);
            }
        });
        channel.set_onmessage(Some(listener.as_ref().unchecked_ref()));
        // It listens as long as the document is there.
        listener.forget();
        self.channel.set_value(Some(channel));
    }

    fn listen_to_the_page(self, stream: SessionStream) {
        let visible = window_event_listener(ev::visibilitychange, move |_| {
            let hidden = document().hidden();
            if !hidden && now() - self.checked_at.get_value() > STALE {
                self.check(|_| {});
            }
            stream.visibility_changed();
            self.follow(stream);
        });
        // The back/forward cache keeps no page with an open stream or a lock. What it keeps is hidden, because the browser paints a
        // restored page before it says so.
        let left = window_event_listener(ev::pagehide, move |event| {
            stream.stop();
            if event.persisted() {
                self.place.set_value(Some(Place::now()));
                hide(true);
            }
        });
        // A form that leaves the page may be the sign-out: its result is the next page.
        let submitted = window_event_listener(ev::submit, move |event| {
            if !event.default_prevented() {
                stream.stop();
            }
        });
        // A page from the back/forward cache may be of a session that has ended (HD-03): hidden
        // until the server has answered.
        let restored = window_event_listener(ev::pageshow, move |event| {
            if event.persisted() {
                hide(true);
                self.check(move |known| {
                    if known {
                        hide(false);
                        if let Some(place) = self.place.try_update_value(Option::take).flatten() {
                            place.restore();
                        }
                        self.follow(stream);
                    } else {
                        let _ = window().location().reload();
                    }
                });
            }
        });
        on_cleanup(move || {
            visible.remove();
            left.remove();
            submitted.remove();
            restored.remove();
        });
    }

    /// Has the stream open while somebody is signed in.
    fn follow(self, stream: SessionStream) {
        match self.context.state_untracked().session() {
            Some(session) => stream.start(session.end.latest),
            None => stream.stop(),
        }
    }

    /// Takes an event of the stream, for all tabs.
    fn receive_event(self, event: &str) {
        self.send(event_message(&self.context.state_untracked(), event));
        if event == ENDED {
            self.end();
        } else {
            self.change();
        }
    }

    /// The session has ended. Perhaps there is another one.
    fn end(self) {
        if self.sign_out() == Document::Stays {
            self.check(|_| {});
        }
    }

    /// A page that is not hydrated cannot go blank by itself: the home page takes its place, which
    /// asks nobody to sign in.
    fn sign_out(self) -> Document {
        if !self.is_hydrating() {
            self.context.session_ended();
        } else if self.context.state_untracked().session().is_some() {
            hide(true);
            let _ = window().location().replace(self.home);
            return Document::Goes;
        } else {
            self.must_wait();
        }
        Document::Stays
    }

    fn change(self) {
        if !self.must_wait() {
            self.context.note_change();
            self.check(|_| {});
        }
    }

    /// Sends a message to the other tabs.
    fn send(self, text: Option<String>) {
        let Some(text) = text else { return };
        self.channel.with_value(|channel| {
            if let Some(channel) = channel {
                let _ = channel.post_message(&text.into());
            }
        });
    }

    fn receive(self, text: &str) {
        let known = self.context.state_untracked();
        match tabs::read(&known, text) {
            Heard::Nothing => {}
            Heard::Prolonged(at) => {
                if let AuthState::SignedIn(mut session) = known
                    && !self.must_wait()
                {
                    session.end.at = at;
                    session.end.now = whole(now() - self.ahead.get_value());
                    self.context.set(AuthState::SignedIn(session));
                }
            }
            Heard::Another => self.check(|_| {}),
            Heard::Ended => self.end(),
            Heard::Changed => self.change(),
        }
    }

    /// Loads the session state from the server, and updates the page.
    /// Without an answer, the state stays. `then` gets whether there was one.
    fn check(self, then: impl FnOnce(bool) + 'static) {
        self.checked_at.set_value(now());
        spawn_local(async move {
            let answer = load_session().await;
            let answered = matches!(&answer, Ok(state) if *state != AuthState::Unknown);
            let document = answer.map_or(Document::Stays, |fresh| self.agree(fresh));
            if document == Document::Stays {
                then(answered);
            }
        });
    }

    fn agree(self, fresh: AuthState) -> Document {
        let known = self.context.state_untracked();
        let same = |one: &Session, other: &Session| one.identity() == other.identity();
        match (&known, &fresh) {
            (_, AuthState::Unknown) => {}
            // No reload: a guarded page would redirect to the sign-in, and the session at Logto
            // would sign the person in again.
            (_, AuthState::SignedOut) => return self.sign_out(),
            (AuthState::SignedIn(one), AuthState::SignedIn(other)) if same(one, other) => {
                if !self.must_wait() {
                    self.context.set(fresh);
                }
            }
            // The page was rendered for no session, or for another person's.
            (_, AuthState::SignedIn(_)) => {
                hide(true);
                let _ = window().location().reload();
                return Document::Goes;
            }
        }
        Document::Stays
    }

    /// Sets the clock to the next moment that matters: the warning, its next second, or the end.
    fn set_clock(self) {
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
        // Where the page is not hydrated yet, the next second shows it.
        if left.is_none() || !self.is_hydrating() {
            self.context.set_ends_in(left);
        }
        if next <= 0.0 {
            self.check(|_| {});
            return;
        }
        let again = move || self.tick(end);
        let timer = set_timeout_with_handle(again, Duration::from_secs_f64(next.min(86_400.0)));
        self.timer.set_value(timer.ok());
    }
}

/// Whether the document stays, or is about to be replaced.
#[derive(PartialEq)]
enum Document {
    Stays,
    Goes,
}

/// What a hidden page loses.
struct Place {
    scroll: (f64, f64),
    focus: Option<Element>,
}

impl Place {
    fn now() -> Self {
        let scroll = (window().scroll_x(), window().scroll_y());
        Self {
            scroll: (scroll.0.unwrap_or_default(), scroll.1.unwrap_or_default()),
            focus: document().active_element(),
        }
    }

    fn restore(self) {
        window().scroll_to_with_x_and_y(self.scroll.0, self.scroll.1);
        let focus = self
            .focus
            .and_then(|element| element.dyn_into::<HtmlElement>().ok());
        if let Some(element) = focus {
            let still = FocusOptions::new();
            still.set_prevent_scroll(true);
            let _ = element.focus_with_options(&still);
        }
    }
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

fn now() -> f64 {
    Date::now() / 1000.0
}
