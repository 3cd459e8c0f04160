//! The provider, reached over the network: its documents are read, kept and renewed here. Only this module has a network
//! and a clock.

mod cache;
mod http;

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use self::cache::Cache;
use self::http::Http;
use crate::error::{ConfigError, Error, Unreachable};
use crate::keys::Keys;
use crate::message::{Answer, Request};
use crate::{Provider, discovery};

/// What tells the time.
pub(crate) type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// The clock of this machine.
#[expect(clippy::disallowed_methods, reason = "this is the clock")]
pub(crate) fn clock() -> Clock {
    Arc::new(SystemTime::now)
}

/// How long the provider is waited for, and how much of an answer is read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) timeout: Duration,
    pub(crate) max_body: usize,
}

/// One provider.
pub(crate) struct Remote {
    issuer: String,
    clock: Clock,
    http: Http,
    provider: Cache<Provider>,
    keys: Cache<Keys>,
}

impl Remote {
    pub(crate) fn new(issuer: String, limits: Limits, clock: Clock) -> Result<Self, ConfigError> {
        Ok(Self {
            http: Http::new(issuer.starts_with("https:"), limits)?,
            issuer,
            clock,
            provider: Cache::default(),
            keys: Cache::default(),
        })
    }

    /// The name it signs with.
    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Seconds since 1970.
    pub(crate) fn now(&self) -> u64 {
        (self.clock)()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |time| time.as_secs())
    }

    pub(crate) async fn send(&self, request: &Request) -> Result<Answer, Unreachable> {
        self.http.send(request).await
    }

    pub(crate) async fn provider(&self) -> Result<Arc<Provider>, Error> {
        let issuer = &self.issuer;
        let read = async || {
            let answer = self.send(&discovery::request(issuer)?).await?;
            Ok(discovery::read(&answer, issuer)?)
        };
        self.provider.get(issuer, (self.clock)(), read).await
    }

    pub(crate) async fn keys(&self, provider: &Provider) -> Result<Arc<Keys>, Error> {
        let source = provider.jwks_uri.as_str();
        self.keys
            .get(source, (self.clock)(), || self.read_keys(provider))
            .await
    }

    async fn read_keys(&self, provider: &Provider) -> Result<Keys, Error> {
        let answer = self.send(&discovery::keys::request(provider)).await?;
        Ok(discovery::keys::read(&answer, provider)?)
    }

    /// Judges a token with these keys and the time, and once more with newer keys if it may be signed with one of those.
    pub(crate) async fn judge<T>(
        &self,
        provider: &Provider,
        keys: Arc<Keys>,
        judge: impl Fn(&Keys, u64) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let error = match judge(&keys, self.now()) {
            Err(error) if error.may_be_rotation() => error,
            verdict => return verdict,
        };
        let source = provider.jwks_uri.as_str();
        let renewed = self
            .keys
            .renew(&keys, source, (self.clock)(), || self.read_keys(provider))
            .await?;
        let Some(renewed) = renewed else {
            return Err(error);
        };
        let verdict = judge(&renewed, self.now());
        if !verdict.as_ref().is_err_and(Error::may_be_rotation) {
            self.keys.renewal_helped().await;
        }
        verdict
    }
}
