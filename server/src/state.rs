//! The state of the application: everything that requests use, built from the settings.

mod default_folder;
#[cfg(feature = "dev-idp")]
mod dev_idp;
#[cfg(not(feature = "dev-idp"))]
#[path = "state/no_dev_idp.rs"]
mod dev_idp;
mod session_store;
mod shop;

use std::{path::Path, sync::Arc};

use ::shop::Shop;
use app::{Site, language, paths, server::ShopClient};
use leptos::config::{Env, LeptosOptions};
use logto::{Client, Config, Secret};
use logto_axum::{__private::chain, AuthOptions, Hooks, LogtoAuth, SessionKeys, Store};
use tokio_util::sync::CancellationToken;

use crate::{
    audit::Audit,
    connections::Limits,
    settings::{Database, Fault, Network, Provider, Settings},
};
pub use dev_idp::Embedded;
pub(crate) use shop::reachable;

/// The state of the application.
#[derive(Clone, Debug)]
pub struct AppState {
    /// The options of Leptos.
    pub leptos: LeptosOptions,
    /// Sessions, guards, the flow.
    pub auth: LogtoAuth,
    /// What pages show about this installation.
    pub site: Site,
    /// The orders API, when there is a resource for it.
    pub shop: Option<Shop>,
    /// The client that pages call it with, over HTTP.
    pub orders: Option<ShopClient>,
    /// Trusted proxies, the rate limit, HSTS, the delay of a shutdown, the address of metrics.
    pub network: Network,
    /// The audit log, which is written until this is dropped.
    pub audit: Option<Audit>,
    /// Cancelled by the signal to stop: from then on the server is not ready.
    pub shutdown: CancellationToken,
}

impl AppState {
    /// Opens the stores and starts the development identity provider, if the settings name it. The first request to Logto is at the
    /// first sign-in, so that the server can start without it.
    ///
    /// # Errors
    /// When a store cannot be opened or the provider cannot be started; the fault names the setting.
    pub async fn build(settings: Settings) -> Result<(Self, Embedded), Fault> {
        for warning in &settings.warnings {
            tracing::warn!("{warning}");
        }
        check_hash_file(
            &settings.leptos,
            &std::env::current_exe().unwrap_or_default(),
        )?;
        let store = session_store::open(&settings.store, &settings.leptos.env).await?;
        let keys = session_store::keys(&settings)?;
        let (config, site, embedded) = match &settings.provider {
            Provider::Logto {
                endpoint,
                app_id,
                app_secret,
            } => {
                let config =
                    settings.client_config(endpoint.clone(), app_id.clone(), app_secret.clone())?;
                let account_center = settings.account_center(paths::PROFILE);
                let site = Site {
                    account_center: account_center.map(String::from),
                    ..Site::default()
                };
                (config, site, None)
            }
            Provider::Embedded(address) => dev_idp::start(&settings, *address).await?,
        };
        let shop = shop::open(&settings.shop, &config, &settings.leptos.env).await?;
        let orders = shop::client(&settings, &config)?;
        let audit = Audit::open(&settings.audit, std::io::stdout())?;
        let hooks = hooks(&settings, audit.as_ref(), &keys);
        let auth = auth(&settings, config, store, keys, hooks)?;
        let state = Self {
            leptos: settings.leptos,
            auth,
            site,
            shop,
            orders,
            network: settings.network,
            audit,
            shutdown: CancellationToken::new(),
        };
        Ok((state, embedded))
    }
}

/// The pages name the files of the site by the hashes in a list beside the program.
fn check_hash_file(options: &LeptosOptions, program: &Path) -> Result<(), Fault> {
    let list = program.with_file_name(&*options.hash_file);
    if !options.hash_files || list.is_file() {
        return Ok(());
    }
    let problem = format!("is true, but there is no {}", list.display());
    Err(Fault::new(
        "[leptos] hash-files",
        problem,
        "hash-files = false, or copy hash.txt of the build beside the program",
    ))
}

/// The sessions alone, for a command beside the running server, and its audit log: on standard error where the server writes it
/// to standard output, which has the result of the command. Logto is asked to revoke tokens, if it is configured: the
/// development identity provider is part of another process.
///
/// # Errors
/// When the session store is not there, cannot be opened, or ends with its process.
pub async fn sessions(settings: &Settings) -> Result<(LogtoAuth, Option<Audit>), Fault> {
    if matches!(settings.store, Database::Memory) {
        let problem = "is memory: sessions in the memory of another process cannot be reached";
        return Err(Fault::new(
            "SESSION_STORE",
            problem,
            "sqlite://data/sessions.db",
        ));
    }
    session_store::check_files(settings)?;
    let store = session_store::open(&settings.store, &settings.leptos.env).await?;
    let keys = session_store::keys(settings)?;
    let (endpoint, app_id, secret) = match &settings.provider {
        Provider::Logto {
            endpoint,
            app_id,
            app_secret,
        } => (endpoint.clone(), app_id.clone(), app_secret.clone()),
        Provider::Embedded(_) => (
            settings.base_url.clone(),
            "development".to_owned(),
            Secret::new("development"),
        ),
    };
    let config = settings.client_config(endpoint, app_id, secret)?;
    let audit = Audit::open(&settings.audit, std::io::stderr())?;
    let hooks = hooks(settings, audit.as_ref(), &keys);
    Ok((auth(settings, config, store, keys, hooks)?, audit))
}

fn hooks(settings: &Settings, audit: Option<&Audit>, keys: &SessionKeys) -> Hooks {
    audit.map_or_else(Hooks::new, |audit| {
        audit.hooks(&settings.audit, keys.clone())
    })
}

fn auth(
    settings: &Settings,
    config: Config,
    store: Arc<dyn Store>,
    keys: SessionKeys,
    hooks: Hooks,
) -> Result<LogtoAuth, Fault> {
    let client = Client::new(config)
        .map_err(|error| Fault::new("[logto]", chain(&error), "the settings of Leptos.toml"))?;
    let mut options = AuthOptions::new(settings.base_url.clone(), keys);
    options.idle = settings.idle;
    options.lifetime = settings.lifetime;
    options.keep_address = settings.keep_address;
    options.show_errors = settings.leptos.env == Env::DEV;
    options.language_cookie = Some(language::COOKIE.to_owned());
    options.hooks = hooks;
    options.session_stream_limits = Limits::for_process().session_streams();
    LogtoAuth::new(client, store, options)
        .map_err(|error| Fault::new("APP_BASE_URL", chain(&error), "https://app.example/"))
}
