//! [`Auth`]: the one thing handlers and server functions ask for.

mod access;
pub(crate) mod api_call;
mod notes;
pub(crate) mod permission_grants;
pub(crate) mod scope_choice;
mod session_end;
mod tokens;

use std::sync::{Arc, OnceLock};

use tower_sessions::Session;

use crate::{
    cookies::FlowCookies,
    error::Error,
    hash::Hash,
    logto_auth::LogtoAuth,
    member::Member,
    session::{SignedIn, session_hash},
    store::StoreError,
};

/// Who is looking.
#[derive(Clone, Debug)]
pub enum Who {
    /// Somebody with a session.
    SignedIn(Arc<SignedIn>),
    /// Nobody we know.
    SignedOut,
    /// The store did not answer, or this process cannot read what it has: the key is missing, or another version wrote it.
    /// Never to be shown as signed out.
    Unknown,
}

/// The request's session: who is looking, and what Logto gives them. [`LogtoAuth::protect`] puts it into every request.
#[derive(Clone, Debug)]
pub struct Auth {
    pub(crate) app: LogtoAuth,
    pub(crate) session: Session,
    pub(crate) who: Who,
    /// The cookies of the flow.
    pub(crate) cookies: FlowCookies,
    /// What the first check of an organization found in this request.
    pub(crate) member: Arc<OnceLock<Member>>,
}

impl Auth {
    /// What this request is an answer of: the client, its configuration, where the application is reached.
    #[must_use]
    pub fn app(&self) -> &LogtoAuth {
        &self.app
    }

    /// Who is looking, as read from the session before anything else ran.
    #[must_use]
    pub fn who(&self) -> &Who {
        &self.who
    }

    /// The person who is signed in.
    ///
    /// # Errors
    /// [`Error::SignedOut`] when nobody is; [`Error::Store`] when the store did not say.
    pub fn signed_in(&self) -> Result<&SignedIn, Error> {
        match &self.who {
            Who::SignedIn(person) => Ok(person),
            Who::SignedOut => Err(Error::SignedOut),
            Who::Unknown => Err(Error::Store(StoreError::new(
                "say who is signed in",
                "it did not answer when this request began",
            ))),
        }
    }

    /// Whether somebody else is signed in now than the person a form was drawn for: see [`SignedIn::is_another`].
    #[must_use]
    pub fn is_another_person(&self, viewer: Option<&str>) -> bool {
        matches!(&self.who, Who::SignedIn(person) if person.is_another(viewer))
    }

    /// The person who is signed in, as the session says now; something may have changed it since the request began.
    pub(crate) async fn stored_person(&self) -> Result<SignedIn, Error> {
        let session = self.session_hash().ok_or(Error::SignedOut)?;
        let stored = self.app.parts().sessions.person(&session).await?;
        stored.ok_or(Error::SignedOut)
    }

    /// The client that speaks to Logto: its configuration says what may be asked for.
    #[must_use]
    pub fn client(&self) -> &logto::Client {
        self.app.client()
    }

    pub(crate) fn session_hash(&self) -> Option<Hash> {
        self.session.id().map(session_hash)
    }
}
