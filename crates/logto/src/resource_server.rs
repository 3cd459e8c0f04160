use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use url::Url;

use crate::access_token::{self, Expected, VerifiedToken};
use crate::algorithm::SigningAlgorithm;
use crate::config::ResourceServerConfig;
use crate::error::{ConfigError, Error};
use crate::organization::OrganizationId;
use crate::remote::{Remote, clock};
use crate::token::Audience;

/// An API that takes access tokens made by Logto (RFC 9068), and needs to know nothing else: it has
/// no id and no secret there. It is made once, is cheap to clone and is shared by all requests.
///
/// ```no_run
/// # async fn example(bearer: &str) -> Result<(), Box<dyn std::error::Error>> {
/// use logto::ResourceServer;
///
/// let shop = ResourceServer::new("https://example.logto.app".parse()?, "https://shop.example/api")?;
/// let token = shop.verify(bearer).await?;
/// if token.may("read:orders") {
///     println!("the orders of {}", token.subject);
/// }
/// # Ok(())
/// # }
/// ```
///
/// Logto makes three kinds of token, and each has a method of its own here, because one must never
/// stand for another:
///
/// | token | requested with | verified by |
/// |---|---|---|
/// | for the API | [`Audience::Resource`] | [`verify`](Self::verify) |
/// | for the API, as a member of an organization | [`Audience::OrganizationResource`] | [`verify_in`](Self::verify_in) |
/// | for the organization itself | [`Audience::Organization`] | [`verify_for`](Self::verify_for) |
///
/// **What a person may do in one organization is in the first kind too**: Logto puts into it every
/// permission that any of the person's organization roles gives, and no organization
/// (`token-responses.json`). So let it open only what is the person's own or everybody's, and ask
/// for the second kind for what belongs to an organization.
///
/// A token for `urn:logto:resource:organizations` is none of these, and every method refuses it:
/// Logto puts every permission in organizations into it, whoever asks, also for somebody in none
/// (`organization-resource-token.json`).
///
/// The provider's keys are read at the first token, and again every hour, or when a token names a
/// key that is not among them, but then at most once in thirty seconds. While they cannot be read
/// again, the old ones serve for a day.
#[derive(Clone)]
pub struct ResourceServer(Arc<Inner>);

struct Inner {
    config: ResourceServerConfig,
    remote: Remote,
}

impl fmt::Debug for ResourceServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResourceServer")
            .field("issuer", &self.0.remote.issuer())
            .field("indicator", &self.indicator())
            .finish()
    }
}

impl ResourceServer {
    /// The API with that resource indicator, of the Logto at `endpoint`. It does not speak to Logto
    /// yet.
    ///
    /// # Errors
    /// When one of the two cannot be right.
    pub fn new(endpoint: Url, indicator: impl Into<String>) -> Result<Self, ConfigError> {
        Self::with_config(ResourceServerConfig::new(endpoint, indicator))
    }

    /// An API with other than the defaults.
    ///
    /// # Errors
    /// When the configuration cannot work.
    pub fn with_config(config: ResourceServerConfig) -> Result<Self, ConfigError> {
        Self::with_clock(config, clock())
    }

    /// An API with another clock, for tests.
    ///
    /// # Errors
    /// When the configuration cannot work.
    pub fn with_clock(
        config: ResourceServerConfig,
        clock: Arc<dyn Fn() -> SystemTime + Send + Sync>,
    ) -> Result<Self, ConfigError> {
        config.check()?;
        let remote = Remote::new(config.remote(), clock)?;
        Ok(Self(Arc::new(Inner { config, remote })))
    }

    /// The resource indicator.
    #[must_use]
    pub fn indicator(&self) -> &str {
        &self.0.config.indicator
    }

    /// Judges a token for this API. One that was made for the members of an organization is
    /// refused.
    ///
    /// # Errors
    /// [`Error::AccessToken`]: the token opens nothing here.
    /// Anything else: it could not be judged, because the provider's keys could not be read.
    pub async fn verify(&self, token: &str) -> Result<VerifiedToken, Error> {
        let resource = self.indicator().to_owned();
        self.judge(token, &Audience::Resource(resource)).await
    }

    /// Judges a token for this API as a member of that organization. One for another organization
    /// is refused, and so is one for none.
    ///
    /// # Errors
    /// As [`verify`](Self::verify).
    pub async fn verify_in(
        &self,
        organization: &OrganizationId,
        token: &str,
    ) -> Result<VerifiedToken, Error> {
        let audience = Audience::OrganizationResource {
            organization: organization.clone(),
            resource: self.indicator().to_owned(),
        };
        self.judge(token, &audience).await
    }

    /// Judges a token for that organization itself, whose scope is what the person may do there.
    ///
    /// # Errors
    /// As [`verify`](Self::verify).
    pub async fn verify_for(
        &self,
        organization: &OrganizationId,
        token: &str,
    ) -> Result<VerifiedToken, Error> {
        let audience = Audience::Organization(organization.clone());
        self.judge(token, &audience).await
    }

    async fn judge(&self, token: &str, audience: &Audience) -> Result<VerifiedToken, Error> {
        let Inner { config, remote } = &*self.0;
        // Before a request for keys: most invalid tokens are refused without one.
        let possible = config.algorithms.as_deref();
        let expected = Expected {
            issuer: remote.issuer(),
            algorithms: possible.unwrap_or(&SigningAlgorithm::ALL),
            tolerance: config.clock_tolerance.as_secs(),
            audience,
        };
        access_token::look(token, &expected)?;
        let provider = remote.provider().await?;
        let keys = remote.keys(&provider).await?;
        let judge = |keys: &_, algorithms: &[SigningAlgorithm], now| {
            let expected = Expected {
                algorithms,
                ..expected
            };
            Ok(access_token::read(token, keys, &expected, now)?)
        };
        remote.judge(provider, keys, judge).await
    }
}
