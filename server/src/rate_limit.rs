//! A rate limit for each client address, on what costs Logto or the store something: sign-ins, callbacks and writes.

use std::{
    collections::HashSet,
    net::IpAddr,
    num::NonZeroU32,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use governor::{DefaultKeyedRateLimiter, Quota, clock::Clock as _};
use logto_axum::{accepts_pages, paths};

use crate::{
    client_address::{Client, Source, TrustedProxies, network, peer},
    router::language_of,
};

/// Addresses that are remembered before those without a recent request are forgotten. Each is about a hundred bytes.
const MOST_ADDRESSES: usize = 65_536;
/// How long forgetting pauses when it did not help.
const PAUSE: Duration = Duration::from_secs(1);

/// How many requests one client address may send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// Requests a second, in the long run.
    pub per_second: NonZeroU32,
    /// Requests at once.
    pub burst: NonZeroU32,
}

impl Default for RateLimit {
    /// Generous enough for an office behind one address: 300 at once, and then 10 a second.
    fn default() -> Self {
        Self {
            per_second: NonZeroU32::new(10).unwrap_or(NonZeroU32::MIN),
            burst: NonZeroU32::new(300).unwrap_or(NonZeroU32::MIN),
        }
    }
}

/// The state of the limit: what each client address has sent. Cheap to clone.
#[derive(Clone, Debug)]
pub struct RateLimiter(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    limiter: DefaultKeyedRateLimiter<(Source, IpAddr)>,
    proxies: TrustedProxies,
    /// The full name of the cookie that keeps a choice of language.
    language_cookie: String,
    /// Which advice the log has.
    advised: Mutex<HashSet<&'static str>>,
    /// When addresses were last forgotten, in milliseconds since `started`.
    forgotten: AtomicU64,
    started: tokio::time::Instant,
}

impl RateLimiter {
    /// A limiter for clients as these proxies name them. `language_cookie` is the full name of the cookie that says in which
    /// language a refusal is.
    #[must_use]
    pub fn new(limit: RateLimit, proxies: TrustedProxies, language_cookie: String) -> Self {
        let quota = Quota::per_second(limit.per_second).allow_burst(limit.burst);
        Self(Arc::new(Inner {
            limiter: DefaultKeyedRateLimiter::keyed(quota),
            proxies,
            language_cookie,
            advised: Mutex::default(),
            forgotten: AtomicU64::new(0),
            started: tokio::time::Instant::now(),
        }))
    }

    /// Counts a request. The address and the time to wait when there were too many.
    ///
    /// A client that cannot be told from others is not limited: everybody would share one limit.
    fn check(&self, peer: IpAddr, headers: &HeaderMap) -> Result<(), (IpAddr, Duration)> {
        self.forget_old();
        match self.0.proxies.client(peer, headers) {
            Client::Known(known) => {
                let limiter = &self.0.limiter;
                for (source, address) in known {
                    let checked = limiter.check_key(&(source, network(address)));
                    checked.map_err(|until| (address, until.wait_time_from(limiter.clock().now())))?;
                }
            }
            Client::UnknownProxy => self.advise(
                peer,
                "requests are forwarded by a proxy that is not trusted, so clients are not limited by their address; name \
                 its address or network in [server] trusted_proxies (TRUSTED_PROXIES)",
            ),
            Client::NotNamed => self.advise(
                peer,
                "a trusted proxy names no client, so clients are not limited by their address; have it set X-Forwarded-For \
                 or Forwarded",
            ),
            Client::Internal => {}
        }
        Ok(())
    }

    /// Says something to the operator, once.
    fn advise(&self, peer: IpAddr, advice: &'static str) {
        let advised = self.0.advised.lock();
        if advised
            .unwrap_or_else(PoisonError::into_inner)
            .insert(advice)
        {
            tracing::warn!(%peer, "{advice}");
        }
    }

    fn forget_old(&self) {
        if self.0.limiter.len() < MOST_ADDRESSES {
            return;
        }
        let now = u64::try_from(self.0.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let pause = u64::try_from(PAUSE.as_millis()).unwrap_or(u64::MAX);
        let before = self.0.forgotten.load(Relaxed);
        let is_due = before == 0 || now.saturating_sub(before) >= pause;
        let take = || {
            self.0
                .forgotten
                .compare_exchange(before, now.max(1), Relaxed, Relaxed)
        };
        if is_due && take().is_ok() {
            self.0.limiter.retain_recent();
            self.0.limiter.shrink_to_fit();
        }
    }
}

/// Answers 429 to a client address that sends too many sign-ins, callbacks and writes.
pub(crate) async fn limit(
    State(limiter): State<RateLimiter>,
    request: Request,
    next: Next,
) -> Response {
    let checked = match peer(&request) {
        Some(peer) if is_limited(request.method(), request.uri().path()) => {
            limiter.check(peer, request.headers())
        }
        _ => Ok(()),
    };
    match checked {
        Ok(()) => next.run(request).await,
        Err((client, wait)) => {
            let (method, path) = (request.method(), request.uri().path());
            tracing::warn!(%client, %method, path, "too many requests of one client address: answered with 429");
            refuse(request.headers(), &limiter.0.language_cookie, wait)
        }
    }
}

fn is_limited(method: &Method, path: &str) -> bool {
    !method.is_safe() || path == paths::SIGN_IN || path == paths::CALLBACK
}

fn refuse(headers: &HeaderMap, language_cookie: &str, wait: Duration) -> Response {
    let language = language_of(headers, language_cookie);
    let (title, text) = app::language::too_many_requests(language);
    let seconds = wait.as_secs() + 1;
    let status = StatusCode::TOO_MANY_REQUESTS;
    let retry = [(header::RETRY_AFTER, seconds.to_string())];
    if accepts_pages(headers) {
        let page = format!(
            "<!DOCTYPE html><html lang=\"{language}\"><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\"><meta name=\"color-scheme\" content=\"light dark\">\
             <title>{title}</title><h1>{title}</h1><p>{text}</p>\n"
        );
        (status, retry, Html(page)).into_response()
    } else {
        (status, retry, format!("{title}. {text}\n")).into_response()
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn limiter(per_second: u32, burst: u32) -> RateLimiter {
        let limit = RateLimit {
            per_second: per_second.try_into().unwrap(),
            burst: burst.try_into().unwrap(),
        };
        let proxies = TrustedProxies::parse(["192.0.2.1"]).unwrap();
        RateLimiter::new(limit, proxies, "logto-language".to_owned())
    }

    fn forwarded(headers: &[(&'static str, &str)]) -> HeaderMap {
        let headers = headers.iter();
        let headers = headers.map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        headers.collect()
    }

    /// OU-20
    #[tokio::test]
    async fn one_address_does_not_use_up_what_others_may_send() {
        let limiter = limiter(1, 3);
        let [flooder, other]: [IpAddr; 2] =
            ["198.51.100.7", "198.51.100.8"].map(|ip| ip.parse().unwrap());
        let none = HeaderMap::new();
        for _ in 0..3 {
            assert_eq!(limiter.check(flooder, &none), Ok(()));
        }
        let (client, wait) = limiter.check(flooder, &none).unwrap_err();
        assert_eq!(client, flooder);
        assert!(wait <= Duration::from_secs(1), "{wait:?}");
        assert_eq!(limiter.check(other, &none), Ok(()));
    }

    /// OU-20: an IPv6 client may take any address of its network.
    #[tokio::test]
    async fn an_ipv6_client_is_its_network() {
        let limiter = limiter(1, 3);
        let none = HeaderMap::new();
        let passed = (1..=9).filter(|host| {
            let address = format!("2001:db8::{host}").parse().unwrap();
            limiter.check(address, &none).is_ok()
        });
        assert_eq!(passed.count(), 3);
        assert!(
            limiter
                .check("2001:db8:0:1::1".parse().unwrap(), &none)
                .is_ok()
        );
    }

    /// OU-20: behind a proxy each client counts for itself, and a header that it wrote evades nothing and blames nobody.
    #[tokio::test]
    async fn a_forged_header_neither_evades_nor_blames() {
        let limiter = limiter(1, 3);
        let proxy = "192.0.2.1".parse().unwrap();
        let passed = (1..=9).filter(|forged| {
            let forged = format!("for=203.0.113.{forged}");
            let headers = forwarded(&[("x-forwarded-for", "198.51.100.7"), ("forwarded", &forged)]);
            limiter.check(proxy, &headers).is_ok()
        });
        assert_eq!(passed.count(), 3);
        for blamed in 1..=9 {
            let blamed = format!("203.0.113.{blamed}");
            let headers = forwarded(&[("x-forwarded-for", &blamed)]);
            assert_eq!(limiter.check(proxy, &headers), Ok(()), "{blamed}");
        }
    }

    #[tokio::test]
    async fn nobody_is_limited_for_others_that_cannot_be_told_apart() {
        let limiter = limiter(1, 1);
        let headers = forwarded(&[("x-forwarded-for", "203.0.113.9")]);
        for peer in ["127.0.0.1", "10.0.0.1", "fd00::1"] {
            for _ in 0..9 {
                assert_eq!(limiter.check(peer.parse().unwrap(), &headers), Ok(()));
            }
        }
        for _ in 0..9 {
            let proxy = "192.0.2.1".parse().unwrap();
            assert_eq!(limiter.check(proxy, &HeaderMap::new()), Ok(()));
        }
        let advised = limiter.0.advised.lock().unwrap().len();
        assert_eq!(advised, 2, "each advice is in the log once");
    }

    /// SE-21: what is remembered of addresses is bounded.
    #[tokio::test]
    async fn addresses_without_a_recent_request_are_forgotten() {
        let limiter = limiter(1_000_000, 1);
        let none = HeaderMap::new();
        let most = u32::try_from(MOST_ADDRESSES).unwrap();
        for number in 0..most + 10 {
            let address = Ipv4Addr::from_bits(0x0800_0000 + number);
            let _ = limiter.check(address.into(), &none);
        }
        let held = limiter.0.limiter.len();
        assert!(held < MOST_ADDRESSES / 2, "{held}");
    }
}
