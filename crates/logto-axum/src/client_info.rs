//! What is known of the client of a request.

use std::{fmt, net::IpAddr};

use axum::{
    extract::Request,
    http::{HeaderValue, Uri, header},
};

use crate::{
    client_address::ClientAddress, log_path::path_for_log, logto_auth::LogtoAuth,
    plain_pages::LanguageHeaders, session::SessionDevice,
};

/// How many characters of a header are passed on.
const LONGEST: usize = 512;

/// The client of a request, as far as it is known. What comes from headers is anybody's text, 512
/// characters at most.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClientInfo {
    /// Its address, if the application says it ([`ClientAddress`]).
    pub address: Option<IpAddr>,
    /// `User-Agent`.
    pub user_agent: Option<String>,
    /// `Accept-Language`.
    pub accept_language: Option<String>,
    /// The language that was chosen in the application: the value of
    /// [`AuthOptions::language_cookie`](crate::AuthOptions::language_cookie).
    pub chosen_language: Option<String>,
}

/// The parts of a request that [`ClientInfo`] is made of when an event is reported.
#[derive(Clone)]
pub(crate) struct RequestSummary {
    address: Option<IpAddr>,
    user_agent: Option<HeaderValue>,
    languages: LanguageHeaders,
    uri: Uri,
}

impl RequestSummary {
    pub(crate) fn of(request: &Request) -> Self {
        let headers = request.headers();
        Self {
            address: ClientAddress::find(request.extensions()),
            user_agent: headers.get(header::USER_AGENT).cloned(),
            languages: LanguageHeaders::of(headers),
            uri: request.uri().clone(),
        }
    }

    pub(crate) fn client(&self, app: &LogtoAuth) -> ClientInfo {
        let text = |value: &HeaderValue| {
            let text = String::from_utf8_lossy(value.as_bytes());
            text.chars().take(LONGEST).collect()
        };
        ClientInfo {
            address: self.address,
            user_agent: self.user_agent.as_ref().map(text),
            accept_language: self.languages.accepted().map(text),
            chosen_language: self
                .languages
                .chosen(app)
                .map(|chosen| chosen.chars().take(LONGEST).collect()),
        }
    }

    /// What a session that begins with this request keeps of it.
    pub(crate) fn device(&self, keep_address: bool) -> SessionDevice {
        let address = self.address.filter(|_| keep_address);
        SessionDevice::describe(self.user_agent.as_ref(), address)
    }

    /// The path for a log.
    pub(crate) fn path(&self) -> String {
        path_for_log(self.uri.path()).into_owned()
    }
}

/// A request without anything in it.
impl Default for RequestSummary {
    fn default() -> Self {
        Self::of(&Request::default())
    }
}

/// Its headers hold cookies, and its query may hold a code.
impl fmt::Debug for RequestSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestSummary").finish_non_exhaustive()
    }
}
