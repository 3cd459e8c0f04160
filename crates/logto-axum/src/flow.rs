//! The flow: begin a sign-in, finish it at the callback, sign out. What the server functions call.

use std::time::Duration;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use logto::{Callback, FirstScreen, SignIn};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use time::OffsetDateTime;
use tokio::{
    task::JoinHandle,
    time::{Instant, timeout_at},
};
use tower_sessions::{Expiry, cookie::Cookie};

use crate::{
    Auth, Error, Problem, ReturnTo, SignedIn, Who,
    error::chain,
    session::{Attempt, PENDING_SECONDS, SIGNED_IN, first_tokens},
    tokens::TokenRecord,
};

/// The URLs of the flow.
pub mod paths {
    /// Starts a sign-in. GET; `return_to` and `first_screen` are optional.
    pub const SIGN_IN: &str = "/sign-in";
    /// Where Logto sends the browser back to. GET.
    pub const CALLBACK: &str = "/callback";
    /// Signs out. POST.
    pub const SIGN_OUT: &str = "/sign-out";
    /// The page that says why a sign-in did not work. Its query has `reason`, one of the words of
    /// [`Problem`](crate::Problem), and perhaps `return_to`.
    pub const PROBLEM: &str = "/sign-in-problem";
    /// All of them: none is a place to return to.
    pub const ALL: [&str; 4] = [SIGN_IN, CALLBACK, SIGN_OUT, PROBLEM];
}

/// How long a sign-out waits for Logto in all (LO-05).
const SIGN_OUT_PATIENCE: Duration = Duration::from_secs(2);

/// What a browser may ask of a new sign-in. Everything else is decided by configuration (CB-20).
#[derive(Clone, Debug, Default)]
pub struct SignInRequest {
    /// Where to go afterwards.
    pub return_to: ReturnTo,
    /// Which of Logto's screens to begin with.
    pub first_screen: Option<FirstScreen>,
}

/// The end of a step: the browser goes somewhere, perhaps with a cookie.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// An absolute URL at Logto, or a path of this application.
    pub location: String,
    /// A cookie to set: what ties a sign-in to the browser, or says that somebody has just signed out.
    pub cookie: Option<Cookie<'static>>,
}

impl Outcome {
    fn to(location: impl Into<String>) -> Self {
        Self {
            location: location.into(),
            cookie: None,
        }
    }

    fn problem(problem: Problem, return_to: &ReturnTo) -> Self {
        let mut location = format!("{}?reason={}", paths::PROBLEM, problem.as_str());
        if !return_to.is_home() {
            location.push_str("&return_to=");
            location.extend(utf8_percent_encode(return_to.as_str(), NON_ALPHANUMERIC));
        }
        Self::to(location)
    }
}

impl IntoResponse for Outcome {
    fn into_response(self) -> Response {
        let Ok(location) = HeaderValue::from_str(&self.location) else {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response();
        if let Some(cookie) = self.cookie
            && let Ok(value) = HeaderValue::from_str(&cookie.to_string())
        {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
        response
    }
}

impl Auth {
    /// Starts a sign-in: notes it for this browser, and leads to Logto.
    pub async fn begin_sign_in(&self, request: SignInRequest) -> Outcome {
        let parts = self.app.parts();
        let options = SignIn {
            first_screen: request.first_screen,
            ..SignIn::default()
        };
        let (url, pending) = match parts.client.sign_in(&options).await {
            Ok(begun) => begun,
            Err(error) => {
                tracing::error!(error = chain(&error), "a sign-in could not be started");
                return Outcome::problem(Problem::Unavailable, &request.return_to);
            }
        };
        let attempt = Attempt {
            name: name_of_attempt(),
            pending,
            return_to: request.return_to.to_string(),
        };
        let browser = match &self.browser {
            Some(browser) => browser.clone(),
            None => URL_SAFE_NO_PAD.encode(crate::random::<32>()),
        };
        if let Err(error) = parts.sessions.add_attempt(&browser, &attempt).await {
            tracing::error!(error = chain(&error), "a sign-in could not be noted");
            return Outcome::problem(Problem::Unavailable, &request.return_to);
        }
        tracing::info!(
            attempt = attempt.name,
            provider = url.host_str(),
            return_to = path_only(&attempt.return_to),
            "sign-in started: the browser goes to the identity provider"
        );
        Outcome {
            location: url.into(),
            cookie: Some(parts.names.browser_cookie(browser, PENDING_SECONDS)),
        }
    }

    /// Finishes a sign-in with the query Logto sent the browser back with. Every outcome leads to a page of ours.
    pub async fn finish_sign_in(&self, raw_query: &str) -> Outcome {
        let home = ReturnTo::default();
        let callback = match Callback::parse(raw_query) {
            Ok(callback) => callback,
            Err(error) => {
                tracing::warn!(error = chain(&error), "a callback could not be read");
                return Outcome::problem(Problem::Invalid, &home);
            }
        };
        if callback.is_bare() {
            tracing::info!("sign-in cancelled at the identity provider");
            return Outcome::problem(Problem::Cancelled, &home);
        }
        let (Some(state), Some(browser)) = (&callback.state, &self.browser) else {
            return self
                .without_attempt("it has no state, or comes from a browser that started none");
        };
        let attempt = match self.app.parts().sessions.take_attempt(browser, state).await {
            Ok(Some(attempt)) => attempt,
            Ok(None) => {
                return self.without_attempt("it is unknown, used, too old, or another browser's");
            }
            Err(error) => {
                tracing::error!(error = chain(&error), "a sign-in could not be looked up");
                return Outcome::problem(Problem::Unavailable, &home);
            }
        };
        // From here on a code is spent and tokens come: it goes on to the end even when the browser hangs up (F17).
        let auth = self.clone();
        let rest = async move { auth.exchange(&callback, &attempt).await };
        to_the_end(rest).await
    }

    /// Exchanges the code and starts the session.
    async fn exchange(&self, callback: &Callback, attempt: &Attempt) -> Outcome {
        let return_to = ReturnTo::parse(&attempt.return_to);
        let signed_in = self
            .app
            .client()
            .finish_sign_in(callback, &attempt.pending)
            .await;
        let signed_in = match signed_in {
            Ok(signed_in) => signed_in,
            Err(error) => {
                let problem = Problem::from(&error);
                let name = &attempt.name;
                if problem == Problem::Cancelled {
                    tracing::info!(attempt = name, "sign-in cancelled at the identity provider");
                } else {
                    tracing::warn!(attempt = name, error = chain(&error), "sign-in failed");
                }
                return Outcome::problem(problem, &return_to);
            }
        };
        tracing::info!(
            attempt = attempt.name,
            "callback accepted: code exchanged, ID token verified"
        );
        if let Err(error) = self.start_session(&attempt.name, signed_in).await {
            tracing::error!(
                attempt = attempt.name,
                error = chain(&error),
                "the session could not be stored"
            );
            return Outcome::problem(Problem::Unavailable, &return_to);
        }
        Outcome::to(return_to.to_string())
    }

    /// A callback that belongs to nothing: the Back button, a bookmark, a double click, or an attack. Nothing is asked of
    /// Logto (CB-03, CB-04, CB-07).
    fn without_attempt(&self, why: &'static str) -> Outcome {
        if matches!(self.who, Who::SignedIn(_)) {
            tracing::info!(why, "callback ignored: this browser is signed in already");
            return Outcome::to("/");
        }
        tracing::warn!(
            why,
            "callback refused: it belongs to no sign-in under way here"
        );
        Outcome::problem(Problem::Expired, &ReturnTo::default())
    }

    async fn start_session(&self, attempt: &str, signed_in: logto::SignedIn) -> Result<(), Error> {
        let logto::SignedIn { tokens, claims } = signed_in;
        self.end_session_here(Leaving::SignIn(&claims.sub)).await?;
        let sessions = &self.app.parts().sessions;
        let person = SignedIn {
            scope: tokens.scope.clone(),
            signed_in_at: sessions.now(),
            ends_at: sessions.ends_at(),
            claims,
        };
        let tokens = first_tokens(tokens);
        if let Err(error) = self.store_session(&person, &tokens).await {
            // Whole or not at all: else the end of this request would store a session without tokens.
            if let Err(error) = self.session.flush().await {
                tracing::warn!(
                    error = chain(&error),
                    "half a session could not be taken back"
                );
            }
            if let Some(secret) = tokens.revocable() {
                self.revoke(secret);
            }
            return Err(error);
        }
        let subject = &person.claims.sub;
        tracing::info!(attempt, subject, "signed in: a new session begins");
        Ok(())
    }

    async fn store_session(&self, person: &SignedIn, tokens: &TokenRecord) -> Result<(), Error> {
        let ends = OffsetDateTime::from_unix_timestamp(person.ends_at)
            .map_err(|error| crate::StoreError::new("note when a session ends", error))?;
        let session = &self.session;
        // A new id, always: the one from before the sign-in may be known to somebody else (SE-02).
        let stored = async {
            session.clear().await;
            session.cycle_id().await?;
            session.set_expiry(Some(Expiry::AtDateTime(ends)));
            session.insert(SIGNED_IN, person).await?;
            session.save().await
        };
        stored
            .await
            .map_err(|error| crate::StoreError::new("add a session", error))?;
        let id = self.session_hash().ok_or(Error::SignedOut)?;
        let sessions = &self.app.parts().sessions;
        if sessions.save_tokens(&id, tokens, None).await? {
            Ok(())
        } else {
            Err(Error::Interrupted)
        }
    }

    /// Signs out: here first, then the tokens at Logto, then Logto's own session, to which the browser is sent.
    ///
    /// It goes on to the end even when the browser hangs up, so that no grant outlives its session (F17).
    pub async fn sign_out(&self) -> Outcome {
        let auth = self.clone();
        let mut outcome = to_the_end(async move { auth.leave().await }).await;
        outcome.cookie = Some(self.app.parts().names.farewell(PENDING_SECONDS));
        outcome
    }

    async fn leave(&self) -> Outcome {
        let deadline = Instant::now() + SIGN_OUT_PATIENCE;
        let ended = match self.end_session_here(Leaving::SignOut(deadline)).await {
            Ok(ended) => ended,
            Err(error) => {
                tracing::error!(error = chain(&error), "a session could not be ended");
                return Outcome::problem(Problem::Unavailable, &ReturnTo::default());
            }
        };
        let Some(id_token) = ended else {
            return Outcome::to("/");
        };
        let client = self.app.client();
        let url = timeout_at(deadline, client.end_session_url(Some(&id_token), None)).await;
        let why = match url {
            Ok(Ok(url)) => return Outcome::to(url),
            Ok(Err(error)) => chain(&error),
            Err(_) => "it does not answer in time".to_owned(),
        };
        tracing::warn!(
            error = why,
            "signed out here, but not at the identity provider"
        );
        Outcome::to("/")
    }

    /// Ends the session of this request, if there is one, and revokes its tokens. Gives back its ID token.
    async fn end_session_here(&self, leaving: Leaving<'_>) -> Result<Option<logto::Secret>, Error> {
        let sessions = &self.app.parts().sessions;
        let Who::SignedIn(person) = &self.who else {
            return match self.who {
                Who::Unknown => self.signed_in().map(|_| None),
                _ => Ok(None),
            };
        };
        let Some(id) = self.session_hash() else {
            return Ok(None);
        };
        let tokens = sessions.tokens(&id).await?;
        // In the store first: `flush` alone would empty the session even when the store cannot delete it, and nobody
        // could end it again.
        sessions.delete(&id).await?;
        self.session
            .flush()
            .await
            .map_err(|error| crate::StoreError::new("delete a session", error))?;
        let subject = &person.claims.sub;
        tracing::info!(subject, "session ended here");
        let Some((record, _)) = tokens else {
            return Ok(None);
        };
        // Logto's own sign-out leaves a grant with offline_access alive (L7), so it is revoked by name.
        if let Some(secret) = record.revocable() {
            match leaving {
                Leaving::SignOut(deadline) => {
                    let _ = timeout_at(deadline, self.revoke(secret)).await;
                }
                // Logto puts all sign-ins of one person in one browser under one grant: to revoke the old tokens
                // would be to revoke the new ones.
                Leaving::SignIn(next) if next == subject => {}
                Leaving::SignIn(_) => drop(self.revoke(secret)),
            }
        }
        Ok(Some(record.id_token))
    }

    /// Revokes a whole grant, in a task of its own.
    fn revoke(&self, secret: &logto::Secret) -> JoinHandle<()> {
        let (client, secret) = (self.app.client().clone(), secret.clone());
        tokio::spawn(async move {
            match client.revoke(&secret).await {
                Ok(()) => tracing::info!("tokens revoked at the identity provider"),
                Err(error) => tracing::warn!(
                    error = chain(&error),
                    "tokens could not be revoked at the identity provider"
                ),
            }
        })
    }
}

/// Does the work in a task of its own, which a request that is dropped does not take with it.
async fn to_the_end(work: impl Future<Output = Outcome> + Send + 'static) -> Outcome {
    tokio::spawn(work).await.unwrap_or_else(|_| {
        tracing::error!("a step of the flow was interrupted");
        Outcome::problem(Problem::Unavailable, &ReturnTo::default())
    })
}

/// Why a session ends.
#[derive(Clone, Copy)]
enum Leaving<'a> {
    /// Somebody waits, until then, to see that it is gone at Logto too.
    SignOut(Instant),
    /// This person signs in.
    SignIn(&'a str),
}

fn name_of_attempt() -> String {
    URL_SAFE_NO_PAD.encode(crate::random::<6>())
}

/// A path without what may be private in its query.
fn path_only(target: &str) -> &str {
    target.split(['?', '#']).next().unwrap_or(target)
}
