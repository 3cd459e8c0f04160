//! Signing in: to Logto, and back.

use std::collections::BTreeSet;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use logto::{Callback, Scopes};
use time::OffsetDateTime;
use tower_sessions::{Expiry, session::Id};
use tracing::{Instrument as _, Span, field::Empty};

use super::{
    pending::{PENDING_SECONDS, PendingSignIn, state_hash},
    request::SignInRequest,
    sign_out::Leaving,
    task::run_to_completion,
};
use crate::{
    auth::{Auth, Who},
    concurrent_callbacks::Finished,
    error::{Error, ProblemReason},
    error_chain::chain,
    hash::Hash,
    hooks::{SignInEvent, SignInFinished, session_name},
    outcome::Outcome,
    return_to::ReturnTo,
    session::{CurrentUser, SIGNED_IN, TokenRecord, session_hash, write_person},
    store::StoreError,
};

impl Auth {
    /// Starts a sign-in: seals it in a cookie of this browser, and leads to Logto.
    pub async fn begin_sign_in(&self, request: SignInRequest) -> Outcome {
        let span = tracing::debug_span!("sign_in.begin", sign_in = Empty);
        self.begin(request).instrument(span).await
    }

    async fn begin(&self, mut request: SignInRequest) -> Outcome {
        let parts = self.app.parts();
        request.return_to = request.return_to.outside(self.app.flow_paths());
        let options = match request.check(&self.app.offered_scopes()) {
            Ok(options) => options,
            Err(error) => {
                tracing::warn!(error = chain(&error), "a sign-in was not started");
                return self.problem(ProblemReason::Refused, &request.return_to, &error);
            }
        };
        if self.is_in_a_loop(&request.return_to) {
            tracing::warn!(
                return_to = path_only(request.return_to.as_str()),
                "a sign-in was not started: two for this page have succeeded within a minute, and this browser is not \
                 signed in; does it keep the session cookie, and are the clocks right?"
            );
            let mut outcome = self.failed(ProblemReason::Loop, &request.return_to);
            outcome.cookies.extend(self.reset_sign_in_count());
            return outcome;
        }
        let (url, pending) = match parts.client.sign_in(&options).await {
            Ok(begun) => begun,
            Err(error) => {
                tracing::error!(error = chain(&error), "a sign-in could not be started");
                return self.problem(ProblemReason::Unavailable, &request.return_to, &error);
            }
        };
        let kept = self.keep_pending(random_name(), pending, &request.return_to);
        let (sign_in, cookies) = match kept {
            Ok(kept) => kept,
            Err(error) => {
                tracing::error!(error = chain(&error), "a sign-in could not be kept");
                return self.problem(ProblemReason::Unavailable, &request.return_to, &error);
            }
        };
        Span::current().record("sign_in", &*sign_in.name);
        tracing::info!(
            sign_in = sign_in.name,
            provider = url.origin().ascii_serialization(),
            return_to = path_only(&sign_in.return_to),
            "sign-in started: the browser goes to the identity provider"
        );
        let mut outcome = Outcome::to(url);
        outcome.cookies = cookies;
        outcome
    }

    /// Leads to the problem page, which tells developers about the error.
    fn problem(
        &self,
        problem: ProblemReason,
        return_to: &ReturnTo,
        error: &(dyn std::error::Error + 'static),
    ) -> Outcome {
        let mut outcome = self.failed(problem, return_to);
        if let Some(cookie) = self.tell_developers(problem, error) {
            outcome.cookies = vec![cookie];
        }
        outcome
    }

    /// Leads to the problem page, and reports a sign-in that has failed before it was known whose
    /// it is.
    fn failed(&self, problem: ProblemReason, return_to: &ReturnTo) -> Outcome {
        self.report_sign_in(Some(problem), None, None);
        let mut outcome = Outcome::problem(problem, return_to);
        outcome.cookies.extend(self.forget_problem());
        outcome
    }

    fn report_sign_in(
        &self,
        problem: Option<ProblemReason>,
        subject: Option<&str>,
        session: Option<&Hash>,
    ) {
        let parts = self.app.parts();
        parts.events.sign_in_finished(SignInFinished {
            at: parts.sessions.now(),
            problem,
            subject: subject.map(str::to_owned),
            session: session.map(session_name),
            client: self.client_info(),
        });
    }

    /// Finishes a sign-in with the query Logto sent the browser back with. Every outcome leads to a
    /// page of ours.
    pub async fn finish_sign_in(&self, raw_query: &str) -> Outcome {
        let span = tracing::debug_span!("sign_in.callback", sign_in = Empty);
        self.finish(raw_query).instrument(span).await
    }

    async fn finish(&self, raw_query: &str) -> Outcome {
        let callback = match Callback::parse(raw_query) {
            Ok(callback) => callback,
            Err(error) => {
                tracing::warn!(error = chain(&error), "a callback could not be read");
                return self.failed(ProblemReason::Invalid, &ReturnTo::default());
            }
        };
        if callback.is_bare() {
            tracing::info!("sign-in cancelled at the identity provider");
            return self.cancelled(&self.page_of_the_newest_sign_in());
        }
        let Some(state) = &callback.state else {
            return self.no_pending_sign_in("it has no state");
        };
        let Some(sign_in) = self.pending_sign_in(state) else {
            return self.no_pending_sign_in(
                "its sign-in was started in another browser, is too old, or was finished",
            );
        };
        Span::current().record("sign_in", &*sign_in.name);
        // From here on a code is spent and tokens come: it goes on to the end even when the browser
        // hangs up (F17).
        let auth = self.clone();
        let rest = async move { auth.finish_once(&callback, &sign_in).await };
        run_to_completion(&self.app, rest).await
    }

    /// Finishes a sign-in, or takes what another request with the same `state` has made of it.
    async fn finish_once(&self, callback: &Callback, sign_in: &PendingSignIn) -> Outcome {
        let parts = self.app.parts();
        let state = state_hash(&sign_in.pending.state);
        let return_to = ReturnTo::parse(&sign_in.return_to);
        let finished = parts.callbacks.of(&state);
        let mut is_first = false;
        let work = async {
            is_first = true;
            let spent_until = sign_in
                .pending
                .created_at
                .saturating_add(PENDING_SECONDS.unsigned_abs());
            // Without a code nothing is used up. It is refused, and leaves no row behind (SE-21).
            let is_unused =
                callback.code.is_none() || parts.sessions.spend_state(&state, spent_until).await?;
            if !is_unused {
                return Ok::<_, StoreError>(Finished::Spent);
            }
            Ok(Box::pin(self.exchange(callback, sign_in)).await)
        };
        let finished = match finished.get_or_try_init(|| work).await.cloned() {
            Ok(finished) if !is_first => self.if_its_session_is_there(finished).await,
            finished => finished,
        };
        let mut outcome = match finished {
            Ok(Finished::SignedIn {
                location,
                session,
                ends_at,
            }) => {
                let mut outcome = Outcome::to(location);
                outcome.cookies.push(self.count_sign_in(&return_to));
                outcome.cookies.extend(self.forget_problem());
                // The session of the request that finished it is set by the layer.
                if !is_first {
                    let lasts = ends_at.saturating_sub(parts.sessions.now());
                    outcome.cookies.push(parts.names.session(session, lasts));
                }
                outcome
            }
            Ok(Finished::Failed(outcome)) => outcome,
            Ok(Finished::Spent) => self.no_pending_sign_in("its state was used before"),
            Err(error) => {
                // The code was not sent: the same address can be tried again.
                tracing::error!(error = chain(&error), "a sign-in could not be looked up");
                return self.problem(ProblemReason::Unavailable, &return_to, &error);
            }
        };
        let removal = self.app.forget_pending(&sign_in.pending.state);
        outcome.cookies.push(removal);
        outcome
    }

    /// The outcome of a callback for another request with its `state`. The session may have ended
    /// since, by a sign-out or another sign-in.
    async fn if_its_session_is_there(&self, finished: Finished) -> Result<Finished, StoreError> {
        if let Finished::SignedIn { session, .. } = &finished {
            let sessions = &self.app.parts().sessions;
            if sessions.person(&session_hash(*session)).await?.is_none() {
                return Ok(Finished::Spent);
            }
        }
        Ok(finished)
    }

    /// Exchanges the code and starts the session.
    async fn exchange(&self, callback: &Callback, sign_in: &PendingSignIn) -> Finished {
        let return_to = ReturnTo::parse(&sign_in.return_to);
        let signed_in = self
            .app
            .client()
            .finish_sign_in(callback, &sign_in.pending)
            .await;
        let signed_in = match signed_in {
            Ok(signed_in) => signed_in,
            Err(error) => {
                let problem = ProblemReason::from(&error);
                let name = &sign_in.name;
                if problem == ProblemReason::Cancelled {
                    tracing::info!(sign_in = name, "sign-in cancelled at the identity provider");
                    return Finished::Failed(self.cancelled(&return_to));
                }
                tracing::warn!(sign_in = name, error = chain(&error), "sign-in failed");
                return Finished::Failed(self.problem(problem, &return_to, &error));
            }
        };
        tracing::info!(
            sign_in = sign_in.name,
            "callback accepted: code exchanged, ID token verified"
        );
        let subject = signed_in.claims.sub.clone();
        if let Err(refused) = self.ask_application(sign_in, &signed_in).await {
            self.give_back(&signed_in);
            return Finished::Failed(refused);
        }
        let span = tracing::debug_span!("session.create");
        let started = self
            .start_session(sign_in, signed_in)
            .instrument(span)
            .await;
        match started {
            Ok((session, ends_at)) => Finished::SignedIn {
                location: return_to.to_string(),
                session,
                ends_at,
            },
            Err(Error::SignedOut) => {
                tracing::warn!(
                    sign_in = sign_in.name,
                    "sign-in refused: the identity provider has logged this person out since it began"
                );
                self.report_sign_in(Some(ProblemReason::Expired), Some(&subject), None);
                Finished::Failed(Outcome::problem(ProblemReason::Expired, &return_to))
            }
            Err(error) => {
                tracing::error!(
                    sign_in = sign_in.name,
                    error = chain(&error),
                    "the session could not be stored"
                );
                Finished::Failed(self.problem(ProblemReason::Unavailable, &return_to, &error))
            }
        }
    }

    /// The page from which the newest pending sign-in started. A cancelled sign-in brings no
    /// `state` back, so this is a guess. Anybody can make a browser open the bare address, so the
    /// sign-in stays pending.
    fn page_of_the_newest_sign_in(&self) -> ReturnTo {
        let newest = self.pending_sign_ins().pop();
        newest
            .map(|newest| ReturnTo::parse(&newest.sign_in.return_to))
            .unwrap_or_default()
    }

    /// Asks the application whether somebody may come in. The problem page otherwise.
    async fn ask_application(
        &self,
        sign_in: &PendingSignIn,
        signed_in: &logto::FinishedSignIn,
    ) -> Result<(), Outcome> {
        let event = SignInEvent {
            claims: signed_in.claims.clone(),
            scope: signed_in.tokens.scope.clone(),
            client: self.client_info(),
        };
        let decision = self.app.parts().events.decide_sign_in(&event).await;
        let Err(rejection) = decision else {
            return Ok(());
        };
        let return_to = ReturnTo::parse(&sign_in.return_to);
        let (name, subject) = (&sign_in.name, &event.claims.sub);
        let (problem, cookie) = match rejection.into_text() {
            Ok(text) => {
                tracing::info!(
                    sign_in = name,
                    subject,
                    "sign-in refused by the application"
                );
                (ProblemReason::AccessDenied, self.show_refusal(text))
            }
            Err(error) => {
                let error = &*error as &(dyn std::error::Error + 'static);
                tracing::error!(
                    sign_in = name,
                    subject,
                    error = chain(error),
                    "sign-in refused: the hook of the application failed"
                );
                let problem = ProblemReason::Unavailable;
                (problem, self.tell_developers(problem, error))
            }
        };
        self.report_sign_in(Some(problem), Some(subject), None);
        let mut outcome = Outcome::problem(problem, &return_to);
        outcome
            .cookies
            .extend(cookie.or_else(|| self.forget_problem()));
        Err(outcome)
    }

    /// Revokes the tokens of a sign-in that brings no session. Logto puts all sign-ins of one
    /// person in one browser under one grant: whoever is signed in here already keeps it.
    fn give_back(&self, signed_in: &logto::FinishedSignIn) {
        let subject = &signed_in.claims.sub;
        if matches!(&self.who, Who::SignedIn(person) if person.claims.sub == *subject) {
            return;
        }
        let tokens = TokenRecord::first(signed_in.tokens.clone());
        if let Some(secret) = tokens.revocable() {
            self.revoke(secret);
        }
    }

    /// A person who is signed in and cancels a further authorization returns to the page they were
    /// on. Everybody else sees that they are not signed in.
    fn cancelled(&self, return_to: &ReturnTo) -> Outcome {
        let outcome = self.failed(ProblemReason::Cancelled, return_to);
        match self.who {
            Who::SignedIn(_) => Outcome::to(return_to.as_str()),
            _ => outcome,
        }
    }

    /// A callback that belongs to nothing: the Back button, a bookmark, a double click, or an
    /// attack. Nothing is asked of Logto (CB-03, CB-04, CB-07).
    fn no_pending_sign_in(&self, error: &'static str) -> Outcome {
        if matches!(self.who, Who::SignedIn(_)) {
            tracing::info!(error, "callback ignored: this browser is signed in already");
            return Outcome::to("/");
        }
        tracing::warn!(
            error,
            "callback refused: it belongs to no pending sign-in of this browser"
        );
        self.failed(ProblemReason::Expired, &ReturnTo::default())
    }

    async fn start_session(
        &self,
        sign_in: &PendingSignIn,
        signed_in: logto::FinishedSignIn,
    ) -> Result<(Id, i64), Error> {
        let logto::FinishedSignIn { tokens, claims } = signed_in;
        let parts = self.app.parts();
        // Two tabs that finish together do not know of each other: neither request has the cookie
        // of the other's session. Both have the same pending sign-ins, which only the browser that
        // began them has, so the lock is on the least of them.
        let state = state_hash(&sign_in.pending.state);
        let held = self.pending_sign_ins();
        let held = held
            .iter()
            .map(|held| state_hash(&held.sign_in.pending.state));
        let pending: BTreeSet<Hash> = held.chain([state]).collect();
        let flight = parts.tokens.flights.of(pending.first().unwrap_or(&state));
        let _alone = flight.alone().await;
        self.end_session_here(Leaving::SignIn(&claims.sub)).await?;
        for state in &pending {
            if let Some(earlier) = parts.recent_sessions.of(state) {
                self.end_replaced_session(&earlier, Leaving::SignIn(&claims.sub))
                    .await?;
            }
        }
        let sessions = &parts.sessions;
        let person = CurrentUser {
            asked: sign_in.pending.scopes.clone(),
            scope: tokens.scope.clone(),
            switched_off: Scopes::new(),
            signed_in_at: sessions.now(),
            ends_at: sessions.ends_at(),
            claims,
            device: self.request.device(parts.keep_address),
        };
        let tokens = TokenRecord::first(tokens);
        let began = sign_in.pending.created_at;
        if let Err(error) = self.store_unless_refused(&person, &tokens, began).await {
            // Whole or not at all: else the end of this request would store a session without
            // tokens.
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
        let (sign_in, subject) = (&sign_in.name, &person.claims.sub);
        tracing::info!(sign_in, subject, "signed in: a new session begins");
        let id = self.session.id().ok_or(Error::SignedOut)?;
        parts.recent_sessions.note(state, session_hash(id));
        self.report_sign_in(None, Some(subject), Some(&session_hash(id)));
        Ok((id, person.ends_at))
    }

    /// Stores a session, and then looks whether its person was logged out while they signed in: in
    /// this order, because a logout refuses sign-ins first and looks for sessions then.
    async fn store_unless_refused(
        &self,
        person: &CurrentUser,
        tokens: &TokenRecord,
        began: u64,
    ) -> Result<(), Error> {
        self.store_session(person, tokens).await?;
        let sessions = &self.app.parts().sessions;
        if sessions.is_refused(&person.claims, began).await? {
            return Err(Error::SignedOut);
        }
        Ok(())
    }

    pub(crate) async fn store_session(
        &self,
        person: &CurrentUser,
        tokens: &TokenRecord,
    ) -> Result<(), Error> {
        let ends = OffsetDateTime::from_unix_timestamp(person.ends_at)
            .map_err(|error| StoreError::new("note when a session ends", error))?;
        let signed_in = write_person(person)
            .map_err(|error| StoreError::new("write who is signed in", error))?;
        let session = &self.session;
        // A new id, always: the one from before the sign-in may be known to somebody else (SE-02).
        let stored = async {
            session.clear().await;
            session.cycle_id().await?;
            session.set_expiry(Some(Expiry::AtDateTime(ends)));
            session.insert_value(SIGNED_IN, signed_in).await?;
            session.save().await
        };
        stored
            .await
            .map_err(|error| StoreError::new("add a session", error))?;
        let id = self.session_hash().ok_or(Error::SignedOut)?;
        let sessions = &self.app.parts().sessions;
        if sessions.save_tokens(&id, tokens, None, None).await? {
            Ok(())
        } else {
            Err(Error::Interrupted)
        }
    }
}

fn random_name() -> String {
    // It only tells lines of the log apart.
    URL_SAFE_NO_PAD.encode(crate::random::bytes::<6>().unwrap_or_default())
}

/// A path without what may be private in its query.
fn path_only(target: &str) -> &str {
    target.split(['?', '#']).next().unwrap_or(target)
}
