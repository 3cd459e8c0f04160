//! The address of the client: the peer of the connection, or what a trusted proxy says about it.

mod forwarding;
mod networks;
#[cfg(test)]
mod tests;

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::HeaderMap,
    middleware::Next,
    response::Response,
};
use ipnet::{IpNet, Ipv4Net};
use logto_axum::ClientAddress;

pub(crate) use networks::Networks;

/// The addresses and networks whose `X-Forwarded-For` and `Forwarded` are believed. Default: none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(Arc<[IpNet]>);

/// The client, as its peer and the headers of a request tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Client {
    /// Its address.
    Known(IpAddr),
    /// `X-Forwarded-For` and `Forwarded` name different clients, or one of them names a client and the other one nobody. Which of the
    /// two the trusted proxy writes, and which one it passes on as the client sent it, is not known here.
    Contradictory,
    /// A trusted proxy names nobody.
    NotNamed,
    /// The peer is on this machine or in a private network, and forwards for others, though no setting says so.
    UnknownProxy,
    /// The peer is in a private network. It may be a client there, or a gateway that shows its own address for all clients.
    Private,
    /// The peer is on this machine.
    Local,
}

impl TrustedProxies {
    /// Reads addresses and networks: `192.0.2.1`, `10.0.0.0/8`, `2001:db8::/32`. IPv4 in IPv6 form (`::ffff:192.0.2.1`) is
    /// IPv4.
    ///
    /// # Errors
    /// The entry that is none, or a network that is larger than /8 (IPv6: /16, or than `fc00::/7` and `fe80::/10`): there are clients
    /// in it, and each could name any address as its own.
    pub fn parse<'a>(entries: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let entries = entries.into_iter().map(str::trim);
        let networks = entries.filter(|entry| !entry.is_empty()).map(|entry| {
            let network = entry.parse::<IpNet>().ok();
            let network = network.or_else(|| entry.parse::<IpAddr>().ok().map(IpNet::from));
            let network = network.and_then(canonical);
            network.ok_or_else(|| entry.to_owned())
        });
        Ok(Self(networks.collect::<Result<Vec<_>, _>>()?.into()))
    }

    /// Whether an address is one of theirs.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// The client of a request that came from `peer`.
    #[must_use]
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> Client {
        let peer = peer.to_canonical();
        if !self.contains(peer) {
            return match is_internal(peer) {
                false => Client::Known(peer),
                true if forwarding::is_there(headers) => Client::UnknownProxy,
                true if peer.is_loopback() => Client::Local,
                true => Client::Private,
            };
        }
        let x_forwarded_for = self.named_by(forwarding::x_forwarded_for(headers));
        let forwarded = self.named_by(forwarding::forwarded(headers));
        match (x_forwarded_for, forwarded) {
            (Named::Client(one), Named::Client(other)) if one == other => Client::Known(one),
            (Named::Client(client), Named::Absent) | (Named::Absent, Named::Client(client)) => {
                Client::Known(client)
            }
            (Named::Client(_), _) | (_, Named::Client(_)) => Client::Contradictory,
            // A proxy may be on this machine; so are the pages, which call the orders API.
            (Named::Absent, Named::Absent) if peer.is_loopback() => Client::Local,
            _ => Client::NotNamed,
        }
    }

    /// The hop that the last trusted proxy saw. Hops come last first; what is before an untrusted one is anybody's text.
    fn named_by(&self, hops: impl Iterator<Item = Option<IpAddr>>) -> Named {
        let mut hops = hops.peekable();
        if hops.peek().is_none() {
            return Named::Absent;
        }
        let hop = hops.find(|hop| hop.is_none_or(|address| !self.contains(address)));
        hop.flatten().map_or(Named::Nobody, Named::Client)
    }
}

/// The client as one of the two headers names it.
enum Named {
    /// The header is not there.
    Absent,
    /// It has no address that can be read, or those of trusted proxies alone.
    Nobody,
    /// The address.
    Client(IpAddr),
}

/// Puts the [`ClientAddress`] on each request that has a peer.
pub(crate) async fn find_client(
    State(proxies): State<TrustedProxies>,
    mut request: Request,
    next: Next,
) -> Response {
    if let Some(peer) = peer(&request) {
        let address = match proxies.client(peer, request.headers()) {
            Client::Known(address) => address,
            _ => peer,
        };
        request.extensions_mut().insert(ClientAddress(address));
    }
    next.run(request).await
}

/// The address of the other end of the connection.
pub(crate) fn peer(request: &Request) -> Option<IpAddr> {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    peer.map(|ConnectInfo(peer)| peer.ip().to_canonical())
}

/// A network in the form in which addresses are compared; `None` if it is too large for a network of proxies.
fn canonical(network: IpNet) -> Option<IpNet> {
    /// Of the IPv6 form of IPv4 addresses, `::ffff:0:0/96` (RFC 4291, section 2.5.5.2).
    const MAPPED: u8 = 96;
    let canonical = match (network, network.addr().to_canonical()) {
        (IpNet::V6(network), IpAddr::V4(address)) if network.prefix_len() >= MAPPED => {
            Ipv4Net::new(address, network.prefix_len() - MAPPED)
                .ok()?
                .into()
        }
        _ => network,
    };
    let mapped = IpAddr::V6(Ipv4Addr::UNSPECIFIED.to_ipv6_mapped());
    let shortest = match canonical.network() {
        IpAddr::V4(_) => 8,
        IpAddr::V6(address) if address.is_unique_local() => 7,
        IpAddr::V6(address) if address.is_unicast_link_local() => 10,
        IpAddr::V6(_) => 16,
    };
    let is_too_large = canonical.prefix_len() < shortest || canonical.contains(&mapped);
    (!is_too_large).then_some(canonical)
}

/// Whether an address is of this machine or of a private network, where proxies are.
fn is_internal(address: IpAddr) -> bool {
    // 100.64.0.0/10 is shared address space (RFC 6598).
    let is_shared = |address: Ipv4Addr| address.to_bits() >> 22 == 0x6440_0000 >> 22;
    match address {
        IpAddr::V4(address) => {
            address.is_loopback()
                || address.is_private()
                || address.is_link_local()
                || is_shared(address)
        }
        IpAddr::V6(address) => {
            address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
        }
    }
}
