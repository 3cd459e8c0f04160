use std::net::{Ipv4Addr, SocketAddr};

use axum::{
    Router, body::Body, extract::ConnectInfo, http::HeaderName, middleware::from_fn_with_state,
};
use logto_axum::paths;
use tower::Service as _;

use super::*;

fn limiter(per_second: u32, burst: u32) -> RateLimiter {
    let limit = RateLimit {
        per_second: per_second.try_into().unwrap(),
        burst: burst.try_into().unwrap(),
    };
    let proxies = TrustedProxies::parse(["192.0.2.1"]).unwrap();
    let base_url = "https://app.example".parse().unwrap();
    let flow_paths = FlowPaths::of(&"https://app.example/auth/callback".parse().unwrap());
    let language_cookie = "logto-language".to_owned();
    RateLimiter::new(limit, proxies, base_url, flow_paths, language_cookie)
}

/// Sends a sign-in through the middleware, from a peer on this machine.
async fn sign_in_over_loopback(limiter: &RateLimiter, headers: &[(&str, &str)]) {
    let mut router = Router::new().layer(from_fn_with_state(limiter.clone(), limit));
    let mut request = Request::get(paths::SIGN_IN).body(Body::empty()).unwrap();
    for (name, value) in headers {
        let name = name.parse::<HeaderName>().unwrap();
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    let peer = SocketAddr::from(([127, 0, 0, 1], 4711));
    request.extensions_mut().insert(ConnectInfo(peer));
    router.call(request).await.unwrap();
}

fn forwarded(headers: &[(&'static str, &str)]) -> HeaderMap {
    let headers = headers.iter();
    let headers = headers.map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
    headers.collect()
}

/// OU-20
#[test]
fn sign_ins_callbacks_and_writes_are_limited() {
    let limiter = limiter(1, 1);
    for path in [paths::SIGN_IN, "/auth/callback"] {
        assert!(limiter.covers(&Method::GET, path), "{path}");
    }
    for path in ["/", "/callback", paths::SIGN_OUT, paths::PROBLEM] {
        assert!(!limiter.covers(&Method::GET, path), "{path}");
        assert!(limiter.covers(&Method::POST, path), "{path}");
    }
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

/// OU-20: a proxy that writes `X-Forwarded-For` passes on the `Forwarded` that a client made up.
#[tokio::test]
async fn a_forged_second_header_blames_nobody() {
    let proxy = "192.0.2.1".parse().unwrap();
    for (own, forged) in [
        ("x-forwarded-for", "forwarded"),
        ("forwarded", "x-forwarded-for"),
    ] {
        let limiter = limiter(1, 3);
        let named = |header, address: &str| match header {
            "forwarded" => format!("for={address}"),
            _ => address.to_owned(),
        };
        let (attacker, victim) = (named(own, "198.51.100.7"), named(forged, "203.0.113.9"));
        let both = forwarded(&[(own, &attacker), (forged, &victim)]);
        let passed = (0..9).filter(|_| limiter.check(proxy, &both).is_ok());
        assert!(passed.count() <= 3, "{own}");
        for header in [own, forged] {
            let victim = forwarded(&[(header, &named(header, "203.0.113.9"))]);
            assert_eq!(limiter.check(proxy, &victim), Ok(()), "{own}, {header}");
        }
    }
}

/// OU-20: an IPv6 site has 65,536 networks of 64 bits.
#[tokio::test]
async fn an_ipv6_site_has_a_limit_of_its_own() {
    let limiter = limiter(1, 3);
    let none = HeaderMap::new();
    let passed = (0..100).filter(|network| {
        let address = format!("2001:db8:7:{network:x}::1").parse().unwrap();
        limiter.check(address, &none).is_ok()
    });
    assert_eq!(passed.count(), 3 * 16);
    let other = "2001:db8:8::1".parse().unwrap();
    assert_eq!(limiter.check(other, &none), Ok(()));
}

/// OU-20: each IPv4 address has an IPv6 site by 6to4 (RFC 3056).
#[tokio::test]
async fn an_address_of_6to4_is_its_ipv4_address() {
    let limiter = limiter(1, 3);
    let none = HeaderMap::new();
    for address in ["203.0.113.9", "2002:cb00:7109::1", "2002:cb00:7109:1::1"] {
        assert_eq!(limiter.check(address.parse().unwrap(), &none), Ok(()));
    }
    for address in ["203.0.113.9", "2002:cb00:7109:2::1"] {
        assert!(limiter.check(address.parse().unwrap(), &none).is_err());
    }
    let other = "2002:cb00:710a::1".parse().unwrap();
    assert_eq!(limiter.check(other, &none), Ok(()));
}

/// OU-20: a translator shows each IPv4 client in one network of 64 bits (RFC 6052).
#[tokio::test]
async fn an_address_of_nat64_is_its_ipv4_address() {
    let limiter = limiter(1, 1);
    let none = HeaderMap::new();
    for host in 1..=40 {
        let address = format!("64:ff9b::203.0.113.{host}").parse().unwrap();
        assert_eq!(limiter.check(address, &none), Ok(()));
    }
    let first = "203.0.113.1".parse().unwrap();
    assert!(limiter.check(first, &none).is_err());
}

/// A port that a container runtime forwards shows its own private address for everybody, without a header.
#[tokio::test]
async fn a_private_peer_that_is_not_limited_is_in_the_log() {
    let limiter = limiter(1, 1);
    let local: IpAddr = "127.0.0.1".parse().unwrap();
    assert_eq!(limiter.check(local, &HeaderMap::new()), Ok(()));
    assert_eq!(limiter.0.advised.lock().unwrap().len(), 0);
    for _ in 0..2 {
        let gateway = "172.17.0.1".parse().unwrap();
        assert_eq!(limiter.check(gateway, &HeaderMap::new()), Ok(()));
    }
    assert_eq!(limiter.0.advised.lock().unwrap().len(), 1);
}

/// TLS ends at a proxy: who asks for the https host over loopback came through one, which names no client.
#[tokio::test]
async fn a_proxy_on_this_machine_that_names_no_client_is_in_the_log() {
    let limiter = limiter(1, 1);
    let advised = || limiter.0.advised.lock().unwrap().len();
    for host in ["localhost:3000", "127.0.0.1:3000", "other.example"] {
        sign_in_over_loopback(&limiter, &[("host", host)]).await;
    }
    assert_eq!(advised(), 0);
    for host in ["app.example", "APP.example:443"] {
        sign_in_over_loopback(&limiter, &[("host", host)]).await;
    }
    assert_eq!(advised(), 1);
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
    let held = limiter.0.addresses.len();
    assert!(held < MOST_ADDRESSES / 2, "{held}");
}
