//! Sessions for tests of an application: somebody is signed in, and no provider runs.
//! [`store_contract`] tests a store.
//!
//! [`TestSession`] writes a session into the store of a [`LogtoAuth`] and gives the cookie of it.
//! The requests of the test go through the same middleware, guards and extractors as those of a
//! browser:
//!
//! ```
//! use axum::{Router, body::Body, http::{Request, StatusCode, header::COOKIE}, routing::get};
//! use logto_axum::{
//!     Endpoints, Guard, Guards, LogtoAuth, OrganizationId, Requirement, CurrentUser, testing::TestSession,
//! };
//! use tower::ServiceExt as _;
//!
//! const BILLING: Guard = Guard::new(
//!     "/org/{organization}/billing",
//!     Requirement::OrganizationPermission("manage:billing"),
//! );
//!
//! async fn billing(person: CurrentUser) -> String {
//!     format!("The bills, {}", person.display_name())
//! }
//!
//! fn app(auth: &LogtoAuth) -> Router {
//!     let router = Router::new().route(BILLING.path.as_str(), get(billing));
//!     auth.protect_with(router, Guards::new([BILLING]), Endpoints::none())
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // Nothing listens at this endpoint. Sessions are in memory.
//! let auth = LogtoAuth::builder("http://localhost:9", "app-id", "app-secret", "http://localhost:3000")?;
//! let auth = auth.build().await?;
//! let acme: OrganizationId = "acme".parse()?;
//!
//! let cookie = TestSession::new("alice").member(&acme, ["manage:billing"]).cookie(&auth).await?;
//! let request = Request::get("/org/acme/billing").header(COOKIE, cookie).body(Body::empty())?;
//! assert_eq!(app(&auth).oneshot(request).await?.status(), StatusCode::OK);
//!
//! let cookie = TestSession::new("bob").member(&acme, []).cookie(&auth).await?;
//! let request = Request::get("/org/acme/billing").header(COOKIE, cookie).body(Body::empty())?;
//! assert_eq!(app(&auth).oneshot(request).await?.status(), StatusCode::FORBIDDEN);
//! # Ok(())
//! # }
//! ```
//!
//! The feature `testing` belongs into `[dev-dependencies]`:
//!
//! ```toml
//! [dev-dependencies]
//! logto-axum = { version = "0.1", features = ["testing"] }
//! ```

pub mod store_contract;

use std::sync::Arc;

use axum::http::HeaderValue;
use logto::{
    AccessToken, Audience, Claim, Claims, ErrorResponse, OrganizationId, OrganizationRole, Scopes,
    Secret, TokenError, Tokens,
};
use tower_sessions::Session;

use crate::{
    auth::{Auth, Who},
    client_info::RequestSummary,
    cookies::FlowCookies,
    error::Error,
    logto_auth::LogtoAuth,
    session::{CurrentUser, SessionDevice, TokenRecord},
    store::StoreError,
};

/// How long the tokens of a test session live, in seconds.
const LIFE: u64 = 3600;
/// The refresh token of a test session, with which no provider is asked.
const REFRESH_TOKEN: &str = "logto-axum-test-session";

/// A session of a person with these roles, memberships and permissions, and no other.
///
/// A permission that the session was not given is refused as Logto refuses it: a guard that
/// requires another role or permission answers 403, another organization 404. Guards go by what
/// Logto said within the last five minutes, so a session is for one test that is shorter. Userinfo
/// and the sign-out ask the provider.
#[derive(Clone, Debug)]
pub struct TestSession {
    claims: Claims,
    permissions: Vec<(Audience, Scopes)>,
}

impl TestSession {
    /// A session of the person with this `sub`.
    #[must_use]
    pub fn new(subject: impl Into<String>) -> Self {
        let mut claims = Claims::default();
        claims.sub = subject.into();
        let permissions = Vec::new();
        Self {
            claims,
            permissions,
        }
    }

    /// Changes the claims of the ID token: name, email address and so on.
    #[must_use]
    pub fn claims(mut self, change: impl FnOnce(&mut Claims)) -> Self {
        change(&mut self.claims);
        self
    }

    /// The person has a global role, by its name in Logto.
    #[must_use]
    pub fn role(mut self, name: impl Into<String>) -> Self {
        add(&mut self.claims.roles, name.into());
        self
    }

    /// The person has these permissions of an API resource, outside organizations.
    #[must_use]
    pub fn permissions<'a>(
        self,
        resource: impl Into<String>,
        permissions: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        self.token(Audience::Resource(resource.into()), permissions)
    }

    /// The person is a member of an organization and has these permissions in it.
    #[must_use]
    pub fn member<'a>(
        mut self,
        organization: &OrganizationId,
        permissions: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        add(&mut self.claims.organizations, organization.clone());
        self.token(Audience::Organization(organization.clone()), permissions)
    }

    /// The person has a role in an organization that they are a [`member`](Self::member) of.
    #[must_use]
    pub fn organization_role(
        mut self,
        organization: &OrganizationId,
        role: impl Into<String>,
    ) -> Self {
        let role = OrganizationRole {
            organization: organization.clone(),
            role: role.into(),
        };
        add(&mut self.claims.organization_roles, role);
        self
    }

    /// The person has these permissions of an API resource in an organization.
    #[must_use]
    pub fn permissions_in<'a>(
        self,
        organization: &OrganizationId,
        resource: impl Into<String>,
        permissions: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let audience = Audience::OrganizationResource {
            organization: organization.clone(),
            resource: resource.into(),
        };
        self.token(audience, permissions)
    }

    fn token<'a>(
        mut self,
        audience: Audience,
        permissions: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let scopes = permissions.into_iter().collect();
        self.permissions.push((audience, scopes));
        self
    }

    /// Begins the session and gives the value of the `Cookie` header that belongs to it.
    ///
    /// # Errors
    /// [`Error::Store`] when the session cannot be stored.
    pub async fn cookie(&self, auth: &LogtoAuth) -> Result<HeaderValue, Error> {
        let parts = auth.parts();
        let now = parts.client.now();
        let asked = parts.client.config().asked_scopes();
        let mut claims = self.claims.clone();
        claims.iat = Claim::Value(now);
        claims.exp = Claim::Value(now + LIFE);
        let person = CurrentUser {
            claims,
            scope: asked.difference(&asked.permissions()),
            asked,
            switched_off: Scopes::new(),
            signed_in_at: parts.sessions.now(),
            ends_at: parts.sessions.ends_at(),
            device: SessionDevice::default(),
        };
        let session = Session::new(None, Arc::new(parts.sessions.clone()), None);
        let browser = Auth {
            app: auth.clone(),
            session: session.clone(),
            who: Who::SignedOut,
            cookies: FlowCookies::default(),
            member: Arc::default(),
            request: RequestSummary::default(),
        };
        browser
            .store_session(&person, &self.tokens(&person, now))
            .await?;
        let id = session.id().ok_or(Error::SignedOut)?;
        let cookie = parts.names.session(id, 0);
        HeaderValue::from_str(&cookie.stripped().to_string())
            .map_err(|error| StoreError::new("write the cookie of a test session", error).into())
    }

    fn tokens(&self, person: &CurrentUser, now: u64) -> TokenRecord {
        let token = |audience: &Audience, scope: &Scopes| AccessToken {
            token: Secret::new(format!("test token for {audience}")),
            scope: scope.clone(),
            expires_at: now + LIFE,
            expires_in: LIFE,
            audience: audience.clone(),
        };
        let mut record = TokenRecord::first(Tokens {
            access_token: Some(token(&Audience::Default, &person.scope)),
            refresh_token: Some(Secret::new(REFRESH_TOKEN)),
            id_token: Secret::new("test ID token"),
            scope: person.scope.clone(),
        });
        for (audience, scope) in &self.permissions {
            record.put(token(audience, scope).into(), now);
        }
        record
    }
}

fn add<T>(claim: &mut Claim<Vec<T>>, value: T) {
    match claim {
        Claim::Value(values) => values.push(value),
        Claim::Absent | Claim::Null => *claim = Claim::Value(vec![value]),
    }
}

/// What Logto says when a test session is refreshed for a token that it was not given; `None` for
/// the refresh token of a person.
pub(crate) fn refusal(refresh_token: &Secret, audience: &Audience) -> Option<logto::Error> {
    if refresh_token.expose() != REFRESH_TOKEN {
        return None;
    }
    let (status, error) = match audience {
        Audience::Resource(_) => (400, "invalid_target"),
        _ => (403, "access_denied"),
    };
    Some(TokenError::Refused(ErrorResponse::new(status, error)).into())
}
