//! Signing out: here, at Logto, or both.

use std::time::Duration;

use logto::Secret;
use logto_types::paths;
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
    hooks::{SignOut, SignOutCause, session_name},
    outcome::Outcome,
    return_to::ReturnTo,
    session::{Ending, TokenRecord, session_hash},
    store::StoreError,
};

/// How long a sign-out waits for Logto in all (LO-05).
const SIGN_OUT_PATIENCE: Duration = Duration::from_secs(2);

/// How far a sign-out goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SignOutExtent {
    /// Out of this application and out of Logto, so that the next sign-in asks who it is.
    #[default]
    Everywhere,
    /// Out of this application on this device. Logto's own session stays, and with it those of
    /// other applications; the next sign-in here may not ask anything.
    HereOnly,
}

impl SignOutExtent {
    /// The value of the cookie that says, on the next page, that somebody has signed out.
    pub(crate) const fn cookie_value(self) -> &'static str {
        match self {
            Self::Everywhere => "everywhere",
            Self::HereOnly => "here",
        }
    }

    pub(crate) fn from_cookie(value: &str) -> Option<Self> {
        let mut all = [Self::Everywhere, Self::HereOnly].into_iter();
        all.find(|extent| extent.cookie_value() == value)
    }
}

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

    /// Signs out: here first, then the tokens at Logto; then, if it is to be
    /// [`SignOutExtent::Everywhere`], Logto's own session, to which the browser is sent.
    ///
    /// It goes on to the end even when the browser hangs up, so that no grant outlives its session.
    pub async fn sign_out(&self, extent: SignOutExtent) -> Outcome {
        let auth = self.clone();
        let mut outcome =
            run_to_completion(&self.app, async move { auth.leave(extent).await }).await;
        // A browser that is not sent to Logto leaves its session there as it is.
        let reached = if outcome.location == "/" {
            SignOutExtent::HereOnly
        } else {
            SignOutExtent::Everywhere
        };
        let names = &self.app.parts().names;
        outcome
            .cookies
            .push(names.signed_out(reached.cookie_value(), PENDING_SECONDS));
        outcome.cookies.extend(self.reset_sign_in_count());
        outcome
    }

    async fn leave(&self, extent: SignOutExtent) -> Outcome {
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
        let (Some(id_token), SignOutExtent::Everywhere) = (ended, extent) else {
            return Outcome::to("/");
        };
        let client = self.app.client();
        let url = timeout_at(deadline, client.end_session_url(Some(&id_token), None)).await;
        let error = match url {
            Ok(Ok(url)) => return Outcome::to(url),
            Ok(Err(error)) => chain(&error),
            Err(_) => "it does not answer in time".to_owned(),
        };
        tracing::warn!(error, "signed out here, but not at the identity provider");
        Outcome::to("/")
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
    pub(super) async fn end_session(
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
        let event = SignOut {
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
