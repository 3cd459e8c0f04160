use serde::{Deserialize, Serialize};

use super::Moment;

/// The organizations a person is in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organizations {
    /// Each of them.
    pub list: Vec<Organization>,
    /// The id of the one whose pages this browser showed last, if the person is in it.
    pub last: Option<String>,
    /// The identity provider did not say their names, so only what the ID token has is shown.
    pub names_unavailable: bool,
    /// The scope that lists organizations was not granted, so none could be listed.
    pub scope_missing: bool,
}

/// An organization, as the ID token and userinfo tell of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organization {
    /// Its id.
    pub id: String,
    /// Its name, from userinfo.
    pub name: Option<String>,
    /// One or two letters to stand in for a picture.
    pub initials: String,
    /// Its description, from userinfo.
    pub description: Option<String>,
    /// The person's roles in it.
    pub roles: Vec<String>,
}

impl Organization {
    /// Its name, or its id when it has none.
    #[must_use]
    pub fn display_name(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.id)
    }

    /// Whether a text is in its name or its id, in upper or lower case, in letters of any width
    /// (NFKC), with blanks around it or not.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let wanted = folded(text.trim());
        let mut texts = [self.display_name(), &self.id].into_iter();
        texts.any(|text| folded(text).contains(&wanted))
    }

    /// The name of the organization of that id, if it is among these.
    #[must_use]
    pub fn name_in<'a>(all: &'a [Self], id: &str) -> Option<&'a str> {
        let found = all.iter().find(|organization| organization.id == id);
        found.map(Self::display_name)
    }
}

/// Normalized for the search.
fn folded(text: &str) -> String {
    compatible(text).to_lowercase()
}

/// Unicode normalization form KC.
#[cfg(feature = "ssr")]
fn compatible(text: &str) -> String {
    let normalizer = icu_normalizer::ComposingNormalizerBorrowed::new_nfkc();
    normalizer.normalize(text).into_owned()
}

/// The browser has its own tables.
#[cfg(not(feature = "ssr"))]
fn compatible(text: &str) -> String {
    use leptos::web_sys::js_sys::JsString;
    JsString::from(text).normalize("NFKC").into()
}

/// An organization with the permissions of a member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// The organization.
    pub organization: Organization,
    /// The permissions there that this application asks for, and any others the person holds: as
    /// the organization token has them.
    pub permissions: Vec<HeldPermission>,
    /// The audience of that token.
    pub audience: String,
    /// When it was issued.
    pub issued: Option<Moment>,
    /// When it expires.
    pub expires: Option<Moment>,
    /// All the organizations the person is in, this one too.
    pub organizations: Organizations,
}

impl Membership {
    /// The names of the permissions the person holds.
    #[must_use]
    pub fn held(&self) -> Vec<String> {
        let held = self.permissions.iter().filter(|permission| permission.held);
        held.map(|permission| permission.name.clone()).collect()
    }
}

/// A permission in an organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldPermission {
    /// Its name in Logto.
    pub name: String,
    /// Whether the person has it there.
    pub held: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(feature = "ssr")]
    fn a_search_finds_names_and_ids_in_any_case_and_width() {
        let named = Organization {
            id: "team50".into(),
            name: Some("Willow Ölwerk".into()),
            ..Organization::default()
        };
        for text in [
            "",
            "  ",
            "low",
            " ölw",
            "WILLOW",
            "ＷＩＬ",
            "o\u{308}lw",
            "team50",
            "ＴＥＡＭ５０",
            "\u{3000}low",
        ] {
            assert!(named.matches(text), "{text:?}");
        }
        assert!(!named.matches("team51"));
        let nameless = Organization {
            name: None,
            ..named
        };
        assert!(nameless.matches("team50"));
    }

    #[test]
    fn an_organization_without_a_name_is_called_by_its_id() {
        let mut organization = Organization {
            id: "asl5guymvnj4".into(),
            ..Organization::default()
        };
        assert_eq!(organization.display_name(), "asl5guymvnj4");
        organization.name = Some("acme".into());
        assert_eq!(organization.display_name(), "acme");
    }
}
