//! Who may see what: requirements, and the judgment of them by what Logto says now.

use std::time::Duration;

use logto::{AccessToken, Audience, Claims, OrganizationId, OrganizationRole, scope};
use logto_types::{Access, Requirement};

use crate::{Auth, Error, Freshness, StoreError, TokenRequest, chain};

/// How old what Logto said may be: so soon a removal shows (OR-05).
const RECENT: Duration = Duration::from_mins(5);

impl Auth {
    /// Judges a requirement by what Logto says, less than five minutes ago, in tokens made for this session, and never by
    /// what a browser says (OR-06). While Logto does not answer, what it said before holds for as long as it was given.
    ///
    /// Requirements about organizations are judged in `organization`; without one there is nothing to be found. A
    /// [`Requirement::Permission`] is judged in it if there is one.
    ///
    /// # Errors
    /// [`Error::SignedOut`] when nobody is signed in, or the session ends over this; [`Error::Store`] when the store does
    /// not say.
    pub async fn check(
        &self,
        requirement: Requirement<'_>,
        organization: Option<&OrganizationId>,
    ) -> Result<Access, Error> {
        self.signed_in()?;
        match self.judge(requirement, organization).await {
            Ok(Some(true)) => Ok(Access::Granted),
            Ok(None) => Ok(Access::NotFound),
            Err(Error::Forbidden(_)) if organization.is_some() => Ok(Access::NotFound),
            Ok(Some(false)) | Err(Error::Forbidden(_) | Error::NotGranted(_)) => {
                Ok(Access::Forbidden)
            }
            Err(error @ (Error::SignedOut | Error::Store(_))) => Err(error),
            Err(error) => {
                tracing::error!(
                    error = chain(&error),
                    "what somebody may see could not be asked"
                );
                Ok(Access::Unavailable)
            }
        }
    }

    /// Whether the requirement is met; `None` when it needs an organization and there is none.
    async fn judge(
        &self,
        requirement: Requirement<'_>,
        organization: Option<&OrganizationId>,
    ) -> Result<Option<bool>, Error> {
        match (requirement, organization.cloned()) {
            (Requirement::SignedIn, _) => Ok(Some(true)),
            (Requirement::Role(name), _) => {
                let claims = self.recent_claims().await?;
                let roles = claims.roles.value();
                Ok(Some(roles.is_some_and(|roles| {
                    roles.iter().any(|role| role == name)
                })))
            }
            // A token for it has every permission in organizations, whoever asks (`organization-resource-token.json`).
            (Requirement::Permission { resource, .. }, _)
                if resource == scope::ORGANIZATIONS_RESOURCE =>
            {
                Ok(Some(false))
            }
            (
                Requirement::Permission {
                    resource,
                    permission,
                },
                organization,
            ) => {
                let resource = resource.to_owned();
                let audience = match organization {
                    None => Audience::Resource(resource),
                    Some(organization) => Audience::OrganizationResource {
                        organization,
                        resource,
                    },
                };
                let token = self.recent_token(audience).await?;
                Ok(Some(token.scope.contains(permission)))
            }
            (_, None) => Ok(None),
            (requirement, Some(id)) => {
                // Logto gives a token for an organization to its members only.
                let token = self
                    .recent_token(Audience::Organization(id.clone()))
                    .await?;
                match requirement {
                    Requirement::OrganizationPermission(name) => {
                        Ok(Some(token.scope.contains(name)))
                    }
                    Requirement::OrganizationRole(name) => {
                        let claims = self.recent_claims().await?;
                        let roles = claims.organization_roles.value();
                        let holds =
                            |held: &OrganizationRole| held.organization == id && held.role == name;
                        Ok(Some(roles.is_some_and(|roles| roles.iter().any(holds))))
                    }
                    _ => Ok(Some(true)),
                }
            }
        }
    }

    /// An access token that Logto has given within the last five minutes: so soon a removal from an organization shows, for
    /// which an API that only reads the token would wait until it runs out (OR-05). While Logto does not answer, the one that
    /// is held for as long as it is good.
    ///
    /// # Errors
    /// As [`token`](Self::token).
    pub async fn recent_token(&self, audience: Audience) -> Result<AccessToken, Error> {
        let mut request = TokenRequest {
            audience,
            freshness: Freshness::Within(RECENT),
            ..TokenRequest::default()
        };
        let error = match self.token(&request).await {
            Ok(obtained) => return Ok(obtained.token),
            // Only Logto's silence is bridged. An answer that cannot be used says something, and may say no; and nobody is to
            // put off a no by asking too much.
            Err(Error::Logto(error)) if is_silence(&error) => error,
            Err(error) => return Err(error),
        };
        request.freshness = Freshness::Any;
        let held = self.held_token(&request).await?;
        held.ok_or(Error::Logto(error))
    }

    /// The claims of an ID token that is not older than that, or of one that has not run out while Logto does not answer.
    async fn recent_claims(&self) -> Result<Claims, Error> {
        let claims = self.stored_person().await?.claims;
        let now = self.app.client().now();
        let issued = claims.iat.value().copied().unwrap_or_default();
        if now.saturating_sub(issued) <= RECENT.as_secs() {
            return Ok(claims);
        }
        let request = TokenRequest {
            freshness: Freshness::Within(RECENT),
            ..TokenRequest::default()
        };
        match self.token(&request).await {
            Ok(obtained) => {
                let claims = self.stored_person().await?.claims;
                let issued = claims.iat.value().copied().unwrap_or_default();
                let tolerance = self.client().config().clock_tolerance.as_secs();
                // A store that cannot be written keeps the claims of before, whatever Logto says now (OR-05).
                if issued.saturating_add(tolerance) < obtained.token.issued_at() {
                    let reason = "the store has older ones than Logto has given";
                    return Err(
                        StoreError::new("read the claims of the last refresh", reason).into(),
                    );
                }
                Ok(claims)
            }
            Err(Error::Logto(error))
                if is_silence(&error) && claims.exp.value().is_some_and(|end| now < *end) =>
            {
                Ok(claims)
            }
            Err(error) => Err(error),
        }
    }
}

/// Whether Logto did not say anything. That it was asked too much (429) is an answer, which somebody may have brought about.
fn is_silence(error: &logto::Error) -> bool {
    error.is_transient() && error.status() != Some(429)
}
