use leptos_logto::{Moment, Organizations, TokenRefusal};
use leptos_router::params::ParamsMap;
use serde::{Deserialize, Serialize};

/// Which token a page is to show, as its address says:
/// `?resource=…&organization=…&scope=…&scope=…`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenQuery {
    /// The API, as [`Api::indicator`] has it; `None` when none is named.
    pub resource: Option<String>,
    /// The id of the organization to ask for it in.
    pub organization: Option<String>,
    /// The scopes to ask for, separated by spaces; empty for all.
    pub scope: String,
}

impl TokenQuery {
    /// An empty parameter, as forms send it, counts as absent.
    #[must_use]
    pub fn new(resource: Option<String>, organization: Option<String>, scope: String) -> Self {
        let is_said = |text: &String| !text.is_empty();
        Self {
            resource: resource.filter(is_said),
            organization: organization.filter(is_said),
            scope,
        }
    }

    /// Reads the query of a page.
    #[must_use]
    pub fn read(query: &ParamsMap) -> Self {
        let scope = query.get_all("scope").unwrap_or_default().join(" ");
        Self::new(query.get("resource"), query.get("organization"), scope)
    }
}

/// The access tokens of one person: what each opens and until when, one card for each API. Never
/// the tokens themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessTokens {
    /// One for Logto itself, which has the tokens for organizations too, and one for each
    /// configured API resource.
    pub cards: Vec<AccessTokenCard>,
    /// The organizations a token can be requested in.
    pub organizations: Organizations,
    /// An API was named that is none of these.
    pub unknown: bool,
}

/// One API, and the token for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessTokenCard {
    /// The API that the token is for.
    pub api: Api,
    /// The organization it was requested in.
    pub organization: Option<String>,
    /// The permissions it can be requested with, and which of them it was requested with.
    pub permissions: Vec<Tick>,
    /// The permissions it could be requested with, had the person not turned them off.
    pub switched_off: Vec<String>,
    /// The scopes it was narrowed to, as OAuth writes them; empty when it was requested with all
    /// there are.
    pub narrowed: String,
    /// Whether it is the one that was chosen.
    pub chosen: bool,
    /// The claims of the token, or why there is none.
    pub outcome: Result<AccessTokenClaims, TokenRefusal>,
}

/// An API that access tokens can be requested for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Api {
    /// Logto itself; with an organization, that organization.
    Logto,
    /// An API resource, by its indicator.
    Resource(String),
}

impl Api {
    /// Stands for Logto itself in a URL. No resource is called that: an indicator is an absolute
    /// URI.
    pub const LOGTO: &str = "logto";

    /// Its name in a URL: the indicator of the resource, or [`LOGTO`](Self::LOGTO).
    #[must_use]
    pub fn indicator(&self) -> &str {
        match self {
            Self::Logto => Self::LOGTO,
            Self::Resource(indicator) => indicator,
        }
    }

    /// What it is called that has no other name: the host of its indicator.
    #[must_use]
    pub fn host(&self) -> &str {
        let indicator = self.indicator();
        let rest = indicator.split_once("://").map(|(_, rest)| rest);
        let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next());
        host.filter(|host| !host.is_empty()).unwrap_or(indicator)
    }
}

/// A permission that a token can be requested with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tick {
    /// Its name, as Logto has it.
    pub name: String,
    /// Whether the token was requested with it.
    pub ticked: bool,
}

/// The claims of a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessTokenClaims {
    /// Its audience; `None` for an opaque token, which says nothing to anybody but Logto.
    pub audience: Option<String>,
    /// The permissions in it.
    pub granted: Vec<String>,
    /// The permissions that were requested and are not in it.
    pub withheld: Vec<String>,
    /// When it was issued.
    pub issued: Moment,
    /// When it expires.
    pub expires: Moment,
    /// Its whole lifetime, in seconds.
    pub lifetime: u32,
    /// How much of that was left when this was written, in seconds.
    pub left: u32,
    /// Whether it was cached, so that there was no request to Logto.
    pub kept: bool,
    /// Its id and parties, by the names of their claims.
    pub rest: Vec<(String, String)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&'static str, &str)]) -> TokenQuery {
        let mut query = ParamsMap::new();
        for (name, value) in pairs {
            query.insert(*name, (*value).to_owned());
        }
        TokenQuery::read(&query)
    }

    #[test]
    fn a_page_without_a_query_asks_for_nothing_particular() {
        assert_eq!(read(&[]), TokenQuery::default());
        assert_eq!(
            read(&[("resource", ""), ("organization", ""), ("scope", "")]),
            TokenQuery::default()
        );
    }

    #[test]
    fn an_api_without_a_name_is_called_by_its_host() {
        for (indicator, name) in [
            ("https://billing.example/api", "billing.example"),
            ("https://billing.example", "billing.example"),
            ("https://billing.example:8443/v1?x", "billing.example:8443"),
            ("urn:example:billing", "urn:example:billing"),
            ("x://", "x://"),
        ] {
            assert_eq!(Api::Resource(indicator.to_owned()).host(), name);
        }
    }

    #[test]
    fn every_box_that_is_ticked_counts() {
        let query = read(&[
            ("resource", "https://shop.example/api"),
            ("organization", "asl5guymvnj4"),
            ("scope", "read:orders"),
            ("scope", "write:orders"),
        ]);
        assert_eq!(query.resource.as_deref(), Some("https://shop.example/api"));
        assert_eq!(query.organization.as_deref(), Some("asl5guymvnj4"));
        assert_eq!(query.scope, "read:orders write:orders");
    }
}
