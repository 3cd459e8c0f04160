//! Signing out: in this browser, on all devices, at Logto.

use std::time::Duration;

use logto::Secret;
use logto_types::{SignOutExtent, paths};
use tokio::{
    task::JoinHandle,
    time::{Instant, timeout_at},
};

use super::{pending::PENDING_SECONDS, task::run_to_completion};
use crate::{
    auth::{Auth, Who},
    error::{Error, ProblemReason},
    error_chain::chain,
    hash::Hash,
    hooks::{SignOutCause, SignOutEvent, session_name},
    outcome::Outcome,
    return_to::ReturnTo,
    session::{Ending, TokenRecord, session_hash},
    store::StoreError,
};

/// How long a sign-out waits for Logto in all (LO-05).
const SIGN_OUT_PATIENCE: Duration = Duration::from_secs(2);

impl Auth {
    /// Signs out whom a form was drawn for: `viewer` is their `sub`. When somebody else is signed
    /// in now, nothing is done, and the browser is sent to GET [`paths::SIGN_OUT`], which says who
    /// is signed in. Without a `viewer`, whoever is signed in is signed out.
    pub async fn sign_out_for(&self, viewer: Option<&str>, extent: SignOutExtent) -> Outcome {
        if self.is_another_person(viewer) {
            tracing::info!("a sign-out of another person's page was refused");
            return Outcome::to(paths::SIGN_OUT);
        }
        self.sign_out(extent).await
    }

    /// Signs out: with [`SignOutExtent::Everywhere`] the person's other sessions first; then this
    /// one, and its tokens at Logto; then, unless it is [`SignOutExtent::ThisApplication`], Logto's
    /// own session of this browser, to which the browser is sent. [`SignOutExtent`] says what each
    /// reaches.
    ///
    /// It waits for Logto two seconds at most; tokens that are not revoked by then, and those of
    /// other sessions, are revoked in the background. While the session store cannot be written,
    /// this session ends in this process and in the store later. Other sessions cannot be ended
    /// then: the answer to [`SignOutExtent::Everywhere`] is 503, and this session goes on, so that
    /// the person can try again.
    ///
    /// When nobody is signed in, there is nothing to end; [`SignOutExtent::Everywhere`] leads to the
    /// sign-in then, because it is not known whose other sessions to end.
    ///
    /// It goes on to the end even when the browser hangs up, so that no grant outlives its session.
    pub async fn sign_out(&self, extent: SignOutExtent) -> Outcome {
        let auth = self.clone();
        let mut outcome =
            run_to_completion(&self.app, async move { auth.leave(extent).await }).await;
        outcome.cookies.extend(self.reset_sign_in_count());
        outcome
    }

    async fn leave(&self, extent: SignOutExtent) -> Outcome {
        if extent == SignOutExtent::Everywhere {
            match self.who {
                // The second of two clicks finds that the first one has done it.
                Who::SignedOut if self.cookies.signed_out == Some(extent) => {}
                Who::SignedOut => {
                    tracing::info!(
                        "whose other sessions are to end is not known: the session has ended"
                    );
                    return Outcome::to(paths::SIGN_IN);
                }
                Who::SignedIn(_) | Who::Unknown => {
                    if let Err(error) = self.end_everywhere_else().await {
                        tracing::error!(
                            error = chain(&error),
                            "the other sessions of a person could not be ended"
                        );
                        return Outcome::problem(ProblemReason::Unavailable, &ReturnTo::default());
                    }
                }
            }
        }
        let deadline = Instant::now() + SIGN_OUT_PATIENCE;
        let ended = match self
            .end_session_here(Leaving::SignOut(deadline, extent))
            .await
        {
            Ok(ended) => ended,
            Err(error) => {
                tracing::error!(error = chain(&error), "a session could not be ended");
                return Outcome::problem(ProblemReason::Unavailable, &ReturnTo::default());
            }
        };
        // A browser that is not sent to Logto leaves its session there as it is.
        let only_here = || self.signed_out("/", SignOutExtent::ThisApplication);
        let Some(id_token) = ended.filter(|_| extent != SignOutExtent::ThisApplication) else {
            return only_here();
        };
        let client = self.app.client();
        let url = timeout_at(deadline, client.end_session_url(Some(&id_token), None)).await;
        let error = match url {
            Ok(Ok(url)) => return self.signed_out(url, extent),
            Ok(Err(error)) => chain(&error),
            Err(_) => "it does not answer in time".to_owned(),
        };
        tracing::warn!(error, "signed out here, but not at the identity provider");
        only_here()
    }

    /// Leads on, with the cookie by which the next page says what has ended.
    fn signed_out(&self, location: impl Into<String>, extent: SignOutExtent) -> Outcome {
        let names = &self.app.parts().names;
        let mut outcome = Outcome::to(location);
        let cookie = names.signed_out(extent.as_str(), PENDING_SECONDS);
        outcome.cookies.push(cookie);
        outcome
    }

    /// Ends the session of this request, if there is one, and revokes its tokens. Gives back its ID
    /// token.
    pub(super) async fn end_session_here(
        &self,
        leaving: Leaving<'_>,
    ) -> Result<Option<Secret>, Error> {
        let sessions = &self.app.parts().sessions;
        let person = match &self.who {
            Who::SignedIn(person) => Some(person),
            Who::SignedOut => return Ok(None),
            // The store does not answer, or this process cannot read the row: the cookie says which
            // session is to end.
            Who::Unknown => None,
        };
        let Some(id) = self.session.id() else {
            return Ok(None);
        };
        let ending = match leaving {
            Leaving::SignOut(..) => Ending::Certain,
            Leaving::SignIn(_) => Ending::Stored,
        };
        let tokens = sessions.end(id, ending).await?;
        let subject = person.map(|person| person.claims.sub.as_str());
        self.report_sign_out(&session_hash(id), subject, leaving.cause());
        self.session
            .flush()
            .await
            .map_err(|error| StoreError::new("delete a session", error))?;
        tracing::info!(subject, "session ended");
        let Some(record) = tokens else {
            return Ok(None);
        };
        self.let_go(&record, subject, leaving).await;
        Ok(Some(record.id_token))
    }

    /// Ends another session of this browser, if it is there, and revokes its tokens.
    pub(super) async fn end_replaced_session(
        &self,
        session: &Hash,
        leaving: Leaving<'_>,
    ) -> Result<(), Error> {
        let sessions = &self.app.parts().sessions;
        let Some(person) = sessions.person(session).await? else {
            return Ok(());
        };
        let tokens = sessions.tokens(session).await?;
        sessions.delete(session).await?;
        let subject = &person.claims.sub;
        tracing::info!(subject, "session ended: this browser has a newer one");
        self.report_sign_out(session, Some(subject), leaving.cause());
        if let Some((record, _)) = tokens {
            self.let_go(&record, Some(subject), leaving).await;
        }
        Ok(())
    }

    fn report_sign_out(&self, session: &Hash, subject: Option<&str>, cause: SignOutCause) {
        let parts = self.app.parts();
        let event = SignOutEvent {
            at: parts.sessions.now(),
            cause,
            subject: subject.map(str::to_owned),
            session: session_name(session),
            client: Some(self.client_info()),
        };
        parts.events.signed_out(session, event);
    }

    /// Revokes the tokens of a session that has ended. Logto's own sign-out leaves a grant with
    /// `offline_access` alive (L7), so it is revoked by name.
    async fn let_go(&self, record: &TokenRecord, subject: Option<&str>, leaving: Leaving<'_>) {
        let Some(secret) = record.revocable() else {
            return;
        };
        match leaving {
            Leaving::SignOut(deadline, _) => {
                let _ = timeout_at(deadline, self.revoke(secret)).await;
            }
            // Logto puts all sign-ins of one person in one browser under one grant: to revoke the
            // old tokens would be to revoke the new ones. Whose they were is not known when the
            // session could not be read.
            Leaving::SignIn(next) if subject.is_none_or(|subject| subject == next) => {}
            Leaving::SignIn(_) => drop(self.revoke(secret)),
        }
    }

    /// Revokes a whole grant, in a task of its own.
    pub(super) fn revoke(&self, secret: &Secret) -> JoinHandle<()> {
        self.app.parts().tokens.revoke(secret)
    }
}

/// Why a session ends.
#[derive(Clone, Copy)]
pub(super) enum Leaving<'a> {
    /// Somebody waits, until then, to see that it is gone at Logto too.
    SignOut(Instant, SignOutExtent),
    /// This person signs in.
    SignIn(&'a str),
}

impl Leaving<'_> {
    const fn cause(self) -> SignOutCause {
        match self {
            Self::SignOut(_, extent) => SignOutCause::Person(extent),
            Self::SignIn(_) => SignOutCause::Replaced,
        }
    }
}
