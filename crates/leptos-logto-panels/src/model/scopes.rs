mod cost;
mod notice;
mod results;
#[cfg(test)]
mod tests;

use logto_types::scope;
use serde::{Deserialize, Serialize};

pub use cost::ScopeCost;
pub(crate) use cost::summary;
pub use notice::ScopeNotice;
pub(crate) use results::results;

use crate::panel_texts::PanelTexts;

/// The scopes of an application, their state for the person who is signed in, and what each change
/// needs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeChoices {
    /// The scopes that are offered, by what they are about. No group is empty.
    pub groups: Vec<ScopeGroup>,
    /// The identity provider did not say which permissions there are. Those are
    /// [`ScopeState::Unknown`].
    pub unavailable: bool,
    /// In how many organizations permissions were looked up.
    pub checked: usize,
    /// In how many organizations of the person they were not. A permission that was found in none
    /// of the others is [`ScopeState::Unknown`] then.
    pub unchecked: usize,
    /// The result of the last choice, if the page was opened with its note.
    pub notice: Option<ScopeNotice>,
}

/// Scopes that belong together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeGroup {
    /// The subject of the group.
    pub about: ScopeGroupKind,
    /// Each of them.
    pub toggles: Vec<ScopeToggle>,
}

/// The subject of a group of scopes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ScopeGroupKind {
    /// Who somebody is.
    Identity,
    /// Where somebody can be reached.
    Contact,
    /// Organizations, and what somebody may do in them.
    Organizations,
    /// What the application may do to somebody's account at Logto.
    Account,
    /// What somebody may do at the API with this resource indicator.
    Api(String),
    /// Scopes of no other group.
    Other,
}

impl ScopeGroupKind {
    /// Its heading, except for an API, which is headed by its indicator.
    #[must_use]
    pub fn title(&self, table: &PanelTexts) -> &'static str {
        let texts = &table.scopes;
        match self {
            Self::Identity => texts.identity,
            Self::Contact => texts.contact,
            Self::Organizations => texts.organizations,
            Self::Account => texts.account,
            Self::Api(_) => texts.api,
            Self::Other => texts.other,
        }
    }
}

/// One scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeToggle {
    /// Its name, as it travels.
    pub scope: String,
    /// The kind of the scope.
    pub kind: ScopeKind,
    /// Its state.
    pub state: ScopeState,
    /// What a change of it needs; `None` when it cannot be switched.
    pub cost: Option<ScopeCost>,
    /// The claims of the scope.
    pub claims: Vec<String>,
    /// Whether one of them is in the ID token now.
    pub at_hand: bool,
    /// The APIs that have a permission of the same name: it is requested and switched for all of
    /// them at once.
    pub also_of: Vec<String>,
    /// Of a permission that was requested in organizations: whether the person has it in each that
    /// was looked at.
    pub organizations: Vec<PermissionIn>,
    /// What the choice that [`ScopeChoices::notice`] is about has to do with it.
    pub change: Option<ScopeChange>,
}

/// What the last choice has to do with a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ScopeChange {
    /// The person pressed its switch.
    Chosen,
    /// Nobody pressed its switch, and the answer of Logto changed its state.
    Answered,
}

/// Whether somebody has a permission in an organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermissionIn {
    /// The id of the organization.
    pub id: String,
    /// The name of the organization, or its id.
    pub name: String,
    /// Whether the token for it has the permission.
    pub held: bool,
}

impl ScopeToggle {
    /// Whether its switch is on. A scope that was requested and not granted is off.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.state.is_on()
    }

    /// Whether it is one of the scopes that are requested at every sign-in.
    #[must_use]
    pub fn is_required(&self) -> bool {
        scope::RESERVED.contains(&&*self.scope)
    }

    /// Its title; `None` for a scope of which only the name is known.
    #[must_use]
    pub fn title(&self, table: &PanelTexts) -> Option<&'static str> {
        scope_texts(&self.scope, table).map(|(title, _)| title)
    }

    /// The explanation of the scope: the claims or permissions it has.
    #[must_use]
    pub fn about(&self, table: &PanelTexts) -> &'static str {
        let texts = &table.scopes;
        match self.kind {
            ScopeKind::Permission => texts.permission,
            ScopeKind::OrganizationPermission => texts.organization_permission,
            ScopeKind::User => {
                scope_texts(&self.scope, table).map_or(texts.unknown_scope, |(_, about)| about)
            }
        }
    }

    /// What is to be known of it as it stands: why it cannot be switched, where its claims are, or
    /// who could grant it.
    #[must_use]
    pub fn hint(&self, table: &PanelTexts) -> Option<&'static str> {
        let texts = &table.scopes;
        match (self.state, self.kind) {
            (ScopeState::Granted, _) if self.cost.is_none() => match &*self.scope {
                "openid" => Some(texts.openid_reserved),
                "offline_access" => Some(texts.offline_access_reserved),
                "urn:logto:scope:organizations" => Some(texts.stays_on),
                _ => Some(texts.profile_reserved),
            },
            (ScopeState::NotGranted, ScopeKind::Permission) => Some(texts.ask_for_role),
            (ScopeState::NotGranted, ScopeKind::OrganizationPermission)
                if self.organizations.is_empty() =>
            {
                Some(texts.ask_for_invitation)
            }
            (ScopeState::NotGranted, ScopeKind::OrganizationPermission) => {
                Some(texts.ask_for_organization_role)
            }
            (ScopeState::NotGranted, ScopeKind::User) => Some(texts.ask_for_setting),
            (ScopeState::Granted, _) if self.claims.is_empty() => None,
            (ScopeState::Granted, _) if self.at_hand => Some(texts.at_hand),
            (ScopeState::Granted, _) => Some(texts.in_userinfo),
            _ => None,
        }
    }
}

/// The kind of the scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ScopeKind {
    /// It is about the person, or about their account at Logto.
    User,
    /// A permission of an API.
    Permission,
    /// A permission inside organizations.
    OrganizationPermission,
}

/// The state of a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ScopeState {
    /// It is granted and in use.
    Granted,
    /// It is granted, and the person has switched it off.
    SwitchedOff,
    /// It was requested, and Logto silently left it out.
    NotGranted,
    /// It was not requested.
    NotAsked,
    /// It was requested, and Logto does not answer whether it is granted.
    Unknown,
}

impl ScopeState {
    /// Whether the switch of a scope is on. One that was requested and not granted is off.
    #[must_use]
    pub fn is_on(self) -> bool {
        matches!(self, Self::Granted | Self::Unknown)
    }

    /// The text of the state.
    #[must_use]
    pub fn text(self, table: &PanelTexts) -> &'static str {
        let texts = &table.scopes;
        match self {
            Self::Granted => texts.granted,
            Self::SwitchedOff => texts.switched_off,
            Self::NotGranted => texts.not_granted,
            Self::NotAsked => texts.not_asked,
            Self::Unknown => texts.not_known,
        }
    }
}

/// The titles of Logto's own scopes, and the claims or rights of each.
fn scope_texts(scope: &str, table: &PanelTexts) -> Option<(&'static str, &'static str)> {
    let texts = &table.scopes;
    Some(match scope {
        "openid" => (texts.openid, texts.openid_about),
        "offline_access" => (texts.offline_access, texts.offline_access_about),
        "profile" => (texts.profile, texts.profile_about),
        "email" => (texts.email, texts.email_about),
        "phone" => (texts.phone, texts.phone_about),
        "address" => (texts.address, texts.address_about),
        "custom_data" => (texts.custom_data, texts.custom_data_about),
        "identities" => (texts.identities, texts.identities_about),
        "roles" => (texts.roles, texts.roles_about),
        "urn:logto:scope:organizations" => (texts.memberships, texts.memberships_about),
        "urn:logto:scope:organization_roles" => {
            (texts.organization_roles, texts.organization_roles_about)
        }
        "urn:logto:scope:sessions" => (texts.sessions, texts.sessions_about),
        "urn:logto:scope:trusted_devices" => (texts.trusted_devices, texts.trusted_devices_about),
        _ => return None,
    })
}
