//! [`Bearer`]: what a handler of an API asks for.

mod kind;
mod refusal;

use std::{fmt, marker::PhantomData};

use axum::{
    extract::{FromRef, FromRequestParts},
    http::request,
};
use logto::{Error, ResourceServer, VerifiedToken};

pub use kind::{ForApi, ForOrganization, InOrganization, TokenKind};
pub use refusal::{BearerRefusal, RefusalReason};

use crate::{
    bearer_credentials::{self, Credentials},
    error_chain::chain,
};
use kind::sealed::OfPath as _;

/// What a token must allow for a handler to run.
pub trait Permissions {
    /// The permissions, by the names they have in the Logto Console. All of them are needed.
    const REQUIRED: &'static [&'static str];
}

/// A right token is enough, whatever it allows.
#[derive(Clone, Copy, Debug)]
pub struct NoPermission;

impl Permissions for NoPermission {
    const REQUIRED: &'static [&'static str] = &[];
}

/// An access token that was sent with the request, found to be right and to allow `P`. A handler
/// that has it as an argument does not run without one.
///
/// ```
/// use axum::{Router, routing::get};
/// use logto::ResourceServer;
/// use logto_axum::{Bearer, Permissions};
///
/// struct ReadOrders;
/// impl Permissions for ReadOrders {
///     const REQUIRED: &'static [&'static str] = &["read:orders"];
/// }
///
/// async fn orders(bearer: Bearer<ReadOrders>) -> String {
///     format!("the orders of {}", bearer.token.subject)
/// }
///
/// # fn api() -> Result<Router, Box<dyn std::error::Error>> {
/// let shop = ResourceServer::new("https://tenant.logto.app".parse()?, "https://shop.example/api")?;
/// let api = Router::new().route("/orders", get(orders)).with_state(shop);
/// # Ok(api)
/// # }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use tower::Service as _;
/// # let request = axum::http::Request::builder().uri("/orders").body(axum::body::Body::empty())?;
/// # let answer = api()?.call(request).await?;
/// # assert_eq!(answer.status(), 401);
/// # assert_eq!(answer.headers()["www-authenticate"], r#"Bearer realm="https://shop.example/api""#);
/// # Ok(())
/// # }
/// ```
///
/// Of the three kinds of token that Logto makes, a handler takes the one it names, and no other:
///
/// | argument | the token | is got with |
/// |---|---|---|
/// | `Bearer<P>` | for the API, outside organizations | [`Audience::Resource`](logto::Audience::Resource) |
/// | `Bearer<P, InOrganization>` | for the API, as a member of the organization of the path | [`Audience::OrganizationResource`](logto::Audience::OrganizationResource) |
/// | `Bearer<P, ForOrganization>` | for the organization of the path itself | [`Audience::Organization`](logto::Audience::Organization) |
///
/// The organization of the path is its parameter `{organization}`, as in
/// `/organizations/{organization}/orders`.
///
/// **A plain `Bearer<P>` must not open what belongs to an organization**: its scope holds every
/// permission that any of the person's organization roles gives (see [`ResourceServer`]).
///
/// The state of the router has to hold a [`ResourceServer`] ([`FromRef`]). The token is read from
/// the `Authorization` header alone, so neither a cookie nor a parameter can stand for it. Who
/// brings no right one gets a [`BearerRefusal`].
pub struct Bearer<P, K: TokenKind = ForApi> {
    /// The claims of the token.
    pub token: VerifiedToken,
    /// The organization of the path, which the token is for. For [`ForApi`] it is nothing.
    pub organization: K::Organization,
    permissions: PhantomData<fn() -> P>,
}

impl<P, K: TokenKind> Clone for Bearer<P, K> {
    fn clone(&self) -> Self {
        Self {
            token: self.token.clone(),
            organization: self.organization.clone(),
            permissions: PhantomData,
        }
    }
}

impl<P, K: TokenKind> fmt::Debug for Bearer<P, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Bearer").field(&self.token).finish()
    }
}

impl<P, K, S> FromRequestParts<S> for Bearer<P, K>
where
    P: Permissions,
    K: TokenKind,
    S: Send + Sync,
    ResourceServer: FromRef<S>,
{
    type Rejection = BearerRefusal;

    async fn from_request_parts(
        parts: &mut request::Parts,
        state: &S,
    ) -> Result<Self, BearerRefusal> {
        let server = ResourceServer::from_ref(state);
        let refuse = |reason| BearerRefusal::new(reason, server.indicator(), P::REQUIRED);
        let organization = K::Organization::of_path(parts, state)
            .await
            .map_err(refuse)?;
        let sent = match bearer_credentials::read(&parts.headers) {
            Credentials::Token(token) => token,
            Credentials::None => return Err(refuse(RefusalReason::NoToken)),
            Credentials::Malformed => return Err(refuse(RefusalReason::MalformedHeader)),
        };
        let organization =
            organization.ok_or_else(|| refuse(RefusalReason::AnotherOrganization))?;
        let verified = K::verify(&server, &organization, sent).await;
        let token = verified.map_err(|error| refuse(reason(&error)).after(&error))?;
        if P::REQUIRED.iter().all(|permission| token.may(permission)) {
            Ok(Self {
                token,
                organization,
                permissions: PhantomData,
            })
        } else {
            Err(refuse(RefusalReason::InsufficientScope))
        }
    }
}

fn reason(error: &Error) -> RefusalReason {
    let Error::AccessToken(found) = error else {
        tracing::error!(
            error = chain(error),
            "an access token could not be judged, for want of the provider's keys"
        );
        return RefusalReason::Unavailable;
    };
    tracing::warn!(error = %found, "access token refused");
    RefusalReason::of(found)
}
