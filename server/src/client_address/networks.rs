//! The networks that count as one client.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv6Net};

/// The networks whose limits an address counts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Networks {
    /// An IPv4 address, or an IPv6 network of 64 bits, in which a client may take any address.
    pub(crate) address: IpNet,
    /// The IPv6 site: a network of 48 bits, which has 65,536 of them and which tunnel brokers give to anybody.
    pub(crate) site: Option<IpNet>,
}

impl Networks {
    pub(crate) fn of(address: IpAddr) -> Self {
        match unwrapped(address) {
            IpAddr::V4(address) => Self {
                address: IpAddr::from(address).into(),
                site: None,
            },
            IpAddr::V6(address) => Self {
                address: network(address, 64),
                site: Some(network(address, 48)),
            },
        }
    }
}

/// The IPv4 address where an IPv6 address is made of one: `::ffff:0:0/96`, and 6to4, which gives each IPv4 address a site
/// (`2002::/16`, RFC 3056). NAT64 shows all IPv4 clients in one network (`64:ff9b::/96`, RFC 6052); where in an address of
/// `64:ff9b:1::/48` the IPv4 address is, its operator decides (RFC 8215).
fn unwrapped(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) if address.segments()[0] == 0x2002 => {
            let [_, _, a, b, c, d, ..] = address.octets();
            Ipv4Addr::new(a, b, c, d).into()
        }
        IpAddr::V6(address) if matches!(address.segments(), [0x64, 0xff9b, 0, 0, 0, 0, ..]) => {
            let [.., a, b, c, d] = address.octets();
            Ipv4Addr::new(a, b, c, d).into()
        }
        address => address,
    }
}

fn network(address: Ipv6Addr, bits: u8) -> IpNet {
    let network = Ipv6Net::new(address, bits).unwrap_or_else(|_| address.into());
    network.trunc().into()
}
