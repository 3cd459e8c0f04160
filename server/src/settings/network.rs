//! How the server meets the network: trusted proxies, the rate limit, HSTS, the delay of a shutdown,
//! the address of metrics.

mod hsts;

use std::{
    net::{Ipv4Addr, SocketAddr},
    num::NonZeroU32,
    time::Duration,
};

use axum::http::HeaderValue;

use super::{
    fault::{Fault, Faults},
    file, times,
};
use crate::{client_address::TrustedProxies, rate_limit::RateLimit};

/// How the server meets the network.
#[derive(Clone, Debug)]
pub struct Network {
    /// Whose `X-Forwarded-For` and `Forwarded` are believed.
    pub trusted_proxies: TrustedProxies,
    /// The rate limit of one client address; `None` is no limit.
    pub rate_limit: Option<RateLimit>,
    /// `Strict-Transport-Security`, where the application is on https; `None` sends none.
    pub hsts: Option<HeaderValue>,
    /// How long connections are still accepted after the signal to stop, while `/readyz` answers 503.
    pub shutdown_delay: Duration,
    /// Where metrics are read; `None` records none.
    pub metrics: Option<SocketAddr>,
}

impl Default for Network {
    fn default() -> Self {
        Self {
            trusted_proxies: TrustedProxies::default(),
            rate_limit: Some(RateLimit::default()),
            hsts: Some(HeaderValue::from_static(hsts::DEFAULT)),
            shutdown_delay: Duration::ZERO,
            metrics: None,
        }
    }
}

impl Network {
    pub(super) fn parse(
        file: &file::Server,
        site: Option<SocketAddr>,
        env: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let proxies = match env("TRUSTED_PROXIES") {
            Some(text) => TrustedProxies::parse(text.split(',')),
            None => TrustedProxies::parse(file.trusted_proxies.iter().map(String::as_str)),
        };
        let trusted_proxies = faults.note(proxies.map_err(|entry| {
            let problem = format!(
                "has {entry:?}, which is neither an IP address nor a network, or is a network larger than /8 (IPv6: /16), in \
                 which there are clients: each could name any address as its own"
            );
            Fault::new("TRUSTED_PROXIES", problem, "127.0.0.1, 10.0.0.0/8")
        }));
        let limit = env("RATE_LIMIT").or_else(|| file.rate_limit.clone());
        let rate_limit = faults.note(rate_limit(limit.as_deref()));
        let header = env("HSTS").or_else(|| file.hsts.clone());
        let hsts = faults.note(hsts::parse(header.as_deref()));
        let delay = env("SHUTDOWN_DELAY").or_else(|| file.shutdown_delay.clone());
        let shutdown_delay = faults.note(times::shutdown_delay(delay.as_deref()));
        let metrics = env("METRICS_ADDR").or_else(|| file.metrics.clone());
        let metrics = faults.note(metrics_address(metrics.as_deref(), site));
        let usable = move || {
            Some(Self {
                trusted_proxies: trusted_proxies?,
                rate_limit: rate_limit?,
                hsts: hsts?,
                shutdown_delay: shutdown_delay?,
                metrics: metrics?,
            })
        };
        usable().ok_or(faults)
    }
}

/// Reads `off`, a port on this machine, or an address with a port, which is not that of the application.
fn metrics_address(
    text: Option<&str>,
    site: Option<SocketAddr>,
) -> Result<Option<SocketAddr>, Fault> {
    let text = match text {
        None | Some("off") => return Ok(None),
        Some(text) => text,
    };
    let fault = |problem| {
        Fault::new(
            "METRICS_ADDR",
            format!("is {text:?}, {problem}"),
            "127.0.0.1:9464",
        )
    };
    let port = text
        .parse()
        .map(|port: u16| (Ipv4Addr::LOCALHOST, port).into());
    let address: SocketAddr = port
        .or_else(|_| text.parse())
        .map_err(|_| fault("which is neither off, nor a port, nor an address with a port"))?;
    let is_public = site.is_some_and(|site| {
        let meet = site.ip() == address.ip()
            || site.ip().is_unspecified()
            || address.ip().is_unspecified();
        meet && site.port() == address.port() && site.port() != 0
    });
    if is_public {
        return Err(fault(
            "the port of the application (LEPTOS_SITE_ADDR), where everybody could read metrics",
        ));
    }
    Ok(Some(address))
}

/// Reads `on`, `off`, or `10/s burst 300`.
fn rate_limit(text: Option<&str>) -> Result<Option<RateLimit>, Fault> {
    match text {
        None | Some("on") => Ok(Some(RateLimit::default())),
        Some("off") => Ok(None),
        Some(text) => numbers(text).map(Some).ok_or_else(|| {
            let problem = format!(
                "is {text:?}, which is neither on, off, nor requests per second with a burst"
            );
            Fault::new("RATE_LIMIT", problem, "10/s burst 300")
        }),
    }
}

fn numbers(text: &str) -> Option<RateLimit> {
    let (per_second, burst) = text.split_once("/s burst ")?;
    let number = |text: &str| {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<NonZeroU32>().ok().filter(|_| digits)
    };
    Some(RateLimit {
        per_second: number(per_second)?,
        burst: number(burst)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SL-08
    #[test]
    fn metrics_are_on_this_machine_and_not_at_the_public_address() {
        let site = |text: &str| Some(text.parse().unwrap());
        let read = |text, listens| metrics_address(Some(text), site(listens));
        assert_eq!(metrics_address(None, None), Ok(None));
        assert_eq!(read("off", "127.0.0.1:3000"), Ok(None));
        let here = Ok(site("127.0.0.1:9464"));
        assert_eq!(read("9464", "0.0.0.0:3000"), here);
        assert_eq!(read("127.0.0.1:9464", "127.0.0.1:3000"), here);
        assert_eq!(
            read("10.0.0.7:9464", "0.0.0.0:3000"),
            Ok(site("10.0.0.7:9464"))
        );
        for (text, listens) in [
            ("3000", "127.0.0.1:3000"),
            ("3000", "0.0.0.0:3000"),
            ("[::]:3000", "127.0.0.1:3000"),
            ("localhost:9464", "127.0.0.1:3000"),
            ("on", "127.0.0.1:3000"),
            ("99999", "127.0.0.1:3000"),
        ] {
            let fault = read(text, listens).unwrap_err();
            assert_eq!(fault.key, "METRICS_ADDR", "{text}");
        }
    }

    #[test]
    fn a_rate_limit_is_on_off_or_numbers() {
        assert_eq!(rate_limit(None), Ok(Some(RateLimit::default())));
        assert_eq!(rate_limit(Some("on")), Ok(Some(RateLimit::default())));
        assert_eq!(rate_limit(Some("off")), Ok(None));
        let numbers = rate_limit(Some("10/s burst 300"));
        assert_eq!(numbers, Ok(Some(RateLimit::default())));
        for text in [
            "10",
            "10/s",
            "0/s burst 300",
            "10/s burst 0",
            "+1/s burst 5",
            "1/m burst 5",
        ] {
            let fault = rate_limit(Some(text)).unwrap_err();
            assert_eq!(fault.key, "RATE_LIMIT", "{text}");
        }
    }
}
