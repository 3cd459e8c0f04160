//! The tokens that a sign-in or a refresh brings.

use serde::{Deserialize, Serialize};

use super::access_token::AccessToken;
use crate::claims::Claims;
use crate::scopes::Scopes;
use crate::secret::Secret;

/// How a sign-in ended.
#[derive(Clone, Debug)]
pub struct FinishedSignIn {
    /// What was given.
    pub tokens: Tokens,
    /// What the ID token says, after it was verified.
    pub claims: Claims,
}

/// Everything a session keeps of a sign-in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tokens {
    /// The token for [`Audience::Default`](crate::Audience::Default). A session may drop it; a
    /// refresh brings another.
    pub access_token: Option<AccessToken>,
    /// The refresh token, unless the person or Logto granted none.
    pub refresh_token: Option<Secret>,
    /// The ID token as it came, for [`end_session_url`](crate::Client::end_session_url).
    pub id_token: Secret,
    /// The granted scope. Logto silently drops a scope it does not know, so compare it with the
    /// request.
    pub scope: Scopes,
}

/// What a refresh brought.
#[derive(Clone, Debug)]
pub struct Refreshed {
    /// The token that was asked for.
    pub access_token: AccessToken,
    /// The refresh token to keep from now on. `None`: keep the old one (RFC 6749 section 6).
    pub refresh_token: Option<Secret>,
    /// A newer ID token and what it says, if one came. It was verified.
    pub id_token: Option<(Secret, Claims)>,
}
