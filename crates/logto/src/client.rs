//! The client: sends the request of each step over [`Remote`] and validates the response. The only
//! module with randomness.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tracing::Instrument as _;
use url::Url;
use url::form_urlencoded::byte_serialize;

use crate::algorithm::SigningAlgorithm;
use crate::callback::Callback;
use crate::claims::Claims;
use crate::config::Config;
use crate::discovery::ProviderMetadata;
use crate::error::{ConfigError, Error, TokenError};
use crate::id_token::Identity;
use crate::id_token::{self, Expected, Occasion};
use crate::keys::Keys;
use crate::logout_token::{self, LogoutToken};
use crate::message::{Answer, Request};
use crate::remote::{Remote, clock};
use crate::scopes::Scopes;
use crate::secret::Secret;
use crate::sign_in::{self, Randomness};
use crate::sign_in::{Pending, SignIn};
use crate::token::{Audience, FinishedSignIn, Refreshed, Tokens};
use crate::{callback, sign_out, token, user_info};

/// How long after a refresh was sent it may be sent again. Logto takes a replaced refresh token for
/// three seconds; the rest is for the way there.
const LOST_ANSWER_GRACE: Duration = Duration::from_millis(2500);

/// Speaks to one Logto for one application. It is made once, is cheap to clone and is shared by all
/// requests.
///
/// It holds nothing about any person: what belongs to one browser is passed in and handed back.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    config: Config,
    remote: Remote,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Client")
            .field(&self.0.remote.issuer())
            .finish()
    }
}

impl Client {
    /// A client with the clock of this machine. It does not speak to Logto yet.
    ///
    /// # Errors
    /// When the configuration cannot work.
    pub fn new(config: Config) -> Result<Self, ConfigError> {
        Self::with_clock(config, clock())
    }

    /// A client with another clock, for tests.
    ///
    /// # Errors
    /// When the configuration cannot work.
    pub fn with_clock(
        config: Config,
        clock: Arc<dyn Fn() -> SystemTime + Send + Sync>,
    ) -> Result<Self, ConfigError> {
        config.check()?;
        let remote = Remote::new(config.remote(), clock)?;
        Ok(Self(Arc::new(Inner { config, remote })))
    }

    /// The configuration.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// Seconds since 1970, by the client's clock.
    #[must_use]
    pub fn now(&self) -> u64 {
        self.0.remote.now()
    }

    /// The provider's discovery document: fetched on first use, and again every hour. If it cannot
    /// be fetched again, the old copy serves for a day.
    ///
    /// # Errors
    /// When it cannot be read, or is not about the configured provider.
    pub async fn provider(&self) -> Result<Arc<ProviderMetadata>, Error> {
        self.0.remote.provider().await
    }

    /// How long an endpoint of the provider is sent no request, because it answered 429 with
    /// `Retry-After`: of several endpoints the longest time, one minute at most. `None` when
    /// requests are sent to all.
    #[must_use]
    pub fn rate_limited(&self) -> Option<Duration> {
        self.0.remote.rate_limited().map(Duration::from_secs)
    }

    /// Fetches the discovery document now, past the cache, and does not keep it: whether the
    /// provider can be reached, for a check of readiness.
    ///
    /// # Errors
    /// As [`provider`](Self::provider).
    pub async fn check_provider(&self) -> Result<(), Error> {
        self.0.remote.check().await
    }

    /// The cached discovery document, however old; `None` before the first request. Sends no
    /// request.
    #[must_use]
    pub fn known_provider(&self) -> Option<Arc<ProviderMetadata>> {
        self.0.remote.known_provider()
    }

    /// Starts a sign-in: the address to send the browser to, and what to keep for it until it comes
    /// back.
    ///
    /// # Errors
    /// When the provider cannot be read, or the options ask for what cannot be asked for.
    pub async fn sign_in(&self, options: &SignIn) -> Result<(Url, Pending), Error> {
        let provider = self.provider().await?;
        Ok(sign_in::request(
            self.config(),
            &provider,
            options,
            &randomness()?,
            self.now(),
        )?)
    }

    /// Finishes a sign-in: judges the callback, exchanges the code, verifies the ID token.
    ///
    /// Take `pending` out of its store first, so that it is used once.
    ///
    /// # Errors
    /// The error of the step that failed. After [`Error::Callback`] and [`Error::Discovery`] the
    /// code was not sent; after any other it may be spent. Either way, what is left to do is to
    /// start again.
    pub async fn finish_sign_in(
        &self,
        callback: &Callback,
        pending: &Pending,
    ) -> Result<FinishedSignIn, Error> {
        // Before the provider is asked for anything: most wrong callbacks need no network to be
        // refused.
        callback::read(callback, pending, self.0.remote.issuer(), self.now())?;
        let discovery = tracing::debug_span!("discovery");
        let provider = self.provider().instrument(discovery).await?;
        let code = callback::read(callback, pending, &provider.issuer, self.now())?;
        // Keys before the code, which can be sent only once.
        let keys = self.0.remote.keys(&provider).await?;

        let request = token::exchange_request(&provider, self.application(), code, pending);
        let exchange = tracing::debug_span!("token_exchange");
        let answer = self.0.remote.send(&request).instrument(exchange).await?;
        let audience = Audience::Default;
        let answered = token::read(
            &answer,
            &request.secrets,
            &audience,
            Some(&pending.scopes),
            self.now(),
        )?;
        let id_token = answered.id_token.ok_or(TokenError::Member("id_token"))?;
        let occasion = Occasion::SignIn {
            nonce: &pending.nonce,
            max_age: pending.max_age,
        };
        let claims = self
            .verify(
                &id_token,
                &answered.access_token.token,
                occasion,
                provider,
                keys,
            )
            .instrument(tracing::debug_span!("id_token.verify"))
            .await?;
        let tokens = Tokens {
            scope: answered.access_token.scope.clone(),
            access_token: Some(answered.access_token),
            refresh_token: answered.refresh_token,
            id_token,
        };
        Ok(FinishedSignIn { tokens, claims })
    }

    /// Gets a fresh access token for an audience. With `scopes`, only for those of the granted
    /// ones.
    ///
    /// The refresh token may be replaced by this; using the old one more than three seconds later
    /// ends everything. So store what comes at once, do not let a hung-up browser cancel it, and
    /// let only one caller per session do it at a time while refresh tokens are being replaced.
    /// When the connection breaks before the answer has come, the same request is sent once more at
    /// once.
    ///
    /// # Errors
    /// [`is_invalid_grant`](Error::is_invalid_grant): the session is over.
    /// [`is_forbidden`](Error::is_forbidden): not this organization.
    /// [`is_transient`](Error::is_transient): try again after a while, and keep the session.
    /// [`Error::IdToken`]: the answer was about somebody else; end the session.
    pub async fn refresh(
        &self,
        refresh_token: &Secret,
        audience: &Audience,
        scopes: Option<&Scopes>,
        identity: Option<&Identity>,
    ) -> Result<Refreshed, Error> {
        let provider = self.provider().await?;
        // Keys before the refresh token, which may be replaced by the answer.
        let keys = self.0.remote.keys(&provider).await?;
        let request = token::refresh_request(
            &provider,
            self.application(),
            refresh_token,
            audience,
            scopes,
        )?;
        let answer = self.send_again_when_lost(&request).await?;
        let answered = token::read(&answer, &request.secrets, audience, scopes, self.now())?;
        let id_token = match answered.id_token {
            None => None,
            Some(id_token) => {
                let occasion = Occasion::Refresh { identity };
                let claims = self
                    .verify(
                        &id_token,
                        &answered.access_token.token,
                        occasion,
                        provider,
                        keys,
                    )
                    .await?;
                Some((id_token, claims))
            }
        };
        let (access_token, refresh_token) = (answered.access_token, answered.refresh_token);
        Ok(Refreshed {
            access_token,
            refresh_token,
            id_token,
        })
    }

    /// The claims as they are now. The access token is the one for [`Audience::Default`].
    ///
    /// # Errors
    /// When the provider refuses the token, or speaks about another person than `expected_subject`.
    pub async fn user_info(
        &self,
        access_token: &Secret,
        expected_subject: &str,
    ) -> Result<Claims, Error> {
        let provider = self.provider().await?;
        let request = user_info::request(&provider, access_token);
        let answer = self.0.remote.send(&request).await?;
        Ok(user_info::read(
            &answer,
            &request.secrets,
            expected_subject,
        )?)
    }

    /// Revokes a refresh token, and with it everything that was granted in that sign-in.
    ///
    /// Ending the session at Logto does not do this when `offline_access` was granted.
    ///
    /// # Errors
    /// When the provider refuses. A token that is unknown or revoked already is no error.
    pub async fn revoke(&self, token: &Secret) -> Result<(), Error> {
        let provider = self.provider().await?;
        let request = sign_out::request(&provider, self.application(), token);
        let answer = self.0.remote.send(&request).await?;
        Ok(sign_out::read(&answer, &request.secrets)?)
    }

    /// The address to send the browser to so that the session at Logto ends; Logto sends it back to
    /// `post_logout_redirect_uri`. Only a navigation of the browser itself does it, not a request
    /// from here.
    ///
    /// # Errors
    /// When the provider cannot be read.
    pub async fn end_session_url(
        &self,
        id_token_hint: Option<&Secret>,
        state: Option<&str>,
    ) -> Result<Url, Error> {
        let provider = self.provider().await?;
        Ok(sign_out::end_session_url(
            self.config(),
            &provider,
            id_token_hint,
            state,
        ))
    }

    /// Judges a logout token, which the provider sends when a session there ends (OpenID Connect
    /// Back-Channel Logout 1.0). Its `typ` must be `logout+jwt`, it must have an `exp`, and it counts
    /// for five minutes. Whether its `jti` came before is for the caller to know.
    ///
    /// # Errors
    /// [`Error::LogoutToken`]: the token ends nothing.
    /// Anything else: it could not be judged, because the provider's keys could not be read.
    pub async fn verify_logout_token(&self, token: &str) -> Result<LogoutToken, Error> {
        let Inner { config, remote } = &*self.0;
        // Before a request for keys: most invalid tokens are refused without one.
        let possible = config.algorithms.as_deref();
        logout_token::look(token, possible.unwrap_or(&SigningAlgorithm::ALL))?;
        let provider = remote.provider().await?;
        let keys = remote.keys(&provider).await?;
        let judge = |keys: &Keys, algorithms: &[SigningAlgorithm], now| {
            let expected = logout_token::Expected {
                issuer: remote.issuer(),
                app_id: &config.app_id,
                algorithms,
                tolerance: config.clock_tolerance.as_secs(),
            };
            Ok(logout_token::read(token, keys, &expected, now)?)
        };
        Box::pin(remote.judge(provider, keys, judge)).await
    }

    /// Sends a refresh, and once more at once when the connection broke before the answer had come:
    /// Logto may have replaced the refresh token, and takes the old one for three more seconds
    /// (`refresh-rotation.json`).
    async fn send_again_when_lost(&self, request: &Request) -> Result<Answer, Error> {
        #[expect(
            clippy::disallowed_methods,
            reason = "the time of the provider, not of a test"
        )]
        let sent = Instant::now();
        let lost = match self.0.remote.send(request).await.map_err(Error::from) {
            Err(error) if error.is_lost_answer() && sent.elapsed() < LOST_ANSWER_GRACE => error,
            outcome => return outcome,
        };
        tracing::warn!(error = %lost, "the connection broke before the answer to a refresh was complete; the request is retried once");
        Ok(self.0.remote.send(request).await?)
    }

    /// Verifies an ID token.
    async fn verify(
        &self,
        id_token: &Secret,
        access_token: &Secret,
        occasion: Occasion<'_>,
        provider: Arc<ProviderMetadata>,
        keys: Arc<Keys>,
    ) -> Result<Claims, Error> {
        let config = self.config();
        let judge = |keys: &Keys, algorithms: &[SigningAlgorithm], now| {
            let expected = Expected {
                issuer: self.0.remote.issuer(),
                app_id: &config.app_id,
                algorithms,
                longest: config.connection.max_body,
                now,
                tolerance: config.clock_tolerance.as_secs(),
                occasion,
                access_token,
            };
            Ok(id_token::read(id_token, keys, &expected)?)
        };
        // On the heap: the future that fetches newer documents is large and rarely used.
        Box::pin(self.0.remote.judge(provider, keys, judge)).await
    }

    /// HTTP Basic, with the form encoding that RFC 6749 section 2.3.1 asks for.
    fn application(&self) -> Secret {
        let encode = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
        let (id, secret) = (&self.0.config.app_id, &self.0.config.app_secret);
        let pair = Secret::new(format!("{}:{}", encode(id), encode(secret.expose())));
        Secret::new(format!("Basic {}", STANDARD.encode(pair.expose())))
    }
}

fn randomness() -> Result<Randomness, Error> {
    let bytes = || {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|error| Error::Randomness(Arc::new(error)))?;
        Ok::<_, Error>(bytes)
    };
    Ok(Randomness {
        state: bytes()?,
        nonce: bytes()?,
        verifier: bytes()?,
    })
}
