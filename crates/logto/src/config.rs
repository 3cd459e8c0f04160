//! How Logto knows this application, and what is asked of Logto.

mod checks;
mod remote;
mod resource_server;

use std::time::Duration;

use logto_types::scope;
use url::Url;

pub(crate) use self::checks::check_request;
use self::checks::{check_algorithms, check_clock_tolerance};
pub(crate) use self::remote::RemoteConfig;
use self::remote::issuer;
pub use self::resource_server::ResourceServerConfig;
use crate::algorithm::SigningAlgorithm;
use crate::connection::Connection;
use crate::error::ConfigError;
use crate::prompt::Prompt;
use crate::resource::ApiResource;
use crate::scopes::Scopes;
use crate::secret::Secret;
use crate::url_rules::{check_endpoint, url_problem};

/// How this application is known to Logto, and how strictly Logto is listened to.
///
/// [`Config::new`] takes what has no default; the rest are fields to be changed.
/// [`Client::new`](crate::Client::new) calls [`check`](Self::check), so a mistake shows at start-up
/// and not at the first request.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// Where Logto lives, without `/oidc`: `https://example.logto.app`. A tenant path is kept.
    pub endpoint: Url,
    /// The application's id from the Logto Console.
    pub app_id: String,
    /// The application's secret from the Logto Console.
    pub app_secret: Secret,
    /// Scopes to ask for, besides [`scope::RESERVED`]. Default: those three.
    pub scopes: Scopes,
    /// API resources to ask for, with their permissions. Default: none.
    pub resources: Vec<ApiResource>,
    /// Permissions inside organizations to ask for, by the names they have in the Logto Console.
    /// Default: none.
    pub organization_permissions: Vec<String>,
    /// The `prompt` parameter: what Logto asks the person. Default: [`Prompt::Consent`], without
    /// which there is no refresh token.
    pub prompts: Vec<Prompt>,
    /// The algorithms an ID token may be signed with. Default: `None`, for those that the provider
    /// announces in discovery (`id_token_signing_alg_values_supported`), of the five that Logto can
    /// be set to.
    pub algorithms: Option<Vec<SigningAlgorithm>>,
    /// How the provider is reached: proxy, certificates, limits.
    pub connection: Connection,
    /// Where Logto sends the browser after sign-in; byte for byte as registered.
    pub redirect_uri: Url,
    /// Where Logto sends the browser after sign-out; byte for byte as registered.
    pub post_logout_redirect_uri: Url,
    /// How far Logto's clock may be from ours. Default: one minute.
    pub clock_tolerance: Duration,
}

impl Config {
    /// A configuration with every default.
    pub fn new(
        endpoint: Url,
        app_id: impl Into<String>,
        app_secret: Secret,
        redirect_uri: Url,
        post_logout_redirect_uri: Url,
    ) -> Self {
        Self {
            endpoint,
            app_id: app_id.into(),
            app_secret,
            scopes: scope::RESERVED.into_iter().collect(),
            resources: Vec::new(),
            organization_permissions: Vec::new(),
            prompts: vec![Prompt::Consent],
            algorithms: None,
            connection: Connection::default(),
            redirect_uri,
            post_logout_redirect_uri,
            clock_tolerance: Duration::from_mins(1),
        }
    }

    /// The configuration of an API at the same Logto, reached in the same way: its resource
    /// indicator is all it needs besides.
    #[must_use]
    pub fn resource_server(&self, indicator: impl Into<String>) -> ResourceServerConfig {
        ResourceServerConfig {
            endpoint: self.endpoint.clone(),
            indicator: indicator.into(),
            algorithms: self.algorithms.clone(),
            connection: self.connection.clone(),
            clock_tolerance: self.clock_tolerance,
        }
    }

    /// How the provider is reached, and how its answers are read.
    pub(crate) fn remote(&self) -> RemoteConfig {
        RemoteConfig {
            issuer: self.issuer(),
            algorithms: self.algorithms.clone(),
            connection: self.connection.clone(),
        }
    }

    /// The name Logto signs with: the endpoint without its last slash, then `/oidc`.
    #[must_use]
    pub fn issuer(&self) -> String {
        issuer(&self.endpoint)
    }

    /// What is asked for at a sign-in that does not say otherwise: [`scope::RESERVED`], the
    /// configured [`scopes`](Self::scopes), the permissions of every resource, and those inside
    /// organizations, with [`scope::ORGANIZATIONS`], without which Logto gives none of the latter.
    #[must_use]
    pub fn asked_scopes(&self) -> Scopes {
        let mut asked: Scopes = scope::RESERVED.into_iter().collect();
        asked.extend(self.scopes.iter());
        for resource in &self.resources {
            asked.extend(resource.permissions.iter());
        }
        let inside: Scopes = self.organization_permissions.iter().collect();
        asked.extend(self.with_organizations(&inside).iter());
        asked
    }

    /// These scopes, with [`scope::ORGANIZATIONS`] before them if a permission inside organizations
    /// is among them: without it Logto gives no token for an organization.
    #[must_use]
    pub fn with_organizations(&self, scopes: &Scopes) -> Scopes {
        let mut permissions = self.organization_permissions.iter();
        if !permissions.any(|permission| scopes.contains(permission)) {
            return scopes.clone();
        }
        Scopes::from_iter([scope::ORGANIZATIONS]).union(scopes)
    }

    /// The indicators of the configured resources.
    pub(crate) fn indicators(&self) -> Vec<String> {
        let indicator = |resource: &ApiResource| resource.indicator.clone();
        self.resources.iter().map(indicator).collect()
    }

    /// Looks for everything that could not work.
    ///
    /// # Errors
    /// The first invalid setting, with what to set instead.
    pub fn check(&self) -> Result<(), ConfigError> {
        check_endpoint(&self.endpoint, self.connection.allow_http)?;
        let uris = [
            ("redirect_uri", &self.redirect_uri),
            ("post_logout_redirect_uri", &self.post_logout_redirect_uri),
        ];
        for (name, uri) in uris {
            if let Some(problem) = url_problem(uri, false) {
                return Err(ConfigError::Url { name, problem });
            }
        }
        if self.app_id.trim().is_empty() {
            return Err(ConfigError::Empty("app_id"));
        }
        if self.app_secret.expose().trim().is_empty() {
            return Err(ConfigError::Empty("app_secret"));
        }
        check_algorithms(self.algorithms.as_deref())?;
        self.connection.check()?;
        check_clock_tolerance(self.clock_tolerance)?;
        check_request(&self.asked_scopes(), &self.indicators(), &self.prompts)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The application `web` of the recorded answers.
    pub(crate) fn recorded() -> Config {
        Config::new(
            "http://localhost:3301".parse().unwrap(),
            "9llbk1n9eiovviw3z58b2",
            Secret::new("the secret"),
            "http://localhost:3000/callback".parse().unwrap(),
            "http://localhost:3000/".parse().unwrap(),
        )
    }

    fn allowing_http() -> Connection {
        Connection {
            allow_http: true,
            ..Connection::default()
        }
    }

    fn with_endpoint(endpoint: &str) -> Config {
        Config {
            endpoint: endpoint.parse().unwrap(),
            ..recorded()
        }
    }

    #[test]
    fn the_issuer_is_the_endpoint_and_oidc_and_keeps_a_tenant_path() {
        for (endpoint, issuer) in [
            (
                "https://example.logto.app",
                "https://example.logto.app/oidc",
            ),
            (
                "https://example.logto.app/",
                "https://example.logto.app/oidc",
            ),
            (
                "https://example.org/tenant",
                "https://example.org/tenant/oidc",
            ),
            (
                "https://example.org/tenant/",
                "https://example.org/tenant/oidc",
            ),
            ("http://localhost:3001", "http://localhost:3001/oidc"),
        ] {
            assert_eq!(with_endpoint(endpoint).issuer(), issuer);
        }
    }

    #[test]
    fn plain_http_is_only_for_this_machine() {
        for endpoint in [
            "https://a.example",
            "http://localhost:1",
            "http://127.0.0.9",
            "http://[::1]:3",
        ] {
            assert_eq!(with_endpoint(endpoint).check(), Ok(()), "{endpoint}");
        }
        for endpoint in [
            "http://a.example",
            "http://localhost.a.example",
            "http://10.0.0.1",
            "ftp://localhost",
            "https://a:b@a.example",
            "https://a.example/#x",
            "https://a.example/?x=y",
        ] {
            assert!(with_endpoint(endpoint).check().is_err(), "{endpoint}");
            let allowed = Config {
                connection: allowing_http(),
                ..with_endpoint(endpoint)
            };
            let is_plain_http = endpoint.starts_with("http:");
            assert_eq!(allowed.check().is_ok(), is_plain_http, "{endpoint}");
        }
    }

    #[test]
    fn a_mistake_says_what_to_set() {
        let text = |config: Config| config.check().unwrap_err().to_string();
        insta::assert_snapshot!(text(with_endpoint("http://a.example")), @"endpoint must use https (plain http is only for this machine: localhost, 127.0.0.1, [::1]; `allow_http` allows it for another one, in development)");
        insta::assert_snapshot!(text(Config { redirect_uri: "http://a.example/c".parse().unwrap(), connection: allowing_http(), ..recorded() }), @"redirect_uri must use https (plain http is only for this machine: localhost, 127.0.0.1, [::1])");
        insta::assert_snapshot!(text(Config { app_id: String::new(), ..recorded() }), @"app_id is not set");
        insta::assert_snapshot!(text(Config { app_secret: Secret::new(" "), ..recorded() }), @"app_secret is not set");
        insta::assert_snapshot!(text(Config { resources: vec![ApiResource::new("shop", ["read:orders"])], ..recorded() }), @r#"the resource "shop" is not an absolute URI without a fragment, as Logto registers them"#);
        insta::assert_snapshot!(text(Config { resources: vec![ApiResource::new("https://a#b", ["read:orders"])], ..recorded() }), @r##"the resource "https://a#b" is not an absolute URI without a fragment, as Logto registers them"##);
        insta::assert_snapshot!(text(Config { resources: vec![ApiResource::new("https://a", ["read write"])], ..recorded() }), @r#"a scope is made of visible ASCII characters without quotation mark and backslash, which "read write" is not"#);
        insta::assert_snapshot!(text(Config { organization_permissions: vec!["a\\b".to_owned()], ..recorded() }), @r#"a scope is made of visible ASCII characters without quotation mark and backslash, which "a\\b" is not"#);
        insta::assert_snapshot!(text(Config { prompts: vec![Prompt::None, Prompt::Login], ..recorded() }), @"the prompt `none` cannot be combined with another one");
        insta::assert_snapshot!(text(Config { clock_tolerance: Duration::from_mins(5), ..recorded() }), @"clock_tolerance must be less than five minutes: a larger difference is a wrong clock, to be set right");
        insta::assert_snapshot!(text(Config { algorithms: Some(vec![]), ..recorded() }), @"algorithms is not set");
        insta::assert_snapshot!(text(Config { connection: Connection { max_body: 0, ..Connection::default() }, ..recorded() }), @"max_body is not set");
    }

    /// SL-05
    #[test]
    fn a_printed_configuration_has_no_secret() {
        assert!(!format!("{:?}", recorded()).contains("the secret"));
    }

    #[test]
    fn a_permission_inside_organizations_brings_organizations_with_it() {
        let config = Config {
            organization_permissions: vec!["manage:billing".into()],
            ..recorded()
        };
        let with = |scopes: &str| {
            config
                .with_organizations(&Scopes::parse(scopes))
                .to_string()
        };
        assert_eq!(with("email"), "email");
        assert_eq!(
            with("email manage:billing"),
            format!("{} email manage:billing", scope::ORGANIZATIONS)
        );
        assert_eq!(
            config.asked_scopes().to_string(),
            format!(
                "openid offline_access profile {} manage:billing",
                scope::ORGANIZATIONS
            )
        );
    }
}
