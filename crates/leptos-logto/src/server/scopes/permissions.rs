//! What came of the permissions that were asked for.

use logto::{Audience, Config, Scopes, scope};
use logto_axum::{Auth, Error, SignedIn};

use super::super::refuse;

/// What came of the permissions that were asked for and are not switched off.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Permissions {
    pub(super) granted: Scopes,
    pub(super) refused: Scopes,
    /// Logto did not answer.
    pub(super) unknown: Scopes,
}

impl Permissions {
    /// Only a token for the API says which of its permissions Logto granted: that it gives one says nothing, and the answer
    /// to the sign-in names Logto's own scopes alone (`token-responses.json`). A token that is at hand is looked at, so this
    /// asks once an hour.
    ///
    /// Those inside organizations are looked up for all organizations at once.
    pub(super) async fn ask(
        auth: &Auth,
        person: &SignedIn,
        config: &Config,
    ) -> Result<Self, Error> {
        let mut known = Self::default();
        let apis = config.resources.iter();
        let apis = apis.map(|api| (&*api.indicator, &api.permissions));
        let organizations = (
            scope::ORGANIZATIONS_RESOURCE,
            &config.organization_permissions,
        );
        for (indicator, names) in apis.chain([organizations]) {
            let names: Scopes = names.iter().collect();
            let asked = names.intersection(&person.asked);
            let asked = asked.difference(&person.switched_off);
            if asked.is_empty() {
                continue;
            }
            if !known.unknown.is_empty() {
                known.unknown.extend(asked.iter());
                continue;
            }
            let audience = Audience::Resource(indicator.to_owned());
            match auth.access_token(audience).await {
                Ok(token) => known
                    .granted
                    .extend(asked.intersection(&token.scope).iter()),
                Err(Error::Forbidden(_) | Error::NotGranted(_)) => {}
                Err(error @ (Error::SignedOut | Error::Store(_))) => return Err(error),
                Err(error) => {
                    let _ = refuse(error);
                    known.unknown.extend(asked.iter());
                }
            }
        }
        let in_use = person.asked.permissions().difference(&person.switched_off);
        known.refused = in_use.difference(&known.granted).difference(&known.unknown);
        Ok(known)
    }
}
