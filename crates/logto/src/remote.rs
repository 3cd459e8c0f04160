//! The provider, reached over the network: its documents are read, kept and renewed here. Only this
//! module has a network and a clock.

mod cache;
mod http;
mod measurement;
mod rate_limit;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use tracing::Instrument as _;

use self::cache::Cache;
use self::http::Http;
pub use self::measurement::PROVIDER_REQUEST_SECONDS;
use self::rate_limit::RateLimits;
use crate::algorithm::SigningAlgorithm;
use crate::config::RemoteConfig;
use crate::discovery;
use crate::discovery::ProviderMetadata;
use crate::error::{ConfigError, Error, Unreachable, UnreachableReason};
use crate::keys::Keys;
use crate::message::{Answer, Request};

/// What tells the time.
pub(crate) type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// The clock of this machine.
#[expect(clippy::disallowed_methods, reason = "this is the clock")]
pub(crate) fn clock() -> Clock {
    Arc::new(SystemTime::now)
}

/// One provider.
pub(crate) struct Remote {
    config: RemoteConfig,
    clock: Clock,
    http: Http,
    rate_limits: RateLimits,
    provider: Cache<ProviderMetadata>,
    keys: Cache<Keys>,
    /// The signing algorithms that the log has named.
    logged: Mutex<Vec<SigningAlgorithm>>,
}

impl Remote {
    pub(crate) fn new(config: RemoteConfig, clock: Clock) -> Result<Self, ConfigError> {
        Ok(Self {
            http: Http::new(&config.issuer, &config.connection)?,
            config,
            clock,
            rate_limits: RateLimits::default(),
            provider: Cache::default(),
            keys: Cache::default(),
            logged: Mutex::default(),
        })
    }

    /// The name it signs with.
    pub(crate) fn issuer(&self) -> &str {
        &self.config.issuer
    }

    /// Seconds since 1970.
    pub(crate) fn now(&self) -> u64 {
        (self.clock)()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |time| time.as_secs())
    }

    /// Sends a request, unless that endpoint has asked to be sent none for a while (429 with
    /// `Retry-After`).
    pub(crate) async fn send(&self, request: &Request) -> Result<Answer, Unreachable> {
        let limited =
            |seconds| Unreachable::new(request, UnreachableReason::RateLimited { seconds });
        if let Some(seconds) = self.rate_limits.left(&request.url, self.now()) {
            return Err(limited(seconds));
        }
        #[expect(clippy::disallowed_methods, reason = "a metric, which decides nothing")]
        let began = Instant::now();
        let span = measurement::span(request);
        // On the heap: the steps above hold several of these in one future.
        let answer = Box::pin(self.http.send(request).instrument(span.clone())).await;
        measurement::record(request.endpoint, began.elapsed(), &answer);
        if let Ok(answer) = &answer {
            span.record("http.response.status_code", answer.status);
        }
        let answer = answer?;
        match answer.retry_after.as_deref() {
            Some(header) if answer.status == 429 => {
                match self.rate_limits.begin(&request.url, header, self.now()) {
                    Some(seconds) => Err(limited(seconds)),
                    None => Ok(answer),
                }
            }
            _ => Ok(answer),
        }
    }

    /// For how many seconds an endpoint is sent no request, if one has asked for that.
    pub(crate) fn rate_limited(&self) -> Option<u64> {
        self.rate_limits.longest(self.now())
    }

    pub(crate) async fn provider(&self) -> Result<Arc<ProviderMetadata>, Error> {
        let read = || self.read_provider();
        self.provider.get(self.issuer(), (self.clock)(), read).await
    }

    async fn read_provider(&self) -> Result<ProviderMetadata, Error> {
        let answer = self.send(&discovery::request(self.issuer())?).await?;
        let provider = discovery::read(&answer, &self.config)?;
        self.log_algorithms(&provider);
        Ok(provider)
    }

    /// What a token of the provider may be signed with.
    fn algorithms<'a>(&'a self, provider: &'a ProviderMetadata) -> &'a [SigningAlgorithm] {
        let configured = self.config.algorithms.as_deref();
        configured.unwrap_or(&provider.signing_algorithms)
    }

    /// Once, and again when they are others.
    fn log_algorithms(&self, provider: &ProviderMetadata) {
        let algorithms = self.algorithms(provider);
        let mut logged = self.logged.lock().unwrap_or_else(PoisonError::into_inner);
        if logged.as_slice() == algorithms {
            return;
        }
        algorithms.clone_into(&mut logged);
        let source = match self.config.algorithms {
            Some(_) => "the configuration",
            None => "discovery",
        };
        tracing::info!(
            algorithms = SigningAlgorithm::list(algorithms),
            source,
            issuer = self.issuer(),
            "tokens signed with these algorithms are accepted"
        );
    }

    /// Whether the provider can be read now. Nothing of it is kept.
    pub(crate) async fn check(&self) -> Result<(), Error> {
        self.read_provider().await.map(|_| ())
    }

    pub(crate) fn known_provider(&self) -> Option<Arc<ProviderMetadata>> {
        self.provider.held()
    }

    pub(crate) async fn keys(&self, provider: &ProviderMetadata) -> Result<Arc<Keys>, Error> {
        let source = provider.jwks_uri.as_str();
        self.keys
            .get(source, (self.clock)(), || self.read_keys(provider))
            .await
    }

    async fn read_keys(&self, provider: &ProviderMetadata) -> Result<Keys, Error> {
        let answer = self.send(&discovery::keys::request(provider)).await?;
        Ok(discovery::keys::read(&answer, provider)?)
    }

    /// Judges a token with these keys, the accepted algorithms and the time; once more with a newer
    /// description if its algorithm may have been announced since, and with newer keys if it may be
    /// signed with one of those.
    pub(crate) async fn judge<T>(
        &self,
        provider: Arc<ProviderMetadata>,
        keys: Arc<Keys>,
        judge: impl Fn(&Keys, &[SigningAlgorithm], u64) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let (mut provider, mut keys) = (provider, keys);
        let mut verdict = judge(&keys, self.algorithms(&provider), self.now());
        if let Err(error) = &verdict
            && error.may_be_announced_now()
            && self.config.algorithms.is_none()
        {
            let (source, now) = (self.issuer(), (self.clock)());
            let renewed = self
                .provider
                .renew(&provider, source, now, || self.read_provider());
            let Some(renewed) = renewed.await? else {
                return verdict;
            };
            provider = renewed;
            keys = self.keys(&provider).await?;
            verdict = judge(&keys, self.algorithms(&provider), self.now());
            if !verdict.as_ref().is_err_and(Error::may_be_announced_now) {
                self.provider.renewal_helped().await;
            }
        }
        if !verdict.as_ref().is_err_and(Error::may_be_rotation) {
            return verdict;
        }
        let source = provider.jwks_uri.as_str();
        let renewed = self
            .keys
            .renew(&keys, source, (self.clock)(), || self.read_keys(&provider))
            .await?;
        let Some(renewed) = renewed else {
            return verdict;
        };
        let verdict = judge(&renewed, self.algorithms(&provider), self.now());
        if !verdict.as_ref().is_err_and(Error::may_be_rotation) {
            self.keys.renewal_helped().await;
        }
        verdict
    }
}
