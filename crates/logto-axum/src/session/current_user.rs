use logto::{Claims, Scopes};
use serde::{Deserialize, Serialize};

use super::device::SessionDevice;

/// Who signed in, and for how long it holds. No token: those are in a record of their own.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CurrentUser {
    /// When the session ends whatever happens, in Unix seconds.
    // The first, so that it is read without the rest.
    pub ends_at: i64,
    /// The claims of the verified ID token.
    pub claims: Claims,
    /// Logto's own scopes that were granted, which may be fewer than were [asked](Self::asked) for.
    /// Permissions are not among them: what a person may do is in the scope of a token for the
    /// resource.
    pub scope: Scopes,
    /// The scopes that were requested at the sign-in, permissions included.
    #[serde(default)]
    pub asked: Scopes,
    /// Scopes that the person has switched off. No token has them, and no claim comes from them.
    #[serde(default)]
    pub switched_off: Scopes,
    /// When the sign-in was finished, in Unix seconds.
    pub signed_in_at: i64,
    /// The device that the session began on.
    #[serde(default)]
    pub device: SessionDevice,
}

impl CurrentUser {
    /// Logto's own scopes that were granted and are not switched off. The claims come from them.
    #[must_use]
    pub fn in_use(&self) -> Scopes {
        self.scope.difference(&self.switched_off)
    }

    /// Logto's own scopes that were asked for and that Logto left out without a word, but for those
    /// that the person has switched off since.
    #[must_use]
    pub fn not_granted(&self) -> Scopes {
        self.asked
            .difference(&self.asked.permissions())
            .difference(&self.scope)
            .difference(&self.switched_off)
    }

    /// What needs no new sign-in to be used: the scopes that were granted, and the permissions that
    /// were asked for.
    #[must_use]
    pub fn held(&self) -> Scopes {
        self.scope.union(&self.asked.permissions())
    }

    /// Whether a form was drawn for somebody else: `viewer` is the `sub` that it was drawn for. A
    /// form that does not say counts as this person's.
    #[must_use]
    pub fn is_another(&self, viewer: Option<&str>) -> bool {
        let viewer = viewer.filter(|viewer| !viewer.is_empty());
        viewer.is_some_and(|viewer| viewer != self.claims.sub)
    }

    /// A name to address the person by: the first of name, username, email address and `sub` that
    /// shows something.
    #[must_use]
    pub fn display_name(&self) -> &str {
        let claims = &self.claims;
        let names = [&claims.name, &claims.username, &claims.email];
        let mut names = names.into_iter().filter_map(|claim| claim.value());
        let name = names.find(|name| !logto::is_blank(name));
        name.map_or(claims.sub.as_str(), String::as_str)
    }
}
