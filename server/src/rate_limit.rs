//! A rate limit for each client address, on what costs Logto or the store something: sign-ins, callbacks and writes.

#[cfg(test)]
mod tests;

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
use ipnet::IpNet;
use logto_axum::{__private::accepts_pages, FlowPaths, paths};
use url::Url;

use crate::{
    canonical_host::is_named,
    client_address::{Client, Networks, TrustedProxies, peer},
    request_language::language_of,
};

/// Addresses that are remembered before those without a recent request are forgotten. Each is about a hundred bytes.
const MOST_ADDRESSES: usize = 65_536;
/// How many times the limit of an address an IPv6 site has, a /48 with 65,536 networks of a client each.
const SITE: NonZeroU32 = NonZeroU32::MIN.saturating_add(15);
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
    /// By IPv4 address, or by the /64 of an IPv6 address.
    addresses: DefaultKeyedRateLimiter<IpNet>,
    /// By the /48 of an IPv6 address.
    sites: DefaultKeyedRateLimiter<IpNet>,
    proxies: TrustedProxies,
    base_url: Url,
    flow_paths: FlowPaths,
    /// The full name of the cookie that keeps a choice of language.
    language_cookie: String,
    /// Which advice the log has.
    advised: Mutex<HashSet<&'static str>>,
    /// When addresses were last forgotten, in milliseconds since `started`.
    forgotten: AtomicU64,
    started: tokio::time::Instant,
}

impl RateLimiter {
    /// A limiter for clients as these proxies name them, of an application that browsers reach at `base_url`. `flow_paths` are
    /// those of its sign-in. `language_cookie`
    /// is the full name of the cookie that says in which language a refusal is.
    #[must_use]
    pub fn new(
        limit: RateLimit,
        proxies: TrustedProxies,
        base_url: Url,
        flow_paths: FlowPaths,
        language_cookie: String,
    ) -> Self {
        let quota = |times: NonZeroU32| {
            let quota = Quota::per_second(limit.per_second.saturating_mul(times));
            quota.allow_burst(limit.burst.saturating_mul(times))
        };
        Self(Arc::new(Inner {
            addresses: DefaultKeyedRateLimiter::keyed(quota(NonZeroU32::MIN)),
            sites: DefaultKeyedRateLimiter::keyed(quota(SITE)),
            proxies,
            base_url,
            flow_paths,
            language_cookie,
            advised: Mutex::default(),
            forgotten: AtomicU64::new(0),
            started: tokio::time::Instant::now(),
        }))
    }

    /// Whether such a request is counted: a write, or a step of a sign-in.
    fn covers(&self, method: &Method, path: &str) -> bool {
        // Logto sends one logout token for each session that ends there: thousands at once from one address. A forged one
        // costs no more than a page, and no request to Logto.
        path != paths::BACKCHANNEL_LOGOUT
            && (!method.is_safe() || self.0.flow_paths.is_sign_in(path))
    }

    /// Counts a request. The address and the time to wait when there were too many.
    ///
    /// A client that cannot be distinguished from others is not limited: everybody would share one limit. Those whose headers
    /// contradict each other do share the one of their proxy, so that a forged header neither evades a limit nor uses up
    /// somebody else's.
    fn check(&self, peer: IpAddr, headers: &HeaderMap) -> Result<(), (IpAddr, Duration)> {
        self.forget_old();
        match self.0.proxies.client(peer, headers) {
            Client::Known(client) => self.count(client),
            Client::Contradictory => {
                self.advise(
                    peer,
                    "X-Forwarded-For and Forwarded of a trusted proxy name different clients: such requests share the rate limit \
                     of the proxy; have the proxy remove the header that it does not write",
                );
                self.count(peer)
            }
            Client::UnknownProxy => {
                self.advise(
                    peer,
                    "a proxy that is not trusted forwards requests: clients are not limited by address; name the proxy in \
                     [server] trusted_proxies (TRUSTED_PROXIES)",
                );
                Ok(())
            }
            Client::NotNamed => {
                self.advise(
                    peer,
                    "a trusted proxy names no client: clients are not limited by address; have the proxy set X-Forwarded-For or \
                     Forwarded",
                );
                Ok(())
            }
            Client::Private => {
                self.advise(
                    peer,
                    "a client on a private network is not limited by address; if this is the address of a proxy, name it in \
                     [server] trusted_proxies (TRUSTED_PROXIES) and have it set X-Forwarded-For",
                );
                Ok(())
            }
            Client::Local => Ok(()),
        }
    }

    fn count(&self, client: IpAddr) -> Result<(), (IpAddr, Duration)> {
        let Networks { address, site } = Networks::of(client);
        let Inner {
            addresses, sites, ..
        } = &*self.0;
        // In this order one network cannot use up the limit of its site.
        let checked = addresses.check_key(&address);
        let checked = checked.and_then(|()| site.map_or(Ok(()), |site| sites.check_key(&site)));
        checked.map_err(|until| (client, until.wait_time_from(addresses.clock().now())))
    }

    /// Looks for a proxy on this machine that names no client. TLS ends at a proxy, so that a request for the https host of the
    /// application that comes over loopback came through one.
    fn advise_on_local_proxy(&self, peer: IpAddr, request: &Request) {
        let Inner {
            base_url, proxies, ..
        } = &*self.0;
        if peer.is_loopback()
            && base_url.scheme() == "https"
            && is_named(base_url, request) == Some(true)
            && proxies.client(peer, request.headers()) == Client::Local
        {
            self.advise(
                peer,
                "a proxy on this machine forwards requests without X-Forwarded-For: clients are not limited by address; have it \
                 set X-Forwarded-For, and name its address in [server] trusted_proxies (TRUSTED_PROXIES)",
            );
        }
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
        let Inner {
            addresses, sites, ..
        } = &*self.0;
        if addresses.len().max(sites.len()) < MOST_ADDRESSES {
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
            for limiter in [addresses, sites] {
                limiter.retain_recent();
                limiter.shrink_to_fit();
            }
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
        Some(peer) if limiter.covers(request.method(), request.uri().path()) => {
            limiter.advise_on_local_proxy(peer, &request);
            limiter.check(peer, request.headers())
        }
        _ => Ok(()),
    };
    match checked {
        Ok(()) => next.run(request).await,
        Err((client, wait)) => {
            // Whoever sends a request chooses its path.
            let (method, path) = (request.method(), format!("{:.200}", request.uri().path()));
            tracing::warn!(%client, %method, path, "request answered with 429: too many of one client address");
            refuse(&request, &limiter.0.language_cookie, wait)
        }
    }
}

fn refuse(request: &Request, language_cookie: &str, wait: Duration) -> Response {
    let headers = request.headers();
    let language = language_of(headers, language_cookie);
    let (title, text) = app::language::too_many_requests(language);
    let seconds = wait.as_secs() + 1;
    let status = StatusCode::TOO_MANY_REQUESTS;
    let retry = [(header::RETRY_AFTER, seconds.to_string())];
    if accepts_pages(headers) {
        let texts = &app::language::texts(language).general;
        // A write is not sent again by a link. What is limited otherwise is a path of the flow, with its query.
        let again = request
            .uri()
            .path_and_query()
            .filter(|_| request.method().is_safe());
        let again = again.map(|again| {
            let again = again.as_str().replace('&', "&amp;").replace('"', "&quot;");
            format!("<a href=\"{again}\">{}</a> ", texts.try_again)
        });
        let (again, home) = (again.unwrap_or_default(), texts.home_page);
        let page = format!(
            "<!DOCTYPE html><html lang=\"{language}\"><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\"><meta name=\"color-scheme\" content=\"light dark\">\
             <title>{title}</title><h1>{title}</h1><p>{text}</p><p>{again}<a href=\"/\">{home}</a></p>\n"
        );
        (status, retry, Html(page)).into_response()
    } else {
        (status, retry, format!("{title}. {text}\n")).into_response()
    }
}
