use super::jwt::JwtError;
use crate::claims::InvalidClaim;

/// The access token is not valid for this API. The client needs another one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AccessTokenError {
    /// It is no JWT of the provider's that counts now. Logto's token for userinfo, which is no JWT
    /// at all, ends here too.
    #[error("the access token {0}")]
    Jwt(#[from] JwtError),
    /// Another kind of JWT: an ID token, a logout token.
    #[error("expected an access token (`at+jwt`), this JWT is of type {found:?}")]
    Kind {
        /// The `typ` of the header, or nothing.
        found: String,
    },
    /// For another API, or for an organization itself.
    #[error("expected an access token for {expected:?}, this one is for {found:?}")]
    Audience {
        /// What it is to be for.
        expected: String,
        /// The `aud` that came.
        found: String,
    },
    /// For the members of an organization, where that was not asked for.
    #[error(
        "the access token is for organization {found:?} alone, and one outside organizations was expected"
    )]
    InOrganization {
        /// The `organization_id` that came.
        found: String,
    },
    /// For no organization, where one was asked for.
    #[error("the access token is for no organization, and one for {expected:?} was expected")]
    OutsideOrganizations {
        /// The organization.
        expected: String,
    },
    /// For the members of another organization.
    #[error(
        "the access token is for organization {found:?}, and one for {expected:?} was expected"
    )]
    AnotherOrganization {
        /// The organization.
        expected: String,
        /// The `organization_id` that came.
        found: String,
    },
}

impl From<InvalidClaim> for AccessTokenError {
    fn from(error: InvalidClaim) -> Self {
        Self::Jwt(error.into())
    }
}
