//! Who may see what: requirements, and the judgment of them by what Logto says now.

use std::time::Duration;

use logto::{AccessToken, Audience, Claims, OrganizationId, OrganizationRole, scope};
use logto_types::{Access, Requirement};

use crate::{
    auth::Auth,
    error::Error,
    error_chain::chain,
    member::{AccessDecision, Member},
    store::StoreError,
    tokens::{Freshness, TokenRequest},
};

/// The maximum age of the claims that a check uses, and so the delay until a removal shows (OR-05).
const RECENT: Duration = Duration::from_mins(5);

impl Auth {
    /// Checks a requirement against tokens that Logto issued for this session less than five
    /// minutes ago, and never against what a browser sends. While Logto does not answer, earlier
    /// tokens count until they expire.
    ///
    /// Requirements about organizations are checked in `organization`; without one they are not
    /// met. A [`Requirement::Permission`] is checked in it if there is one.
    ///
    /// The token of an organization is looked up once in a request, also when the access middleware
    /// has done so for the page.
    ///
    /// # Errors
    /// [`Error::SignedOut`] when nobody is signed in, or the session ends over this;
    /// [`Error::Store`] when the store does not say.
    pub async fn check(
        &self,
        requirement: Requirement<'_>,
        organization: Option<&OrganizationId>,
    ) -> Result<AccessDecision, Error> {
        self.signed_in()?;
        match self.decide(requirement, organization).await {
            Err(Error::Forbidden(_)) if organization.is_some() => Ok(Access::NotFound.into()),
            Err(Error::Forbidden(_) | Error::NotGranted(_)) => Ok(Access::Forbidden.into()),
            Err(error @ (Error::SignedOut | Error::Store(_))) => Err(error),
            Err(error) => {
                tracing::error!(
                    error = chain(&error),
                    "what somebody may see could not be asked"
                );
                Ok(Access::Unavailable.into())
            }
            decided => decided,
        }
    }

    async fn decide(
        &self,
        requirement: Requirement<'_>,
        organization: Option<&OrganizationId>,
    ) -> Result<AccessDecision, Error> {
        let (is_met, member) = match (requirement, organization.cloned()) {
            (Requirement::SignedIn, _) => (true, None),
            (Requirement::Role(name), _) => {
                let claims = self.recent_claims().await?;
                let mut roles = claims.roles.value().into_iter().flatten();
                (roles.any(|role| role == name), None)
            }
            // A token for it has every permission in organizations, whoever asks
            // (`organization-resource-token.json`).
            (Requirement::Permission { resource, .. }, _)
                if resource == scope::ORGANIZATIONS_RESOURCE =>
            {
                (false, None)
            }
            (
                Requirement::Permission {
                    resource,
                    permission,
                },
                organization,
            ) => {
                let resource = resource.to_owned();
                let audience = match organization.clone() {
                    None => Audience::Resource(resource),
                    Some(organization) => Audience::OrganizationResource {
                        organization,
                        resource,
                    },
                };
                let token = self.recent_token(audience).await?;
                let is_met = token.scope.contains(permission);
                let member = organization.map(|organization| Member {
                    organization,
                    token,
                });
                (is_met, member)
            }
            (_, None) => return Ok(Access::NotFound.into()),
            (Requirement::Member, Some(id)) => (true, Some(self.member(id).await?)),
            (Requirement::OrganizationPermission(name), Some(id)) => {
                let member = self.member(id).await?;
                (member.token.scope.contains(name), Some(member))
            }
            (Requirement::OrganizationRole(name), Some(id)) => {
                let member = self.member(id).await?;
                let claims = self.recent_claims().await?;
                let mut roles = claims.organization_roles.value().into_iter().flatten();
                let holds = |held: &OrganizationRole| {
                    held.organization == member.organization && held.role == name
                };
                (roles.any(holds), Some(member))
            }
        };
        Ok(AccessDecision::decide(is_met, member))
    }

    /// The person as a member of an organization: Logto gives a token for it to its members only.
    /// It is looked up once in a request, unless that goes on for more than five minutes.
    async fn member(&self, organization: OrganizationId) -> Result<Member, Error> {
        let is_recent = |token: &AccessToken| {
            let age = self.client().now().saturating_sub(token.issued_at());
            age <= RECENT.as_secs()
        };
        let found = self.member.get();
        let found = found.filter(|found| found.organization == organization);
        if let Some(member) = found.filter(|found| is_recent(&found.token)) {
            return Ok(member.clone());
        }
        let audience = Audience::Organization(organization.clone());
        let token = self.recent_token(audience).await?;
        let member = Member {
            organization,
            token,
        };
        let _ = self.member.set(member.clone());
        Ok(member)
    }

    /// An access token that Logto has given within the last five minutes: so soon a removal from an
    /// organization shows, for which an API that only reads the token would wait until it runs out.
    /// While Logto does not answer, the one that is held for as long as it is good.
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
            // Only Logto's silence is bridged. An answer that cannot be used says something, and
            // may say no; and nobody is to put off a no by asking too much.
            Err(Error::Logto(error)) if is_silence(&error) => error,
            Err(error) => return Err(error),
        };
        request.freshness = Freshness::Any;
        let held = self.stored_tokens().await?.unexpired(&request)?;
        held.ok_or(Error::Logto(error))
    }

    /// The claims of an ID token that is not older than that, or of one that has not run out while
    /// Logto does not answer.
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
                // A store that cannot be written keeps the claims of before, whatever Logto says
                // now (OR-05).
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

/// Whether Logto did not say anything. That it was asked too much (429) is an answer, which
/// somebody may have brought about.
fn is_silence(error: &logto::Error) -> bool {
    error.is_transient() && error.status() != Some(429)
}
