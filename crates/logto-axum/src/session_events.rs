//! Session events: a server-sent stream that tells an open page at once that its session has ended
//! or changed.

mod limits;
mod stream;
mod streams;

use std::borrow::Cow;

use axum::{
    Extension, Router,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response, Sse, sse::KeepAlive},
    routing::get,
};
use logto_types::paths;
use tower_sessions::Session;

pub use self::limits::SessionStreamLimits;
use self::stream::{HEARTBEAT, ended, events};
pub(crate) use self::streams::SessionStreams;
use crate::{
    client_address::ClientAddress, error_chain::chain, logto_auth::LogtoAuth, session::session_hash,
};

impl LogtoAuth {
    /// The route of the session events alone, GET [`paths::SESSION_EVENTS`]. It belongs inside
    /// [`protect_with`](Self::protect_with). `leptos-logto` reads them in the browser.
    ///
    /// It is a stream of server-sent events (`text/event-stream`) about the session of the request.
    /// The data of an event is one of:
    ///
    /// | data | when |
    /// |---|---|
    /// | `ended` | the session has ended: by a sign-out, a logout at Logto, or [`end_sessions`](Self::end_sessions), in any process. Nothing follows |
    /// | `changed` | something about it has changed, for example because an organization was left |
    ///
    /// The id of an event is the version of the session. A browser sends it when it opens the stream
    /// again, and gets `changed` when there is another version by then. When events of the store may
    /// have been lost, the stream itself looks at the session again.
    ///
    /// An open stream is no use of the session, and holds no secret. It has a comment line every 20
    /// seconds. It closes when the session ends because of its time, and after a quarter of an
    /// hour; an `EventSource` opens it again by itself.
    ///
    /// With the query `signed_in=true` the page says that it shows somebody as signed in. If nobody
    /// is, `ended` is all that it gets. The same holds when a browser opens a stream again. With
    /// `session_ends_at=` and the Unix time at which the session that it shows ends at the latest, it
    /// gets `changed` at once if the browser has another session by now. Two sessions that began in
    /// the same second are not distinguished.
    ///
    /// | status | when |
    /// |---|---|
    /// | 204 | nobody is signed in, and the page does not show anybody either |
    /// | 403 | no page of this application asks for it |
    /// | 503 | there are [too many](SessionStreamLimits) of them, the process stops, or the session store does not answer |
    ///
    /// A browser opens none again after one of these.
    pub fn session_events_route<S>(&self) -> Router<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        Router::new()
            .route(paths::SESSION_EVENTS, get(session_events))
            .with_state(self.clone())
    }

    /// How many streams of session events are open in this process.
    #[must_use]
    pub fn open_session_streams(&self) -> usize {
        self.streams().count()
    }

    /// Closes the streams of session events, and opens no more. Call it when the process begins to
    /// stop: a server that waits for open responses would wait for these. Browsers open them again
    /// within seconds, at another process.
    ///
    /// ```no_run
    /// # async fn example(auth: logto_axum::LogtoAuth, listener: tokio::net::TcpListener, app: axum::Router) {
    /// # async fn stop_signal() {}
    /// let stopping = auth.clone();
    /// let stop = async move {
    ///     stop_signal().await;
    ///     stopping.close_session_streams();
    /// };
    /// let _ = axum::serve(listener, app).with_graceful_shutdown(stop).await;
    /// auth.finish_tasks().await;
    /// # }
    /// ```
    pub fn close_session_streams(&self) {
        self.streams().close();
    }

    fn streams(&self) -> &std::sync::Arc<SessionStreams> {
        self.parts().sessions.streams()
    }
}

async fn session_events(
    State(app): State<LogtoAuth>,
    Extension(session): Extension<Session>,
    request: Request,
) -> Response {
    let headers = request.headers();
    if !app.may_be_our_script(headers) {
        let reason = "Only a page of this application gets session events.\n";
        return (StatusCode::FORBIDDEN, reason).into_response();
    }
    let Some(session) = session.id().map(session_hash) else {
        return nobody(&request);
    };
    let address = ClientAddress::find(request.extensions());
    let Some(place) = app.streams().take_place(session, address) else {
        if let Some(left_out) = app.parts().refused_streams.permit() {
            tracing::warn!(
                left_out,
                "a stream of session events was refused: too many are open, for one session, from one address or in all"
            );
        }
        return unavailable(&app);
    };
    // After the place was taken: an end that is not seen here wakes the stream.
    let sessions = &app.parts().sessions;
    match sessions.status(&session).await {
        Ok(Some(status)) => {
            let known = headers.get("last-event-id").map(HeaderValue::as_bytes);
            let shown = query(&request, "session_ends_at").and_then(|shown| shown.parse().ok());
            stream(events(sessions.clone(), place, status, known, shown))
        }
        Ok(None) => nobody(&request),
        Err(error) => {
            tracing::debug!(
                error = chain(&error),
                "a stream of session events needs the store"
            );
            unavailable(&app)
        }
    }
}

/// Nobody is signed in. A page that shows somebody, or had a stream before, is told that its session
/// has ended: that was while the browser was about to open the stream.
fn nobody(request: &Request) -> Response {
    let last = request.headers().get("last-event-id");
    let had_stream = last.is_some_and(|last| !last.is_empty());
    if had_stream || query(request, "signed_in").as_deref() == Some("true") {
        return stream(ended());
    }
    StatusCode::NO_CONTENT.into_response()
}

fn query<'a>(request: &'a Request, name: &str) -> Option<Cow<'a, str>> {
    let query = request.uri().query().unwrap_or_default();
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs
        .find(|(known, _)| known == name)
        .map(|(_, value)| value)
}

fn unavailable(app: &LogtoAuth) -> Response {
    let retry_after = [(header::RETRY_AFTER, HeaderValue::from(app.retry_after()))];
    (StatusCode::SERVICE_UNAVAILABLE, retry_after).into_response()
}

fn stream<S>(events: S) -> Response
where
    S: futures_util::Stream<Item = Result<axum::response::sse::Event, std::convert::Infallible>>
        + Send
        + 'static,
{
    let keep_alive = KeepAlive::new().interval(HEARTBEAT);
    // nginx would collect the events in a buffer.
    let unbuffered = [("x-accel-buffering", "no")];
    (unbuffered, Sse::new(events).keep_alive(keep_alive)).into_response()
}
