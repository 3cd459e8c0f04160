//! Back-channel logout: Logto says that a session there has ended, and the sessions here that came
//! of it end (OpenID Connect Back-Channel Logout 1.0).

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State, rejection::BytesRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use logto::LogoutToken;
use logto_types::paths;
use serde_json::json;
use tokio::{
    sync::{OwnedSemaphorePermit, oneshot},
    time::{sleep, timeout},
};
use tracing::Instrument as _;

use crate::{
    error_chain::chain, hooks::SignOutCause, logto_auth::LogtoAuth,
    measurements::count_backchannel_logout, session::LoggedOut, store::StoreError,
};

/// The longest body, in bytes. A logout token of Logto has 600.
const LONGEST_BODY: usize = 8 * 1024;
/// How many logout tokens are verified at the same time. Anybody may send some, and each waits while
/// the keys of the provider are read.
pub(crate) const VERIFIED_AT_ONCE: usize = 64;
/// After how long the answer is due. Logto waits two and a half seconds, and delays the browser
/// meanwhile.
const PATIENCE: Duration = Duration::from_millis(600);
/// How long to wait before each further attempt while the store fails, in seconds. Logto sends a
/// token once.
const WAITS: [u64; 4] = [1, 5, 15, 60];

/// Why no session was ended.
#[derive(Debug, thiserror::Error)]
enum Failure {
    /// The token is not valid.
    #[error(transparent)]
    Refused(logto::Error),
    /// The token could not be judged.
    #[error("the logout token cannot be verified now")]
    Unverified(#[source] logto::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("it takes too long")]
    TimedOut,
    #[error("{VERIFIED_AT_ONCE} logout tokens are being verified already")]
    TooMany,
}

impl LogtoAuth {
    /// The route of the back-channel logout alone, POST [`paths::BACKCHANNEL_LOGOUT`]. It belongs
    /// inside [`protect_with`](Self::protect_with). Register its URL at Logto: *Backchannel logout
    /// URI* of the application, with *session required*.
    ///
    /// When somebody signs out at Logto, in this or another application, their sessions here end:
    /// with *session required* those of that browser, else all of the person. It answers within a
    /// second:
    ///
    /// | status | when |
    /// |---|---|
    /// | 200 | the sessions have ended, or are being ended; also when there are none, and when the token was used before |
    /// | 400 | the token is not valid: `{"error":"invalid_request"}` |
    /// | 405, 413, 415 | not POST, more than 8 KB, no form |
    /// | 503 | the session store or Logto's keys cannot be read now: the same token works again. If it is valid, this server tries again by itself |
    pub fn backchannel_logout_route<S>(&self) -> Router<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        Router::new()
            .route(paths::BACKCHANNEL_LOGOUT, post(receive))
            .layer(DefaultBodyLimit::max(LONGEST_BODY))
            .with_state(self.clone())
    }

    /// Ends the sessions of a logout token, in a task that goes on when the answer is due.
    async fn receive_logout_token(&self, token: String) -> Result<(), Failure> {
        let places = self.parts().logout_tokens.clone();
        let place = places.try_acquire_owned().map_err(|_| Failure::TooMany)?;
        let (send, outcome) = oneshot::channel();
        let accepted = Arc::new(AtomicBool::new(false));
        let (app, is_accepted) = (self.clone(), accepted.clone());
        drop(self.spawn(async move { app.log_out(&token, place, &accepted, send).await }));
        match timeout(PATIENCE, outcome).await {
            Ok(Ok(outcome)) => outcome,
            Err(_) if is_accepted.load(Ordering::SeqCst) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Failure::TimedOut),
        }
    }

    /// Ends the sessions of a logout token, and sends the outcome of the first attempt.
    async fn log_out(
        &self,
        token: &str,
        place: OwnedSemaphorePermit,
        accepted: &AtomicBool,
        outcome: oneshot::Sender<Result<(), Failure>>,
    ) {
        let verified = self.client().verify_logout_token(token).await;
        drop(place);
        let token = match verified {
            Ok(token) => token,
            Err(error @ logto::Error::LogoutToken(_)) => {
                let _ = outcome.send(Err(Failure::Refused(error)));
                return;
            }
            Err(error) => {
                let _ = outcome.send(Err(Failure::Unverified(error)));
                return;
            }
        };
        let received_at = self.parts().sessions.now();
        let (mut outcome, mut waits) = (Some(outcome), WAITS.into_iter());
        loop {
            // The outcome of the first attempt has been sent.
            let is_repeated = outcome.is_none();
            let attempt = self
                .end_for(&token, received_at, is_repeated, accepted)
                .await;
            let failure = attempt.as_ref().err().map(|error| chain(error));
            if let Some(outcome) = outcome.take() {
                let _ = outcome.send(attempt.map_err(Failure::Store));
            }
            let Some(error) = failure else {
                return;
            };
            let wait = waits.next();
            tracing::error!(
                error,
                next_attempt_in_seconds = wait,
                "sessions that ended at the identity provider could not be ended"
            );
            let Some(wait) = wait else {
                return;
            };
            tokio::select! {
                () = self.parts().tokens.stopping() => return,
                () = sleep(Duration::from_secs(wait)) => {}
            }
        }
    }

    async fn end_for(
        &self,
        token: &LogoutToken,
        received_at: i64,
        is_repeated: bool,
        accepted: &AtomicBool,
    ) -> Result<(), StoreError> {
        let parts = self.parts();
        let accept = || accepted.store(true, Ordering::SeqCst);
        let mut ended = LoggedOut::default();
        let outcome = parts
            .sessions
            .log_out(token, received_at, is_repeated, accept, &mut ended)
            .await;
        if ended.is_replay {
            tracing::info!("a logout token of the identity provider was used before");
            return outcome;
        }
        let (subject, sessions) = (token.sub.as_deref(), ended.sessions.len());
        self.report_ended(&ended, SignOutCause::Provider, None);
        if outcome.is_ok() || sessions > 0 {
            tracing::info!(
                subject,
                sessions,
                "sessions ended: the identity provider has logged the person out"
            );
        }
        let tokens = parts.tokens.clone();
        drop(self.spawn(async move { tokens.revoke_all(&ended.secrets).await }));
        outcome
    }
}

async fn receive(
    State(app): State<LogtoAuth>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let mut response = match body {
        Err(rejection) => rejection.status().into_response(),
        Ok(_) if !is_form(&headers) => StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response(),
        Ok(body) => answer(&app, &body).await,
    };
    // Section 2.8.
    let no_store = HeaderValue::from_static("no-store");
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, no_store);
    response
}

async fn answer(app: &LogtoAuth, form: &[u8]) -> Response {
    let invalid = || {
        count_backchannel_logout("refused");
        let error = json!({ "error": "invalid_request" });
        (StatusCode::BAD_REQUEST, Json(error)).into_response()
    };
    let mut tokens = url::form_urlencoded::parse(form).filter(|(name, _)| name == "logout_token");
    let (Some((_, token)), None) = (tokens.next(), tokens.next()) else {
        return invalid();
    };
    let failure = match app
        .receive_logout_token(token.into_owned())
        .instrument(tracing::debug_span!("backchannel_logout"))
        .await
    {
        Ok(()) => {
            count_backchannel_logout("accepted");
            return StatusCode::OK.into_response();
        }
        Err(failure) => failure,
    };
    // Anybody can send one.
    if let Some(left_out) = app.parts().refused_logouts.permit() {
        let error = chain(&failure);
        tracing::warn!(
            error,
            left_out,
            "a logout token of the identity provider ended no session"
        );
    }
    if matches!(failure, Failure::Refused(_)) {
        return invalid();
    }
    count_backchannel_logout("unavailable");
    let error = json!({ "error": "temporarily_unavailable" });
    let retry = [(header::RETRY_AFTER, HeaderValue::from(app.retry_after()))];
    (StatusCode::SERVICE_UNAVAILABLE, retry, Json(error)).into_response()
}

fn is_form(headers: &HeaderMap) -> bool {
    let content = headers.get(header::CONTENT_TYPE);
    let content = content.and_then(|value| value.to_str().ok());
    let essence = content.and_then(|value| value.split(';').next());
    essence.is_some_and(|essence| {
        essence
            .trim()
            .eq_ignore_ascii_case("application/x-www-form-urlencoded")
    })
}
