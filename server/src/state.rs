//! What every request may use, and how it is put together.

use std::{
    fs,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::Path,
    sync::Arc,
};

use app::{Site, language, server::OrdersApi};
use leptos::config::{Env, LeptosOptions};
use logto::{Client, Config, ResourceServer};
use logto_axum::{
    LogtoAuth, MemoryStore, Options, SessionKeys, SqliteStore, Store, chain, key_file, sqlite_path,
};

use shop::{Orders, Shop};

use crate::settings::{self, Database, Fault, Network, Provider, Settings};

/// The parts.
#[derive(Clone, Debug)]
pub struct AppState {
    /// What Leptos wants to know.
    pub leptos: LeptosOptions,
    /// Sessions, guards, the flow.
    pub auth: LogtoAuth,
    /// What pages say about this installation.
    pub site: Site,
    /// The orders API, when there is a resource for it.
    pub shop: Option<Shop>,
    /// How the pages call it: over HTTP, like everybody.
    pub orders: Option<OrdersApi>,
    /// Trusted proxies, the rate limit, HSTS.
    pub network: Network,
}

/// The development identity provider, for as long as it is to run.
#[cfg(feature = "dev-idp")]
pub type Embedded = Option<dev_idp::Provider>;
/// This program was built without the development identity provider.
#[cfg(not(feature = "dev-idp"))]
pub type Embedded = Option<std::convert::Infallible>;

impl AppState {
    /// Opens the store, starts the development identity provider if that is who signs people in, and puts it all
    /// together. Logto itself is first asked at the first sign-in, so that a server can start without it.
    ///
    /// # Errors
    /// What could not be opened or started, and what to set.
    pub async fn build(settings: Settings) -> Result<(Self, Embedded), Fault> {
        for warning in &settings.warnings {
            tracing::warn!("{warning}");
        }
        let store = open(&settings.store, &settings.leptos.env).await?;
        let keys = keys(&settings)?;
        let (config, site, embedded) = match &settings.provider {
            Provider::Logto {
                endpoint,
                app_id,
                app_secret,
            } => {
                let config =
                    settings.client_config(endpoint.clone(), app_id.clone(), app_secret.clone())?;
                (config, Site::default(), None)
            }
            Provider::Embedded(address) => embedded::start(&settings, *address).await?,
        };
        let shop = shop(&settings.shop, &config, &settings.leptos.env).await?;
        let orders = orders(&settings, &config)?;
        let client = Client::new(config)
            .map_err(|error| Fault::new("[logto]", chain(&error), "the settings of Leptos.toml"))?;
        let mut options = Options::new(settings.base_url, keys);
        options.idle = settings.idle;
        options.lifetime = settings.lifetime;
        options.show_errors = settings.leptos.env == Env::DEV;
        options.language_cookie = Some(language::COOKIE.to_owned());
        let state = Self {
            leptos: settings.leptos,
            auth: LogtoAuth::new(client, store, options),
            site,
            shop,
            orders,
            network: settings.network,
        };
        Ok((state, embedded))
    }
}

/// THE place where the session store is named.
async fn open(store: &Database, env: &Env) -> Result<Arc<dyn Store>, Fault> {
    make_default_folder(store, settings::DEFAULT_STORE, env);
    match store {
        Database::Memory => Ok(Arc::new(MemoryStore::default())),
        Database::Sqlite(url) => match SqliteStore::open(url).await {
            Ok(store) => Ok(Arc::new(store)),
            Err(error) => {
                let example = "sqlite://data/sessions.db, in a folder this program may write to";
                Err(Fault::new(
                    "SESSION_STORE",
                    format!("is {store}: {}", chain(&error)),
                    example,
                ))
            }
        },
    }
}

/// Makes the folder of the default file in development: a fresh clone has none. What is wrong when it cannot be made is said by
/// whoever opens the file.
fn make_default_folder(database: &Database, default: &str, env: &Env) {
    if *database != Database::Sqlite(default.to_owned()) || *env != Env::DEV {
        return;
    }
    let path = sqlite_path(default).ok();
    let folder = path.as_deref().and_then(Path::parent);
    let _ = folder.map(fs::create_dir_all);
}

/// The orders API takes the tokens of the same Logto, and knows nothing else of the application.
async fn shop(
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
    make_default_folder(&settings.database, settings::DEFAULT_SHOP_DATABASE, env);
    let orders = match &settings.database {
        Database::Memory => Orders::in_memory().await,
        Database::Sqlite(url) => Orders::open(url).await,
    };
    let orders = orders.map_err(|error| {
        let problem = format!("is {}: {}", settings.database, chain(&error));
        let example = "sqlite://data/shop.db, in a folder this program may write to";
        Fault::new("SHOP_DATABASE", problem, example)
    })?;
    Ok(Some(Shop::new(api, orders)))
}

/// The pages call the orders API where this server listens.
fn orders(settings: &Settings, config: &Config) -> Result<Option<OrdersApi>, Fault> {
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
    let api = OrdersApi::new(base, indicator).map_err(|error| fault(chain(&error)))?;
    Ok(Some(api))
}

/// Who listens everywhere is reached at home.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    address
}

/// In development, when nobody gave keys: with a file of sessions, a file of keys beside it, so that a restart signs nobody
/// out; without one, keys that live as long as the sessions do.
fn keys(settings: &Settings) -> Result<SessionKeys, Fault> {
    if let Some(keys) = &settings.keys {
        return Ok(keys.clone());
    }
    let Database::Sqlite(url) = &settings.store else {
        return Ok(SessionKeys::ephemeral());
    };
    let example = "the output of `openssl rand -base64 32`";
    let database = sqlite_path(url).map_err(|error| {
        let problem = format!(
            "is not set, and SESSION_STORE is {url:?}: {}",
            chain(&error)
        );
        Fault::new("SESSION_KEYS", problem, example)
    })?;
    key_file(&database)
        .map_err(|error| Fault::new("SESSION_KEYS", format!("is not set, and {error}"), example))
}

#[cfg(feature = "dev-idp")]
mod embedded {
    use std::{io, net::SocketAddr};

    use app::{Account, Site};
    use dev_idp::{Fixture, StartError};
    use logto::{ApiResource, Config, Proxy, Scopes, Secret};

    use super::Embedded;
    use crate::settings::{Fault, Settings, cannot_listen};

    pub(super) async fn start(
        settings: &Settings,
        address: SocketAddr,
    ) -> Result<(Config, Site, Embedded), Fault> {
        let fault = |problem: String| {
            let example = "127.0.0.1:3011, or LOGTO_ENDPOINT for a real Logto";
            Fault::new("DEV_IDP_ADDR", problem, example)
        };
        let mut options = dev_idp::Options {
            addr: address,
            ..dev_idp::Options::default()
        };
        let application = options.fixture.applications.first_mut().ok_or_else(|| {
            fault("cannot be used: the development identity provider has no application".to_owned())
        })?;
        let (app_id, secret) = (
            application.id.clone(),
            application.secret.clone().unwrap_or_default(),
        );
        for (list, path) in [
            (&mut application.redirect_uris, "callback"),
            (&mut application.post_logout_redirect_uris, ""),
        ] {
            let address = settings
                .base_url
                .join(path)
                .map_err(|error| fault(error.to_string()))?;
            list.push(address.into());
        }
        let provider = dev_idp::start(options).await.map_err(|error| {
            fault(match error {
                StartError::PortTaken(address) => {
                    cannot_listen(address, &io::ErrorKind::AddrInUse.into())
                }
                StartError::Listen(address, error) => cannot_listen(address, &error),
                error => format!("is {address}: {error}"),
            })
        })?;
        let endpoint = provider
            .endpoint()
            .parse()
            .map_err(|_| fault("is not an address that a URL can name".to_owned()))?;
        let mut config = settings.client_config(endpoint, app_id, Secret::new(secret))?;
        // It is in this process.
        config.connection.proxy = Proxy::None;
        ask_for_everything(&mut config, &provider.fixture());
        let accounts = provider.fixture().accounts();
        let site = Site {
            accounts: accounts
                .into_iter()
                .map(|account| Account {
                    username: account.username,
                    password: account.password,
                    about: account.about,
                    about_in: account
                        .about_ja
                        .map(|about| ("ja".to_owned(), about))
                        .into_iter()
                        .collect(),
                })
                .collect(),
            ..Site::default()
        };
        Ok((config, site, Some(provider)))
    }

    /// A real Logto refuses a resource it does not know; this one's are known, so that nothing need be configured.
    fn ask_for_everything(config: &mut Config, fixture: &Fixture) {
        if config.resources.is_empty() {
            let resources = fixture.resources.iter();
            config.resources = resources
                .map(|resource| ApiResource::new(&resource.indicator, &resource.permissions))
                .collect();
        }
        if config.organization_permissions.is_empty() {
            let roles = fixture.organization_roles.iter();
            let mut permissions: Scopes = Scopes::new();
            permissions.extend(roles.flat_map(|role| &role.organization_permissions));
            config.organization_permissions = permissions.iter().map(str::to_owned).collect();
        }
    }
}

#[cfg(not(feature = "dev-idp"))]
mod embedded {
    use std::net::SocketAddr;

    use app::Site;
    use logto::Config;

    use super::Embedded;
    use crate::settings::{Fault, Settings};

    pub(super) async fn start(
        _settings: &Settings,
        _address: SocketAddr,
    ) -> Result<(Config, Site, Embedded), Fault> {
        let problem =
            "is not set, and this program was built without the development identity provider";
        Err(Fault::new(
            "LOGTO_ENDPOINT",
            problem,
            "https://your-tenant.logto.app/",
        ))
    }
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
