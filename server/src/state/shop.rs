//! The orders API in this process, and the client that pages call it with.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use app::server::ShopClient;
use leptos::config::Env;
use logto::{Config, ResourceServer};
use logto_axum::__private::chain;
use shop::{Orders, Shop};

use super::default_folder::create_default_folder;
use crate::settings::{self, DEFAULT_SHOP_DATABASE, Database, Fault, Settings};

/// Opens the orders API, if there is a resource for it. It accepts tokens of the same Logto and shares nothing else with the
/// application.
pub(super) async fn open(
    settings: &settings::Shop,
    config: &Config,
    env: &Env,
) -> Result<Option<Shop>, Fault> {
    let Some(indicator) = settings.resource(&config.resources)? else {
        return Ok(None);
    };
    let api = ResourceServer::with_config(config.resource_server(indicator)).map_err(|error| {
        let example = "https://shop.example/api";
        Fault::new("[shop] resource", format!("is not valid: {error}"), example)
    })?;
    create_default_folder(&settings.database, DEFAULT_SHOP_DATABASE, env);
    let orders = match &settings.database {
        Database::Memory => Orders::in_memory().await,
        Database::Sqlite(url) | Database::Server(url) => Orders::open(url).await,
    };
    let orders = orders.map_err(|error| {
        let problem = format!("is {}: {}", settings.database, chain(&error));
        let example = "sqlite://data/shop.db, in a folder this program may write to";
        Fault::new("SHOP_DATABASE", problem, example)
    })?;
    Ok(Some(Shop::new(api, orders)))
}

/// The client of the orders API: pages call it over HTTP at the address this server listens on.
pub(super) fn client(settings: &Settings, config: &Config) -> Result<Option<ShopClient>, Fault> {
    let Some(indicator) = settings.shop.resource(&config.resources)? else {
        return Ok(None);
    };
    let fault = |problem: String| Fault::new("LEPTOS_SITE_ADDR", problem, "127.0.0.1:3000");
    let address = format!(
        "http://{}{}",
        reachable(settings.leptos.site_addr),
        shop::PATH
    );
    let base = address
        .parse()
        .map_err(|_| fault("is no address that can be called".to_owned()))?;
    let api = ShopClient::new(base, indicator).map_err(|error| fault(chain(&error)))?;
    Ok(Some(api))
}

/// The address to call a server at: loopback, when it listens on every address.
pub(crate) fn reachable(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_listens_everywhere_calls_itself_at_home() {
        for (listens, is_called) in [
            ("127.0.0.1:3000", "127.0.0.1:3000"),
            ("0.0.0.0:8080", "127.0.0.1:8080"),
            ("[::]:8080", "[::1]:8080"),
            ("10.0.0.7:80", "10.0.0.7:80"),
        ] {
            let address = reachable(listens.parse().unwrap());
            assert_eq!(address.to_string(), is_called);
        }
    }
}
