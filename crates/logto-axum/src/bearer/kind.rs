//! The kinds of token, and which organization one must be for.

use std::{fmt::Debug, future::Future};

use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::request,
};
use logto::{Error, OrganizationId, ResourceServer, VerifiedToken};

use super::RefusalReason;

/// A kind of token that a handler can ask for: [`ForApi`], [`InOrganization`] or
/// [`ForOrganization`].
pub trait TokenKind: sealed::Verify {}

/// A token for the API, outside organizations.
#[derive(Clone, Copy, Debug)]
pub struct ForApi;

/// A token for the API, as a member of the organization that the path names.
#[derive(Clone, Copy, Debug)]
pub struct InOrganization;

/// A token for the organization that the path names, and for no API. Its scope is what may be done
/// in the organization.
#[derive(Clone, Copy, Debug)]
pub struct ForOrganization;

impl TokenKind for ForApi {}
impl TokenKind for InOrganization {}
impl TokenKind for ForOrganization {}

/// The parameter of the path that names an organization.
const PARAMETER: &str = "organization";

pub(super) mod sealed {
    use super::{Debug, Error, Future, RefusalReason, ResourceServer, VerifiedToken, request};

    pub trait Verify {
        type Organization: OfPath + Clone + Debug + Send + Sync;

        fn verify(
            server: &ResourceServer,
            organization: &Self::Organization,
            token: &str,
        ) -> impl Future<Output = Result<VerifiedToken, Error>> + Send;
    }

    pub trait OfPath: Sized {
        /// The organization of the path; `None` when the text in the path is not a valid id.
        fn of_path<S: Send + Sync>(
            parts: &mut request::Parts,
            state: &S,
        ) -> impl Future<Output = Result<Option<Self>, RefusalReason>> + Send;
    }
}

impl sealed::Verify for ForApi {
    type Organization = ();

    async fn verify(server: &ResourceServer, (): &(), token: &str) -> Result<VerifiedToken, Error> {
        server.verify(token).await
    }
}

impl sealed::Verify for InOrganization {
    type Organization = OrganizationId;

    async fn verify(
        server: &ResourceServer,
        organization: &OrganizationId,
        token: &str,
    ) -> Result<VerifiedToken, Error> {
        server.verify_in(organization, token).await
    }
}

impl sealed::Verify for ForOrganization {
    type Organization = OrganizationId;

    async fn verify(
        server: &ResourceServer,
        organization: &OrganizationId,
        token: &str,
    ) -> Result<VerifiedToken, Error> {
        server.verify_for(organization, token).await
    }
}

impl sealed::OfPath for () {
    async fn of_path<S: Send + Sync>(
        _parts: &mut request::Parts,
        _state: &S,
    ) -> Result<Option<()>, RefusalReason> {
        Ok(Some(()))
    }
}

impl sealed::OfPath for OrganizationId {
    async fn of_path<S: Send + Sync>(
        parts: &mut request::Parts,
        state: &S,
    ) -> Result<Option<Self>, RefusalReason> {
        // Parameters that are not valid UTF-8 name no organization.
        let Ok(parameters) = RawPathParams::from_request_parts(parts, state).await else {
            return Ok(None);
        };
        let mut named = parameters.iter().filter(|(name, _)| *name == PARAMETER);
        let Some((_, text)) = named.next() else {
            tracing::error!(
                "a handler asks for a token of an organization, but its path has no {{{PARAMETER}}}"
            );
            return Err(RefusalReason::Misplaced);
        };
        Ok(text.parse().ok())
    }
}
