//! Requests that only programs on this machine may make.

use std::net::SocketAddr;

use axum::{
    extract::{ConnectInfo, Request},
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use url::Url;

/// Refuses everybody else.
pub(crate) async fn only_this_machine(
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    if let Some(reason) = stranger(peer, request.headers()) {
        let text = format!("the controls are for programs on this machine, and {reason}\n");
        return (StatusCode::FORBIDDEN, text).into_response();
    }
    next.run(request).await
}

/// Why a request does not come from a program on this machine: it is from another machine, or from a page in a browser, which
/// may have reached this address under a name of its own.
fn stranger(peer: SocketAddr, headers: &HeaderMap) -> Option<&'static str> {
    let mut hosts = headers.get_all(header::HOST).iter();
    // Nothing but a host and a port: no user information, and no second header.
    let host = hosts
        .next()
        .filter(|_| hosts.next().is_none())
        .and_then(|host| host.to_str().ok())
        .filter(|host| !host.contains(['@', '/', '?', '#', '\\']))
        .and_then(|host| Url::parse(&format!("http://{host}")).ok());
    let is_here = host
        .as_ref()
        .and_then(Url::host)
        .is_some_and(|host| match host {
            url::Host::Domain(name) => name == "localhost",
            url::Host::Ipv4(ip) => ip.is_loopback(),
            url::Host::Ipv6(ip) => ip.is_loopback(),
        });
    if !peer.ip().to_canonical().is_loopback() {
        return Some("this one comes from another");
    }
    if !is_here {
        return Some("this one asks for another host");
    }
    let from_page = headers.contains_key(header::ORIGIN)
        || headers
            .get("sec-fetch-site")
            .is_some_and(|site| site != "none");
    from_page.then_some("a page sent this one")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The peer, its headers, and whether the request is allowed.
    type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], bool);

    #[test]
    fn only_programs_on_this_machine_use_the_controls() {
        let here = "127.0.0.1:5000";
        let cases: [Case; 16] = [
            (here, &[("host", "127.0.0.1:3001")], true),
            (here, &[("host", "localhost:3001")], true),
            ("[::1]:5000", &[("host", "[::1]:3001")], true),
            ("[::ffff:127.0.0.1]:5000", &[("host", "localhost")], true),
            (
                here,
                &[("host", "localhost"), ("sec-fetch-site", "none")],
                true,
            ),
            ("192.0.2.7:5000", &[("host", "localhost:3001")], false),
            (here, &[], false),
            (here, &[("host", "evil.example")], false),
            (here, &[("host", "localhost.evil.example")], false),
            (here, &[("host", "evil.example@localhost")], false),
            (here, &[("host", "localhost/.evil.example")], false),
            (here, &[("host", "localhost#.evil.example")], false),
            (
                here,
                &[("host", "localhost"), ("host", "evil.example")],
                false,
            ),
            (
                here,
                &[("host", "localhost"), ("origin", "http://localhost:3000")],
                false,
            ),
            (here, &[("host", "localhost"), ("origin", "null")], false),
            (
                here,
                &[("host", "localhost"), ("sec-fetch-site", "same-site")],
                false,
            ),
        ];
        for (peer, sent, welcome) in cases {
            let mut headers = HeaderMap::new();
            for (name, value) in sent {
                headers.append(*name, value.parse().unwrap());
            }
            let reason = stranger(peer.parse().unwrap(), &headers);
            assert_eq!(reason.is_none(), welcome, "{peer} {sent:?}: {reason:?}");
        }
    }
}
