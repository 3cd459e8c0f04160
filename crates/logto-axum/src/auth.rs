//! [`Auth`]: the one thing handlers and server functions ask for.

pub(crate) mod api_call;
mod denied;
mod notes;
pub(crate) mod own_sessions;
pub(crate) mod permission_grants;
mod requirements;
pub(crate) mod scope_choice;
mod session_end;
pub(crate) mod stored_tokens;
mod tokens;

use std::sync::{Arc, OnceLock};

use tower_sessions::Session;

use crate::{
    client_info::{ClientInfo, RequestSummary},
    cookies::FlowCookies,
    error::Error,
    hash::Hash,
    logto_auth::LogtoAuth,
    member::Member,
    session::{CurrentUser, session_hash},
    store::StoreError,
};

/// Who is looking.
///
/// It is exhaustive: a page says something else to each of them.
#[derive(Clone, Debug)]
pub enum Who {
    /// Somebody with a session.
    SignedIn(Arc<CurrentUser>),
    /// Nobody we know.
    SignedOut,
    /// The store did not answer, or this process cannot read what it has: the key is missing, or
    /// another version wrote it. Never to be shown as signed out.
    Unknown,
}

/// The session of a request: who is signed in, and what Logto gives them. [`LogtoAuth::protect`]
/// puts it into every request.
///
/// # Who
/// [`who`](Self::who), [`signed_in`](Self::signed_in) and
/// [`is_another_person`](Self::is_another_person), as the session says.
/// [`user_info`](Self::user_info) asks Logto.
///
/// # Access
/// [`check`](Self::check) decides whether the person meets a [`Requirement`](crate::Requirement),
/// in an organization too, and gives the [`Member`] back.
///
/// # Tokens
/// [`access_token`](Self::access_token) for an audience, [`recent_token`](Self::recent_token) where
/// a removal must show within minutes, [`token`](Self::token) with all choices, and
/// [`stored_tokens`](Self::stored_tokens) for several, or to ask nobody.
/// [`call_api`](Self::call_api) calls an API with one.
///
/// # Scopes
/// [`choose_scopes`](Self::choose_scopes) switches granted scopes on and off, and
/// [`permission_grants`](Self::permission_grants) looks up which permissions Logto has granted.
///
/// # Sign-in and sign-out
/// [`begin_sign_in`](Self::begin_sign_in), [`finish_sign_in`](Self::finish_sign_in),
/// [`sign_out`](Self::sign_out) and [`sign_out_for`](Self::sign_out_for) are the steps of the flow.
///
/// # The person's sessions
/// [`own_sessions`](Self::own_sessions) on all devices,
/// [`end_other_session`](Self::end_other_session) and
/// [`end_other_sessions`](Self::end_other_sessions).
///
/// # Session
/// [`session_end`](Self::session_end) and [`stay`](Self::stay). [`seal_note`](Self::seal_note),
/// [`open_note`](Self::open_note) and
/// [`open_note_of_another_session`](Self::open_note_of_another_session) carry the result of a form
/// to the page that shows it.
///
/// # Application
/// [`app`](Self::app) and its [`client`](Self::client).
#[derive(Clone, Debug)]
pub struct Auth {
    pub(crate) app: LogtoAuth,
    pub(crate) session: Session,
    pub(crate) who: Who,
    /// The cookies of the flow.
    pub(crate) cookies: FlowCookies,
    /// The result of the first check of an organization in this request.
    pub(crate) member: Arc<OnceLock<Member>>,
    pub(crate) request: RequestSummary,
}

impl Auth {
    /// What this request is an answer of: the client, its configuration, where the application is
    /// reached.
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
    pub fn signed_in(&self) -> Result<&CurrentUser, Error> {
        match &self.who {
            Who::SignedIn(person) => Ok(person),
            Who::SignedOut => Err(Error::SignedOut),
            Who::Unknown => Err(Error::Store(StoreError::new(
                "say who is signed in",
                "it did not answer when this request began",
            ))),
        }
    }

    /// Whether somebody else is signed in now than the person a form was drawn for: see
    /// [`CurrentUser::is_another`].
    #[must_use]
    pub fn is_another_person(&self, viewer: Option<&str>) -> bool {
        matches!(&self.who, Who::SignedIn(person) if person.is_another(viewer))
    }

    /// The person who is signed in, as the session says now; something may have changed it since
    /// the request began.
    pub(crate) async fn stored_person(&self) -> Result<CurrentUser, Error> {
        let session = self.session_hash().ok_or(Error::SignedOut)?;
        let stored = self.app.parts().sessions.person(&session).await?;
        stored.ok_or(Error::SignedOut)
    }

    /// The client that speaks to Logto: its configuration says what may be asked for.
    #[must_use]
    pub fn client(&self) -> &logto::Client {
        self.app.client()
    }

    /// The client of this request.
    pub(crate) fn client_info(&self) -> ClientInfo {
        self.request.client(&self.app)
    }

    pub(crate) fn session_hash(&self) -> Option<Hash> {
        self.session.id().map(session_hash)
    }
}
