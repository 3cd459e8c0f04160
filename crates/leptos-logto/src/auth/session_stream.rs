//! The stream of session events. One tab of a browser has it open, the one that holds a Web Lock, and
//! passes the events on to the others. Where there are no Web Locks, each visible tab has its own.

use std::time::Duration;

use leptos::{
    leptos_dom::helpers::TimeoutHandle,
    prelude::*,
    web_sys::{
        js_sys::{Function, Object, Promise, Reflect},
        wasm_bindgen::{JsCast, JsValue, closure::Closure},
    },
};
use logto_types::paths;
use web_sys::{AbortController, EventSource, MessageEvent};

/// The name of the lock.
const LOCK: &str = "leptos-logto";
/// The pause before a stream that was refused is opened again, and how often it doubles.
const PAUSE: Duration = Duration::from_secs(5);
const DOUBLED: u32 = 7;

/// The stream of this tab, or the request for it.
#[derive(Clone, Copy)]
pub(super) struct SessionStream(StoredValue<Parts, LocalStorage>);

struct Parts {
    on_message: Function,
    on_open: Option<Function>,
    on_error: Option<Function>,
    source: Option<EventSource>,
    /// Takes the request for the lock back.
    request: Option<AbortController>,
    /// Gives the lock back.
    release: Option<Function>,
    retry: Option<TimeoutHandle>,
    /// How often the stream was refused in a row.
    refusals: u32,
    /// When the session that the page shows ends at the latest, in Unix seconds.
    latest: i64,
}

impl SessionStream {
    /// No stream yet. Each of its events is passed to `on_event`.
    pub(super) fn new(on_event: impl Fn(&str) + 'static) -> Self {
        let on_message = move |event: MessageEvent| {
            if let Some(text) = event.data().as_string() {
                on_event(&text);
            }
        };
        // These are there as long as the document.
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(on_message).into_js_value();
        let stream = Self(StoredValue::new_local(Parts {
            on_message: on_message.unchecked_into(),
            on_open: None,
            on_error: None,
            source: None,
            request: None,
            release: None,
            retry: None,
            refusals: 0,
            latest: 0,
        }));
        let handler = |handle: fn(Self)| {
            let closure = Closure::<dyn Fn()>::new(move || handle(stream));
            Some(closure.into_js_value().unchecked_into())
        };
        stream.0.update_value(|parts| {
            parts.on_open = handler(|stream| stream.0.update_value(|parts| parts.refusals = 0));
            parts.on_error = handler(Self::failed);
        });
        stream
    }

    /// Opens the stream, when it is the turn of this tab, for the session that ends at `latest`.
    pub(super) fn start(self, latest: i64) {
        self.0.update_value(|parts| parts.latest = latest);
        if self.0.with_value(|parts| parts.request.is_some()) {
            return;
        }
        let Some(locks) = locks() else {
            if !document().hidden() && self.0.with_value(|parts| parts.source.is_none()) {
                self.open();
            }
            return;
        };
        let Ok(abort) = AbortController::new() else {
            return;
        };
        let options = Object::new();
        let _ = Reflect::set(&options, &"signal".into(), &abort.signal());
        self.0.update_value(|parts| parts.request = Some(abort));
        // The lock is held until the promise that this returns is resolved.
        let granted = Closure::once_into_js(move || {
            self.open();
            Promise::new(&mut |resolve, _| {
                self.0.update_value(|parts| parts.release = Some(resolve));
            })
        });
        let request = Reflect::get(&locks, &"request".into());
        let request = request.map(JsCast::unchecked_into::<Function>);
        if let Ok(held) =
            request.and_then(|request| request.call3(&locks, &LOCK.into(), &options, &granted))
        {
            // Rejected when the request is taken back.
            let ignore = Closure::<dyn FnMut(JsValue)>::new(|_| {});
            let _ = held.unchecked_into::<Promise>().catch(&ignore);
            ignore.forget();
        }
    }

    /// Closes the stream, and lets another tab open it.
    pub(super) fn stop(self) {
        self.0.update_value(|parts| {
            if let Some(source) = parts.source.take() {
                source.close();
            }
            if let Some(request) = parts.request.take() {
                request.abort();
            }
            if let Some(release) = parts.release.take() {
                let _ = release.call0(&JsValue::UNDEFINED);
            }
            if let Some(retry) = parts.retry.take() {
                retry.clear();
            }
        });
    }

    /// The page was hidden or shown.
    pub(super) fn visibility_changed(self) {
        if locks().is_none() && document().hidden() {
            self.stop();
        }
    }

    fn open(self) {
        // The page shows a session: the server answers `ended` when there is none any more, and
        // `changed` when there is another one.
        let latest = self.0.with_value(|parts| parts.latest);
        let url = format!(
            "{}?signed_in=true&session_ends_at={latest}",
            paths::SESSION_EVENTS
        );
        let Ok(source) = EventSource::new(&url) else {
            return;
        };
        self.0.update_value(|parts| {
            source.set_onmessage(Some(&parts.on_message));
            source.set_onopen(parts.on_open.as_ref());
            source.set_onerror(parts.on_error.as_ref());
            parts.source = Some(source);
        });
    }

    /// Opens the stream again after a pause, if the browser does not do it by itself.
    fn failed(self) {
        self.0.update_value(|parts| {
            let is_refused = |source: &EventSource| source.ready_state() == EventSource::CLOSED;
            if !parts.source.as_ref().is_some_and(is_refused) {
                return;
            }
            parts.source = None;
            let pause = PAUSE * 2_u32.pow(parts.refusals.min(DOUBLED));
            parts.refusals += 1;
            parts.retry = set_timeout_with_handle(move || self.open(), pause).ok();
        });
    }
}

/// `navigator.locks`, which browsers have in secure contexts.
fn locks() -> Option<JsValue> {
    let locks = Reflect::get(&window().navigator(), &"locks".into()).ok()?;
    locks.is_object().then_some(locks)
}
