//! `Leptos.toml`, the environment and `.env`, checked before anything starts.

mod audit;
mod connection;
mod database;
mod environment;
mod fault;
mod file;
mod flag;
mod names;
mod network;
mod provider;
mod resources;
mod scopes;
mod shop;
mod times;
mod urls;

use std::{env, fs, io, path::PathBuf, time::Duration};

use leptos::config::{Env, LeptosOptions};
use logto::{ApiResource, Config, Prompt, Scopes, Secret};
use logto_axum::SessionKeys;
use tracing_subscriber::EnvFilter;
use url::Url;

pub use audit::{AuditAddresses, AuditOutput, AuditSettings, AuditSubjects};
pub use connection::Connection;
pub use database::Database;
pub use fault::{Fault, Faults, cannot_listen};
pub use file::{DEFAULT_SHOP_DATABASE, DEFAULT_STORE};
use file::{FILE, File};
use flag::parse_flag;
pub use network::Network;
pub use provider::Provider;
use scopes::{parse_prompts, parse_scopes};
pub use shop::Shop;
use times::{parse_keep_address, times};
use urls::parse_base_url;

/// The settings of the server, all of them valid.
#[derive(Debug)]
pub struct Settings {
    /// The identity provider.
    pub provider: Provider,
    /// How Logto is reached.
    pub connection: Connection,
    /// The scopes that a sign-in asks for.
    pub scopes: Scopes,
    /// The API resources. When there are none, the development identity provider's are asked for.
    pub resources: Vec<ApiResource>,
    /// Permissions inside organizations; the same holds for them.
    pub organization_permissions: Vec<String>,
    /// The prompts.
    pub prompts: Vec<Prompt>,
    /// Whether the tenant has the account center, which pages lead to.
    pub has_account_center: bool,
    /// The address of the application.
    pub base_url: Url,
    /// The session store.
    pub store: Database,
    /// The keys that seal sessions; `None` in development when `SESSION_KEYS` is not set.
    pub keys: Option<SessionKeys>,
    /// When an unused session ends.
    pub idle: Duration,
    /// When any session ends.
    pub lifetime: Duration,
    /// Whether a session keeps the network of the address that it began from.
    pub keep_address: bool,
    /// The orders API.
    pub shop: Shop,
    /// The filter of the log (`RUST_LOG`), if it is set.
    pub log: Option<String>,
    /// The audit log.
    pub audit: AuditSettings,
    /// Trusted proxies, the rate limit, HSTS, the delay of a shutdown, the address of metrics.
    pub network: Network,
    /// The options of Leptos.
    pub leptos: LeptosOptions,
    /// Warnings for the log, once logging is set up.
    pub warnings: Vec<String>,
}

/// Reads the settings file, the environment, and the `.env` beside the settings file. Relative paths count from there from
/// here on.
///
/// # Errors
/// Every fault there is, each with its key, what is wrong, and a right value.
pub fn load() -> Result<Settings, Faults> {
    let beside_program = env::current_exe()
        .ok()
        .and_then(|program| Some(program.parent()?.join(FILE)));
    let here = env_file::absolute(FILE);
    let path = beside_program
        .clone()
        .filter(|path| path.is_file())
        .unwrap_or_else(|| PathBuf::from(FILE));
    let unreadable = |error: io::Error| {
        let tried = [beside_program.as_deref(), Some(&*here)];
        let tried: Vec<_> = tried
            .into_iter()
            .flatten()
            .map(|path| path.display().to_string())
            .collect();
        let example = format!("a file {}", tried.join(" or "));
        Fault::new(FILE, format!("cannot be read: {error}"), example)
    };
    let text = fs::read_to_string(&path).map_err(unreadable)?;
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        env::set_current_dir(folder).map_err(unreadable)?;
    }
    let process = |key: &str| env::var(key).ok();
    let mode = process("LEPTOS_ENV").filter(|mode| !mode.trim().is_empty());
    let mode = mode.or_else(|| file::mode(&text));
    let production = mode.is_some_and(|mode| file::is_production(&mode) == Some(true));
    let environment = environment::over_file(&process, production)?;
    let mut settings = parse(&text, &environment)?;
    settings.warnings.extend(environment::warnings());
    Ok(settings)
}

/// Parses the text of a settings file, with variables of an environment over it.
///
/// # Errors
/// As [`load`].
pub fn parse(text: &str, env: &dyn Fn(&str) -> Option<String>) -> Result<Settings, Faults> {
    let env = |key: &str| {
        env(key)
            .map(|value| value.trim().to_owned())
            .filter(|value| !value.is_empty())
    };
    let file = File::parse(text)?;
    let mut faults = Faults::default();
    // Every setting is parsed before any of them is required, so that all faults are found at once.
    let leptos = faults.note(file::leptos(file.leptos, &env));
    let production = leptos
        .as_ref()
        .is_some_and(|options| options.env == Env::PROD);
    let port = leptos
        .as_ref()
        .map_or(3000, |options| options.site_addr.port());
    let connection = faults.note(Connection::parse(&file.logto, &env, production));
    let allow_http = connection
        .as_ref()
        .is_none_or(|connection| connection.http.allow_http);
    let provider = faults.note(provider::parse(&file.logto, &env, production, allow_http));
    let has_account_center = file.logto.account_center;
    let has_account_center = faults.note(parse_flag(
        "LOGTO_ACCOUNT_CENTER",
        &env,
        has_account_center,
        "true",
    ));
    let scopes = faults.note(parse_scopes(
        "[logto] scopes",
        &file.logto.scopes,
        r#"["email", "phone"]"#,
    ));
    let prompts = faults.note(parse_prompts(&file.logto.prompt));
    let resources = faults.note(resources::parse(file.logto.resources));
    let organization_permissions = faults.note(parse_scopes(
        "[logto] organization_permissions",
        &file.logto.organization_permissions,
        r#"["manage:billing", "invite:member"]"#,
    ));
    let site = leptos.as_ref().map(|options| options.site_addr);
    let network = faults.note(Network::parse(&file.server, site, &env));
    let base_url = env("APP_BASE_URL").or(file.server.base_url);
    let base_url = faults.note(parse_base_url(base_url.as_deref(), port, production));
    if let (Some(Provider::Embedded(_)), Some(base_url)) = (&provider, &base_url) {
        faults.note(provider::check_embedded(base_url));
    }
    let store = env("SESSION_STORE").unwrap_or_else(|| file.session.store.clone());
    let store = faults.note(Database::parse_store(store));
    let keys = faults.note(parse_keys(env("SESSION_KEYS").as_deref(), production));
    let keep_address = faults.note(parse_keep_address(&file.session, &env));
    let times = faults.note(times(file.session, &env));
    let shop = faults.note(Shop::parse(file.shop, &env));
    if let (Some(store), Some(shop)) = (&store, &shop) {
        faults.note(database::are_two(store, &shop.database));
    }
    let log = faults.note(parse_log(env("RUST_LOG")));
    let audit = faults.note(AuditSettings::parse(file.audit, &env));
    let unused_proxy = match (&provider, &connection) {
        (Some(Provider::Logto { .. }), Some(connection)) => connection.unused_proxy(&env),
        _ => None,
    };
    if !faults.0.is_empty() {
        return Err(faults);
    }
    let settings = move || {
        let (idle, lifetime) = times?;
        Some(Settings {
            provider: provider?,
            connection: connection?,
            scopes: scopes?.into_iter().collect(),
            resources: resources?,
            organization_permissions: organization_permissions?,
            prompts: prompts?,
            has_account_center: has_account_center?,
            base_url: base_url?,
            store: store?,
            keys: keys?,
            idle,
            lifetime,
            keep_address: keep_address?,
            shop: shop?,
            log: log?,
            audit: audit?,
            network: network?,
            leptos: leptos?,
            warnings: unused_proxy.into_iter().collect(),
        })
    };
    settings().ok_or(faults)
}

impl Settings {
    /// The address of Logto's account settings, which lead back to `page` of the application; `None` where the tenant has
    /// none.
    #[must_use]
    pub fn account_center(&self, page: &str) -> Option<Url> {
        let Provider::Logto { endpoint, .. } = &self.provider else {
            return None;
        };
        let back = self.base_url.join(page).ok()?;
        let mut address = endpoint.clone();
        let mut path = address.path_segments_mut().ok()?;
        path.pop_if_empty().extend(["account", "security"]);
        drop(path);
        let mut query = address.query_pairs_mut();
        query.append_pair("redirect", back.as_str());
        drop(query);
        self.has_account_center.then_some(address)
    }

    /// The configuration of the client, for an identity provider at `endpoint`.
    ///
    /// # Errors
    /// When an address of ours cannot be made from the base URL.
    pub fn client_config(
        &self,
        endpoint: Url,
        app_id: String,
        secret: Secret,
    ) -> Result<Config, Fault> {
        let address = |path: &str| {
            self.base_url.join(path).map_err(|error| {
                let problem = format!("is {}: {error}", self.base_url);
                Fault::new("APP_BASE_URL", problem, "https://app.example")
            })
        };
        let mut config = Config::new(endpoint, app_id, secret, address("callback")?, address("")?);
        config.scopes = self.scopes.clone();
        config.resources.clone_from(&self.resources);
        config
            .organization_permissions
            .clone_from(&self.organization_permissions);
        config.prompts.clone_from(&self.prompts);
        self.connection.configure(&mut config);
        Ok(config)
    }
}

fn parse_log(text: Option<String>) -> Result<Option<String>, Fault> {
    let Some(text) = text else { return Ok(None) };
    match EnvFilter::try_new(&text) {
        Ok(_) => Ok(Some(text)),
        Err(error) => {
            let problem = format!("is {text:?}, which is not valid: {error}");
            Err(Fault::new(
                "RUST_LOG",
                problem,
                "info, or warn,server=debug",
            ))
        }
    }
}

fn parse_keys(text: Option<&str>, production: bool) -> Result<Option<SessionKeys>, Fault> {
    let example = "the output of `openssl rand -base64 32`; several are separated by commas, the first one seals";
    match text {
        None if production => {
            let problem =
                "is not set, and in production (LEPTOS_ENV=PROD) sessions need a key that lasts";
            Err(Fault::new("SESSION_KEYS", problem, example))
        }
        None => Ok(None),
        Some(text) => SessionKeys::parse(text)
            .map(Some)
            .map_err(|error| Fault::new("SESSION_KEYS", format!("is not valid: {error}"), example)),
    }
}

#[cfg(test)]
mod tests;
