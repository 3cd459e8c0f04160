//! Which of the permissions that were asked for Logto has granted.

use logto::{Audience, OrganizationId, Scopes, scope};

use super::{Auth, stored_tokens::StoredTokens};
use crate::{error::Error, error_chain::chain, session::CurrentUser, tokens::TokenRequest};

/// In so many organizations permissions are looked up, because each may be a request to Logto.
const MOST_ORGANIZATIONS: usize = 5;

/// The state of the permissions that were requested and are not switched off. The default is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PermissionGrants {
    /// A token has them.
    pub granted: Scopes,
    /// No token has them: no role of the person brings them.
    pub refused: Scopes,
    /// Logto did not answer, or not every organization was looked at.
    pub unknown: Scopes,
    /// Whether Logto did not answer.
    pub unavailable: bool,
    /// The organizations that were looked at.
    pub organizations: Vec<OrganizationGrants>,
    /// How many organizations were not looked at.
    pub unchecked: usize,
}

/// An organization, and which of the permissions that were asked for the person has there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganizationGrants {
    /// The organization.
    pub id: OrganizationId,
    /// The permissions.
    pub granted: Scopes,
}

impl Auth {
    /// Looks the permissions up that were asked for, in one token for each configured API and one
    /// for each of at most five organizations, `first` before the others. Tokens that are at hand
    /// are used, so Logto is asked once an hour; while it does not answer, it is asked once.
    ///
    /// Only a token says which permissions Logto granted: that there is one says nothing, and the
    /// answer to the sign-in names Logto's own scopes alone. The token for the resource that stands
    /// for all organizations says nothing either: it has every permission, whoever asks.
    ///
    /// # Errors
    /// [`Error::SignedOut`] when nobody is signed in, or the session ends over this;
    /// [`Error::Store`] when the store does not answer.
    pub async fn permission_grants(
        &self,
        first: Option<&OrganizationId>,
    ) -> Result<PermissionGrants, Error> {
        let person = self.signed_in()?;
        let config = self.client().config();
        let mut grants = PermissionGrants::default();
        let stored = &self.stored_tokens().await?;
        for api in &config.resources {
            let asked = asked(person, &api.permissions);
            if asked.is_empty() {
                continue;
            }
            let audience = Audience::Resource(api.indicator.clone());
            if let Some(granted) = grants.scope_of_token(stored, audience).await? {
                grants.granted.extend(asked.intersection(&granted).iter());
            } else if grants.unavailable {
                grants.unknown.extend(asked.iter());
            }
        }
        let asked = asked(person, &config.organization_permissions);
        if !asked.is_empty() {
            grants
                .look_into_organizations(self, stored, &asked, first)
                .await?;
        }
        let in_use = person.asked.permissions().difference(&person.switched_off);
        grants.refused = in_use
            .difference(&grants.granted)
            .difference(&grants.unknown);
        Ok(grants)
    }
}

impl PermissionGrants {
    async fn look_into_organizations(
        &mut self,
        auth: &Auth,
        stored: &StoredTokens<'_>,
        asked: &Scopes,
        first: Option<&OrganizationId>,
    ) -> Result<(), Error> {
        let mut ids = self.organization_ids(auth).await?;
        ids.sort_by_key(|id| Some(id) != first);
        self.unchecked = ids.len().saturating_sub(MOST_ORGANIZATIONS);
        ids.truncate(MOST_ORGANIZATIONS);
        for id in ids {
            let audience = Audience::Organization(id.clone());
            if let Some(scope) = self.scope_of_token(stored, audience).await? {
                let granted = asked.intersection(&scope);
                self.granted.extend(granted.iter());
                self.organizations.push(OrganizationGrants { id, granted });
            }
        }
        if self.unavailable || self.unchecked > 0 {
            let unknown = asked.difference(&self.granted);
            self.unknown.extend(unknown.iter());
        }
        Ok(())
    }

    /// The organizations the person is in: from the ID token, or from userinfo where a tenant
    /// leaves them out of ID tokens.
    async fn organization_ids(&mut self, auth: &Auth) -> Result<Vec<OrganizationId>, Error> {
        let person = auth.signed_in()?;
        if let Some(ids) = person.claims.organizations.value() {
            return Ok(ids.clone());
        }
        if self.unavailable || !person.scope.contains(scope::ORGANIZATIONS) {
            return Ok(Vec::new());
        }
        let answer = auth.user_info().await;
        let claims = self.answered(answer)?.unwrap_or_default();
        Ok(claims.organizations.into_value().unwrap_or_default())
    }

    /// The scope of the token for this audience; `None` when there is no token.
    async fn scope_of_token(
        &mut self,
        stored: &StoredTokens<'_>,
        audience: Audience,
    ) -> Result<Option<Scopes>, Error> {
        if self.unavailable {
            return Ok(None);
        }
        let obtained = stored.token(&TokenRequest::new(audience)).await;
        Ok(self
            .answered(obtained)?
            .map(|obtained| obtained.token.scope))
    }

    /// An answer of Logto; `None` when it refuses, or does not answer, which is noted. Only what
    /// concerns the whole session is an error.
    fn answered<T>(&mut self, answer: Result<T, Error>) -> Result<Option<T>, Error> {
        match answer {
            Ok(answer) => Ok(Some(answer)),
            Err(Error::Forbidden(_) | Error::NotGranted(_)) => Ok(None),
            Err(error @ (Error::SignedOut | Error::Store(_))) => Err(error),
            Err(error) => {
                // Who was throttled is logged where it was counted.
                if !matches!(error, Error::Throttled) {
                    tracing::error!(
                        error = chain(&error),
                        "permissions could not be looked up at Logto"
                    );
                }
                self.unavailable = true;
                Ok(None)
            }
        }
    }
}

/// Which of these permissions were asked for and are not switched off.
fn asked(person: &CurrentUser, names: &[String]) -> Scopes {
    let names: Scopes = names.iter().collect();
    let asked = names.intersection(&person.asked);
    asked.difference(&person.switched_off)
}
