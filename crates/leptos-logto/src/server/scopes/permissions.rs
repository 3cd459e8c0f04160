//! What came of the permissions that were asked for.

use logto::{Audience, Config, OrganizationId, Scopes};
use logto_axum::{Auth, Error, SignedIn};

use super::super::{membership, refuse};

/// So many organizations are looked at, because each may be a request to Logto. The page says how many are left out.
const MOST_ORGANIZATIONS: usize = 5;

/// What came of the permissions that were asked for and are not switched off.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Permissions {
    pub(super) granted: Scopes,
    pub(super) refused: Scopes,
    /// Logto did not answer, or not every organization was looked at.
    pub(super) unknown: Scopes,
    /// Logto did not answer.
    pub(super) unavailable: bool,
    /// The organizations that were looked at.
    pub(super) organizations: Vec<InOrganization>,
    /// How many organizations were not.
    pub(super) unchecked: usize,
}

/// An organization, and the permissions that were asked for and the person has there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct InOrganization {
    pub(super) id: OrganizationId,
    pub(super) held: Scopes,
}

impl Permissions {
    /// Only a token for the API says which of its permissions Logto granted: that it gives one says nothing, and the answer
    /// to the sign-in names Logto's own scopes alone (`token-responses.json`). A token that is at hand is looked at, so this
    /// asks once an hour.
    ///
    /// Which permissions somebody has in an organization, only the token for that organization says. The one for the
    /// resource that stands for all organizations has every permission there is, whoever asks
    /// (`organization-resource-token.json`).
    pub(super) async fn ask(
        auth: &Auth,
        person: &SignedIn,
        config: &Config,
    ) -> Result<Self, Error> {
        let mut known = Self::default();
        for api in &config.resources {
            let asked = asked(person, &api.permissions);
            if asked.is_empty() {
                continue;
            }
            let audience = Audience::Resource(api.indicator.clone());
            if let Some(held) = known.scope_of_token(auth, audience).await? {
                known.granted.extend(asked.intersection(&held).iter());
            } else if known.unavailable {
                known.unknown.extend(asked.iter());
            }
        }
        let asked = asked(person, &config.organization_permissions);
        if !asked.is_empty() {
            known.ask_in_organizations(auth, person, &asked).await?;
        }
        let in_use = person.asked.permissions().difference(&person.switched_off);
        known.refused = in_use.difference(&known.granted).difference(&known.unknown);
        Ok(known)
    }

    async fn ask_in_organizations(
        &mut self,
        auth: &Auth,
        person: &SignedIn,
        asked: &Scopes,
    ) -> Result<(), Error> {
        let mut ids = self.organization_ids(auth, person).await?;
        // The one whose pages were shown last first.
        let last = membership::noted();
        ids.sort_by_key(|id| last.as_deref() != Some(id.as_str()));
        self.unchecked = ids.len().saturating_sub(MOST_ORGANIZATIONS);
        ids.truncate(MOST_ORGANIZATIONS);
        for id in ids {
            let audience = Audience::Organization(id.clone());
            if let Some(held) = self.scope_of_token(auth, audience).await? {
                let held = asked.intersection(&held);
                self.granted.extend(held.iter());
                self.organizations.push(InOrganization { id, held });
            }
        }
        if self.unavailable || self.unchecked > 0 {
            let unknown = asked.difference(&self.granted);
            self.unknown.extend(unknown.iter());
        }
        Ok(())
    }

    /// The organizations the person is in: from the ID token, or from userinfo where a tenant leaves them out of ID tokens.
    async fn organization_ids(
        &mut self,
        auth: &Auth,
        person: &SignedIn,
    ) -> Result<Vec<OrganizationId>, Error> {
        if let Some(ids) = person.claims.organizations.value() {
            return Ok(ids.clone());
        }
        if self.unavailable || !person.scope.contains(logto::scope::ORGANIZATIONS) {
            return Ok(Vec::new());
        }
        let answer = auth.user_info().await;
        let claims = self.answered(answer)?.unwrap_or_default();
        Ok(claims.organizations.into_value().unwrap_or_default())
    }

    /// What a token for this audience may do; `None` when there is none. While Logto does not answer, it is asked once: each
    /// question costs the patience of the person who waits.
    async fn scope_of_token(
        &mut self,
        auth: &Auth,
        audience: Audience,
    ) -> Result<Option<Scopes>, Error> {
        if self.unavailable {
            return Ok(None);
        }
        let token = auth.access_token(audience).await;
        Ok(self.answered(token)?.map(|token| token.scope))
    }

    /// An answer of Logto; `None` when it refuses, or is silent, which is noted. Only what concerns the whole session is an
    /// error.
    fn answered<T>(&mut self, answer: Result<T, Error>) -> Result<Option<T>, Error> {
        match answer {
            Ok(answer) => Ok(Some(answer)),
            Err(Error::Forbidden(_) | Error::NotGranted(_)) => Ok(None),
            Err(error @ (Error::SignedOut | Error::Store(_))) => Err(error),
            Err(error) => {
                let _ = refuse(error);
                self.unavailable = true;
                Ok(None)
            }
        }
    }
}

/// Which of these permissions were asked for and are not switched off.
fn asked(person: &SignedIn, names: &[String]) -> Scopes {
    let names: Scopes = names.iter().collect();
    let asked = names.intersection(&person.asked);
    asked.difference(&person.switched_off)
}
