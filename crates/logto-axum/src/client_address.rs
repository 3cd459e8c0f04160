//! The address of the client, which only the application can know.

use std::net::IpAddr;

use axum::http::Extensions;

/// The address of the client. A middleware of the application that is outside of
/// [`protect`](crate::LogtoAuth::protect) puts it into the extensions of each request.
///
/// This crate does not take the peer of the connection for it, because behind a reverse proxy that
/// is the proxy; and does not read `X-Forwarded-For`, because only the application knows which
/// proxies to trust. Without it, the address is unknown, and nothing is limited by address.
///
/// ```
/// use std::net::SocketAddr;
///
/// use axum::{
///     extract::{ConnectInfo, Request},
///     middleware::Next,
///     response::Response,
/// };
/// use logto_axum::ClientAddress;
///
/// /// For a server that browsers reach without a proxy.
/// async fn client_address(
///     ConnectInfo(peer): ConnectInfo<SocketAddr>,
///     mut request: Request,
///     next: Next,
/// ) -> Response {
///     request.extensions_mut().insert(ClientAddress(peer.ip()));
///     next.run(request).await
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// The address in the extensions of a request, with IPv4 in IPv6 form as IPv4.
    #[must_use]
    pub fn find(extensions: &Extensions) -> Option<IpAddr> {
        extensions
            .get::<Self>()
            .map(|Self(address)| address.to_canonical())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_found_in_its_short_form() {
        let mut extensions = Extensions::new();
        assert_eq!(ClientAddress::find(&extensions), None);
        extensions.insert(ClientAddress("::ffff:192.0.2.1".parse().unwrap()));
        let found = ClientAddress::find(&extensions);
        assert_eq!(found, Some("192.0.2.1".parse().unwrap()));
    }
}
