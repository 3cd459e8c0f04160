use std::{net::IpAddr, sync::atomic::Ordering::Relaxed};

use super::*;
use crate::connections::requests::Requests;

fn registry() -> Arc<Registry> {
    Arc::new(Registry::new(Limits {
        total: 64,
        per_address: 4,
        per_site: 10,
        ..Limits::default()
    }))
}

fn admit(registry: &Arc<Registry>, address: &str) -> Option<Ticket> {
    let address: IpAddr = address.parse().unwrap();
    let origin = Origin {
        networks: Networks::of(address),
        is_proxy: false,
    };
    match registry.admit(origin) {
        Admission::Taken(ticket) => Some(ticket),
        Admission::Waits { .. } | Admission::Refused => None,
    }
}

/// OU-18: an IPv6 client may take any address of its /64, and a site any of its 65,536 networks.
#[tokio::test]
async fn an_ipv6_network_and_its_site_have_limits_of_their_own() {
    let registry = registry();
    let of_network = (1..20).filter_map(|host| admit(&registry, &format!("2001:db8:1:1::{host}")));
    let of_network: Vec<_> = of_network.collect();
    assert_eq!(of_network.len(), 4);
    let of_site = (2..20).filter_map(|net| admit(&registry, &format!("2001:db8:1:{net}::1")));
    let of_site: Vec<_> = of_site.collect();
    assert_eq!(of_site.len(), 6, "ten with those of the first network");
    let other_site = admit(&registry, "2001:db8:2::1");
    assert!(other_site.is_some());
    drop((of_network, of_site, other_site));
    assert!(registry.open().shares.is_empty(), "nothing is kept");
}

/// OU-18: each IPv4 address has an IPv6 site by 6to4 (RFC 3056).
#[tokio::test]
async fn an_address_of_6to4_counts_as_its_ipv4_address() {
    let registry = registry();
    let wrapped = (1..20).filter_map(|net| admit(&registry, &format!("2002:cb00:7109:{net}::1")));
    let wrapped: Vec<_> = wrapped.collect();
    assert_eq!(wrapped.len(), 4);
    assert!(admit(&registry, "203.0.113.9").is_none());
    assert!(admit(&registry, "203.0.113.10").is_some());
}

/// OU-18: requests are counted for the same networks, until they are dropped.
#[tokio::test]
async fn requests_of_a_site_are_limited() {
    let registry = registry();
    let tickets = (1..=5).filter_map(|net| admit(&registry, &format!("2001:db8:1:{net}::1")));
    let tickets: Vec<_> = tickets.collect();
    let mut requests = Vec::new();
    for ticket in &tickets {
        requests.extend((0..20).map_while(|_| Requests::of(ticket).begin()));
    }
    assert_eq!(requests.len(), 4 + 4 + 2);
    let other = admit(&registry, "203.0.113.9").unwrap();
    assert!(Requests::of(&other).begin().is_some());
    requests.clear();
    assert!(Requests::of(&tickets[4]).begin().is_some());
    assert_eq!(registry.requests.load(Relaxed), 0);
}
