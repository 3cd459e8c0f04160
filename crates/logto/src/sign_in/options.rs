use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use logto_types::FirstScreen;

use crate::organization::OrganizationId;
use crate::prompt::Prompt;
use crate::scopes::Scopes;
use crate::secret::Secret;

/// What one sign-in wants otherwise than the configuration says. The default wants nothing.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct SignIn {
    /// The page Logto shows first. Ignored by Logto when the person is signed in there already; to
    /// show it all the same, set the prompts to [`Prompt::Login`] and [`Prompt::Consent`].
    pub first_screen: Option<FirstScreen>,
    /// Instead of the configured prompts. Without [`Prompt::Consent`] there is no refresh token.
    pub prompts: Option<Vec<Prompt>>,
    /// Instead of everything in [`Config::asked_scopes`](crate::Config::asked_scopes), permissions
    /// too. The reserved ones are asked for in any case.
    pub scopes: Option<Scopes>,
    /// Instead of the indicators of the configured resources.
    pub resources: Option<Vec<String>>,
    /// What the person probably types: an email address, a phone number, a name.
    pub login_hint: Option<String>,
    /// Languages of Logto's pages, best first: `fr-FR fr en`.
    pub ui_locales: Option<String>,
    /// How long ago the person may have signed in. The ID token is refused if it was longer.
    pub max_age: Option<Duration>,
    /// Straight to a social or enterprise connector, past Logto's own page.
    pub direct_sign_in: Option<DirectSignIn>,
    /// With [`FirstScreen::IdentifierSignIn`] and its like: what to ask for.
    pub identifiers: Vec<Identifier>,
    /// The token of a link that was sent to the person, which signs them in without a password.
    /// Logto wants the email address it was sent to as [`login_hint`](Self::login_hint).
    pub one_time_token: Option<Secret>,
    /// Whose branding Logto's pages wear. It does not choose the organization of a token.
    pub organization: Option<OrganizationId>,
}

impl SignIn {
    /// The parameters that stand for the options, besides scope, resource and prompt.
    pub(super) fn parameters(&self) -> Vec<(&'static str, String)> {
        let text = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let identifiers = join(self.identifiers.iter().map(|identifier| identifier.name()));
        [
            (
                "first_screen",
                self.first_screen.map(|screen| screen.as_str().to_owned()),
            ),
            ("identifier", text(&Some(identifiers))),
            (
                "direct_sign_in",
                self.direct_sign_in.as_ref().map(ToString::to_string),
            ),
            ("login_hint", text(&self.login_hint)),
            (
                "one_time_token",
                self.one_time_token
                    .as_ref()
                    .map(|token| token.expose().to_owned())
                    .filter(|token| !token.is_empty()),
            ),
            ("ui_locales", text(&self.ui_locales)),
            ("max_age", self.max_age.map(|age| age.as_secs().to_string())),
            (
                "organization_id",
                self.organization.as_ref().map(ToString::to_string),
            ),
        ]
        .into_iter()
        .filter_map(|(name, value)| value.map(|value| (name, value)))
        .collect()
    }
}

/// A connector to go straight to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DirectSignIn {
    /// A social connector by its target: `google`, `github`.
    Social(String),
    /// An enterprise connector by its id.
    Sso(String),
}

/// Not a connector to go straight to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a direct sign-in is written social:<target> or sso:<connector id>, of letters, digits, '-', '_', '.'"
)]
pub struct InvalidDirectSignIn;

impl FromStr for DirectSignIn {
    type Err = InvalidDirectSignIn;

    fn from_str(text: &str) -> Result<Self, InvalidDirectSignIn> {
        let allowed =
            |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
        let (method, name) = text.split_once(':').ok_or(InvalidDirectSignIn)?;
        if !(1..=128).contains(&name.len()) || !name.chars().all(allowed) {
            return Err(InvalidDirectSignIn);
        }
        match method {
            "social" => Ok(Self::Social(name.to_owned())),
            "sso" => Ok(Self::Sso(name.to_owned())),
            _ => Err(InvalidDirectSignIn),
        }
    }
}

impl fmt::Display for DirectSignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Social(target) => write!(f, "social:{target}"),
            Self::Sso(id) => write!(f, "sso:{id}"),
        }
    }
}

/// What a person is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Identifier {
    /// A user name.
    Username,
    /// An email address.
    Email,
    /// A phone number.
    Phone,
}

/// Not the name of an identifier.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an identifier is one of username, email, phone; Logto does not know {0:?}")]
pub struct InvalidIdentifier(pub String);

impl Identifier {
    const ALL: [Self; 3] = [Self::Username, Self::Email, Self::Phone];

    const fn name(self) -> &'static str {
        match self {
            Self::Username => "username",
            Self::Email => "email",
            Self::Phone => "phone",
        }
    }
}

impl FromStr for Identifier {
    type Err = InvalidIdentifier;

    fn from_str(name: &str) -> Result<Self, InvalidIdentifier> {
        let found = Self::ALL.into_iter().find(|known| known.name() == name);
        found.ok_or_else(|| InvalidIdentifier(name.to_owned()))
    }
}

/// Values separated by spaces, each once.
pub(super) fn join<'a>(values: impl Iterator<Item = &'a str>) -> String {
    values.collect::<Scopes>().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_direct_sign_in_is_read_as_it_is_written() {
        for text in ["social:github", "sso:a1B2-c_d.e"] {
            assert_eq!(text.parse::<DirectSignIn>().unwrap().to_string(), text);
        }
    }

    /// CB-20
    #[test]
    fn what_is_no_connector_is_refused() {
        let long = format!("sso:{}", "a".repeat(129));
        for text in [
            "",
            "github",
            "social:",
            "sso:a b",
            "social:a&scope=x",
            "saml:x",
            "sso:é",
            &long,
        ] {
            assert_eq!(
                text.parse::<DirectSignIn>(),
                Err(InvalidDirectSignIn),
                "{text}"
            );
        }
    }

    #[test]
    fn an_identifier_is_one_of_three() {
        assert_eq!("email".parse(), Ok(Identifier::Email));
        for text in ["", "Email", "email phone"] {
            assert_eq!(
                text.parse::<Identifier>(),
                Err(InvalidIdentifier(text.to_owned()))
            );
        }
    }
}
