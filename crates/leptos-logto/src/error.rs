//! The errors of server functions.

use serde::{Deserialize, Serialize};

use crate::texts::Texts;

/// The error of a server function: one variant for each thing a person can do next. The texts are
/// in [`ErrorTexts`](crate::texts::ErrorTexts).
///
/// No variant holds free text: without JavaScript the error travels in the URL and is drawn from
/// there, so text in it would be text that anyone can put on our page by a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum AuthError {
    /// Nobody is signed in, or the session has ended. HTTP status 401.
    #[error("nobody is signed in")]
    SignedOut,
    /// The person may not do this. HTTP status 403.
    #[error("this is not allowed to the person who is signed in")]
    Forbidden,
    /// It does not exist, or the person may not know that it exists. HTTP status 404.
    #[error("there is no such thing for the person who is signed in")]
    NotFound,
    /// A scope or an API resource that was not requested, or not granted, at sign-in. HTTP
    /// status 403.
    #[error("this was not granted at the sign-in")]
    NotGranted,
    /// The arguments of the request are invalid. HTTP status 400.
    #[error("the arguments of the request are invalid")]
    Invalid,
    /// The page was drawn for another person than the one who is signed in now. HTTP status 409.
    #[error("the page was drawn for another person")]
    AnotherPerson,
    /// The session store does not answer, so who is signed in is not known. HTTP status 503.
    #[error("the session store is not answering")]
    Store,
    /// The identity provider or an API does not answer. HTTP status 503.
    #[error("a service this application needs is not answering")]
    Upstream,
    /// The request did not reach the server, or came back unreadable.
    #[error("the request did not get through")]
    Transport,
}

impl AuthError {
    /// The text of the error.
    #[must_use]
    pub fn text(self, texts: &Texts) -> &'static str {
        let errors = &texts.errors;
        match self {
            Self::SignedOut => errors.signed_out,
            Self::Forbidden => errors.forbidden,
            Self::NotFound => errors.not_found,
            Self::NotGranted => errors.not_granted,
            Self::Invalid => errors.invalid,
            Self::AnotherPerson => errors.another_person,
            Self::Store => errors.store,
            Self::Upstream => errors.upstream,
            Self::Transport => errors.transport,
        }
    }
}
