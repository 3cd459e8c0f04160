use axum::http::{HeaderName, HeaderValue};

use super::*;

const PROXIES: [&str; 3] = ["192.0.2.1", "10.0.0.0/8", "2001:db8:f::/48"];

fn client(peer: &str, headers: &[(&'static str, &str)]) -> Client {
    let proxies = TrustedProxies::parse(PROXIES).unwrap();
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let value = HeaderValue::from_str(value).unwrap();
        map.append(HeaderName::from_static(name), value);
    }
    proxies.client(peer.parse().unwrap(), &map)
}

fn one(address: &str) -> Client {
    Client::Known(address.parse().unwrap())
}

/// OU-20: nobody but a trusted proxy is believed.
#[test]
fn a_public_peer_is_the_client_whatever_it_claims() {
    for headers in [
        &[][..],
        &[("x-forwarded-for", "203.0.113.9")],
        &[("forwarded", "for=203.0.113.9")],
    ] {
        let found = client("198.51.100.7", headers);
        assert_eq!(found, one("198.51.100.7"));
    }
    let mapped = client("::ffff:198.51.100.7", &[]);
    assert_eq!(mapped, one("198.51.100.7"));
}

#[test]
fn an_internal_peer_that_no_setting_names_is_nobody_in_particular() {
    for peer in [
        "127.0.0.1",
        "::1",
        "192.168.1.1",
        "172.16.0.1",
        "169.254.1.1",
        "100.64.0.1",
        "fd00::1",
        "fe80::1",
        "::ffff:127.0.0.1",
    ] {
        let alone = match peer.parse::<IpAddr>().unwrap().to_canonical() {
            address if address.is_loopback() => Client::Local,
            _ => Client::Private,
        };
        assert_eq!(client(peer, &[]), alone, "{peer}");
        let forwards = client(peer, &[("x-forwarded-for", "203.0.113.9")]);
        assert_eq!(forwards, Client::UnknownProxy, "{peer}");
        let forwards = client(peer, &[("forwarded", "for=203.0.113.9")]);
        assert_eq!(forwards, Client::UnknownProxy, "{peer}");
    }
    for peer in ["100.63.255.255", "100.128.0.1", "2001:db8::1", "172.32.0.1"] {
        assert!(matches!(client(peer, &[]), Client::Known(_)), "{peer}");
    }
}

/// OU-20
#[test]
fn the_hop_that_the_last_trusted_proxy_saw_is_the_client() {
    for (header, expected) in [
        ("203.0.113.9", "203.0.113.9"),
        ("203.0.113.9:4711", "203.0.113.9"),
        ("1.1.1.1, 203.0.113.9", "203.0.113.9"),
        ("1.1.1.1, 203.0.113.9, 10.1.2.3 , 192.0.2.1", "203.0.113.9"),
        ("rubbish, 203.0.113.9,10.1.2.3", "203.0.113.9"),
        ("2001:db8::7", "2001:db8::7"),
        ("[2001:db8::7]:443", "2001:db8::7"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("203.0.113.9, ::ffff:10.1.2.3", "203.0.113.9"),
    ] {
        let found = client("192.0.2.1", &[("x-forwarded-for", header)]);
        assert_eq!(found, one(expected), "{header}");
    }
    let lines = [
        ("x-forwarded-for", "1.1.1.1"),
        ("x-forwarded-for", "203.0.113.9, 10.0.0.1"),
    ];
    let found = client("2001:db8:f::1", &lines);
    assert_eq!(found, one("203.0.113.9"));
}

#[test]
fn forwarded_is_read_as_its_standard_has_it() {
    for (header, expected) in [
        ("for=203.0.113.9", "203.0.113.9"),
        ("for=\"203.0.113.9:4711\";proto=https", "203.0.113.9"),
        ("by=10.0.0.1; FOR=203.0.113.9 ;host=a", "203.0.113.9"),
        ("for=\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::17"),
        ("for=1.1.1.1, for=203.0.113.9, for=10.0.0.1", "203.0.113.9"),
        // The client's own part, unbalanced, and a proxy behind it.
        ("for=\"1.1.1.1, for=203.0.113.9", "203.0.113.9"),
        ("for=\"1.1.1.1, for=\"203.0.113.9:1\"", "203.0.113.9"),
        // The proxy quotes a host that the client chose.
        (
            r#"for=203.0.113.9;host="a\",for=1.1.1.1,\"b""#,
            "203.0.113.9",
        ),
        (r#"for=203.0.113.9;host="a\\""#, "203.0.113.9"),
    ] {
        let found = client("192.0.2.1", &[("forwarded", header)]);
        assert_eq!(found, one(expected), "{header}");
    }
}

#[test]
fn a_proxy_that_names_nobody_is_not_the_client() {
    for headers in [
        &[][..],
        &[("x-forwarded-for", "")],
        &[("x-forwarded-for", "203.0.113.9, unknown")],
        &[("x-forwarded-for", "10.0.0.1")],
        &[("forwarded", "for=unknown")],
        &[("forwarded", "for=_hidden")],
        &[("forwarded", "proto=https")],
        &[("forwarded", "for=\"")],
        &[("forwarded", ";;=,,")],
    ] {
        assert_eq!(
            client("192.0.2.1", headers),
            Client::NotNamed,
            "{headers:?}"
        );
    }
}

/// OU-20: a proxy writes one of the two headers, and may pass the other one on as the client sent it.
#[test]
fn two_headers_have_to_name_the_same_client() {
    let with = |forwarded| {
        let headers = [("x-forwarded-for", "203.0.113.9"), ("forwarded", forwarded)];
        client("192.0.2.1", &headers)
    };
    assert_eq!(with("for=1.1.1.1"), Client::Contradictory);
    assert_eq!(with("for=\"203.0.113.9:4711\""), one("203.0.113.9"));
}

/// OU-20: when the header that the proxy writes names no address, the other one is text of the client.
#[test]
fn a_header_that_names_nobody_contradicts_the_other_one() {
    for forwarded in [
        "",
        "proto=https",
        "for=unknown",
        "for=_hidden",
        "for=\"unix:\"",
        "for=10.0.0.1",
        "for=203.0.113.9, for=_hidden",
    ] {
        let headers = [("x-forwarded-for", "203.0.113.9"), ("forwarded", forwarded)];
        let found = client("192.0.2.1", &headers);
        assert_eq!(found, Client::Contradictory, "{forwarded}");
    }
    for x_forwarded_for in ["", "unknown", "unix:", "10.0.0.1", "203.0.113.9, unknown"] {
        let headers = [
            ("x-forwarded-for", x_forwarded_for),
            ("forwarded", "for=203.0.113.9"),
        ];
        let found = client("192.0.2.1", &headers);
        assert_eq!(found, Client::Contradictory, "{x_forwarded_for}");
    }
}

#[test]
fn an_ipv6_client_has_a_network_of_64_bits_in_a_site_of_48() {
    for (address, network, site) in [
        (
            "2001:db8:1:2:3:4:5:6",
            "2001:db8:1:2::/64",
            Some("2001:db8:1::/48"),
        ),
        (
            "2001:db8:1:3::1",
            "2001:db8:1:3::/64",
            Some("2001:db8:1::/48"),
        ),
        ("2001:db8:1::1", "2001:db8:1::/64", Some("2001:db8:1::/48")),
        ("203.0.113.9", "203.0.113.9/32", None),
        ("::ffff:203.0.113.9", "203.0.113.9/32", None),
        ("2002:cb00:7109:5::1", "203.0.113.9/32", None),
        ("64:ff9b::203.0.113.9", "203.0.113.9/32", None),
        (
            "64:ff9b:1::203.0.113.9",
            "64:ff9b:1::/64",
            Some("64:ff9b:1::/48"),
        ),
    ] {
        let networks = Networks::of(address.parse().unwrap());
        assert_eq!(networks.address.to_string(), network, "{address}");
        let found = networks.site.map(|site| site.to_string());
        assert_eq!(found.as_deref(), site, "{address}");
    }
}

/// A dual-stack socket shows IPv4 addresses as `::ffff:a.b.c.d`, and so they get into settings.
#[test]
fn ipv4_addresses_in_ipv6_form_are_ipv4_addresses() {
    for (entry, inside, outside) in [
        ("::ffff:10.0.0.1", "10.0.0.1", "10.0.0.2"),
        ("::ffff:10.0.0.0/104", "10.200.0.1", "11.0.0.1"),
        ("::ffff:a00:1/128", "::ffff:10.0.0.1", "::a00:1"),
    ] {
        let proxies = TrustedProxies::parse([entry]).unwrap();
        assert!(proxies.contains(inside.parse().unwrap()), "{entry}");
        assert!(!proxies.contains(outside.parse().unwrap()), "{entry}");
    }
}

#[test]
fn what_is_no_network_or_is_everybody_is_no_proxy() {
    for entry in [
        "::ffff:0.0.0.0/96",
        "::/64",
        "proxy.example",
        "10.0.0.0/33",
        "10.0.0",
        "0.0.0.0/0",
        "0.0.0.0/1",
        "128.0.0.0/7",
        "::ffff:128.0.0.0/103",
        "::/0",
        "2000::/3",
        "2001::/15",
        "fc00::/6",
        "*",
    ] {
        let refused = TrustedProxies::parse(["10.0.0.1", entry]);
        assert_eq!(refused.unwrap_err(), entry);
    }
    for entry in [
        "10.0.0.0/8",
        "::ffff:10.0.0.0/104",
        "2001::/16",
        "fc00::/7",
        "fe80::/10",
    ] {
        assert!(TrustedProxies::parse([entry]).is_ok(), "{entry}");
    }
    let none = TrustedProxies::parse(["", " "]).unwrap();
    assert_eq!(none, TrustedProxies::default());
}
