//! `Leptos.toml`, the environment and `.env`, checked before anything starts.

mod connection;
mod database;
mod environment;
mod fault;
mod file;
mod names;
mod network;
mod resources;
mod shop;
mod times;

use std::{env, fs, io, net::SocketAddr, path::PathBuf, time::Duration};

use leptos::config::{Env, LeptosOptions};
use logto::{ApiResource, Config, Prompt, Scopes, Secret, is_loopback};
use logto_axum::SessionKeys;
use tracing_subscriber::EnvFilter;
use url::Url;

pub use connection::Connection;
pub use database::Database;
pub use fault::{Fault, Faults, cannot_listen};
use file::File;
pub use file::{DEFAULT_SHOP_DATABASE, DEFAULT_STORE};
pub use network::Network;
pub use shop::Shop;
use times::times;

/// The name of the settings file.
const FILE: &str = "Leptos.toml";

/// Where the development identity provider listens, unless somebody says otherwise. 3001 and 3002 are Logto's own.
pub(crate) const DEV_IDP_ADDR: &str = "127.0.0.1:3011";

/// Everything the server needs to know, found to be usable.
#[derive(Debug)]
pub struct Settings {
    /// Who signs people in.
    pub provider: Provider,
    /// How Logto is reached.
    pub connection: Connection,
    /// What to ask of a sign-in.
    pub scopes: Scopes,
    /// The API resources. When there are none, the development identity provider's are asked for.
    pub resources: Vec<ApiResource>,
    /// Permissions inside organizations; the same holds for them.
    pub organization_permissions: Vec<String>,
    /// The prompts.
    pub prompts: Vec<Prompt>,
    /// Where people reach the application.
    pub base_url: Url,
    /// Where sessions are kept.
    pub store: Database,
    /// What they are sealed with; `None` in development, when nobody said.
    pub keys: Option<SessionKeys>,
    /// When an unused session ends.
    pub idle: Duration,
    /// When any session ends.
    pub lifetime: Duration,
    /// The orders API.
    pub shop: Shop,
    /// What is logged, if somebody said so.
    pub log: Option<String>,
    /// Trusted proxies, the rate limit, HSTS.
    pub network: Network,
    /// What Leptos wants to know.
    pub leptos: LeptosOptions,
    /// For the log, once it is there.
    pub warnings: Vec<String>,
}

/// Who signs people in.
#[derive(Debug)]
pub enum Provider {
    /// A Logto somewhere.
    Logto {
        /// Its address.
        endpoint: Url,
        /// The id of the application there.
        app_id: String,
        /// Its secret.
        app_secret: Secret,
    },
    /// The development identity provider, inside this process, at this address.
    Embedded(SocketAddr),
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
    let path = beside_program
        .filter(|path| path.is_file())
        .unwrap_or_else(|| PathBuf::from(FILE));
    let unreadable = |error: io::Error| {
        Fault::new(
            FILE,
            format!("cannot be read: {error}"),
            "a Leptos.toml beside the program or in the current folder",
        )
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
    let mut settings = judge(&text, &environment)?;
    settings.warnings.extend(environment::warnings());
    Ok(settings)
}

/// Judges the text of a settings file under an environment.
///
/// # Errors
/// As [`load`].
pub fn judge(text: &str, env: &dyn Fn(&str) -> Option<String>) -> Result<Settings, Faults> {
    let env = |key: &str| {
        env(key)
            .map(|value| value.trim().to_owned())
            .filter(|value| !value.is_empty())
    };
    let file = File::parse(text)?;
    let mut faults = Faults::default();
    let leptos = faults.note(file::leptos(file.leptos, &env));
    let production = leptos
        .as_ref()
        .is_some_and(|options| options.env == Env::PROD);
    let port = leptos
        .as_ref()
        .map_or(3000, |options| options.site_addr.port());
    let connection = faults.note(Connection::judge(&file.logto, &env, production));
    let allow_http = connection
        .as_ref()
        .is_none_or(|connection| connection.http.allow_http);
    let provider = faults.note(provider(&file.logto, &env, production, allow_http));
    let scopes = faults.note(words(
        "[logto] scopes",
        &file.logto.scopes,
        r#"["email", "phone"]"#,
    ));
    let prompts = faults.note(prompts(&file.logto.prompt));
    let resources = faults.note(resources::judge(file.logto.resources));
    let organization_permissions = faults.note(words(
        "[logto] organization_permissions",
        &file.logto.organization_permissions,
        r#"["manage:billing", "invite:member"]"#,
    ));
    let network = faults.note(Network::judge(&file.server, &env));
    let base_url = env("APP_BASE_URL").or(file.server.base_url);
    let base_url = faults.note(judge_base_url(base_url.as_deref(), port, production));
    if let (Some(Provider::Embedded(_)), Some(base_url)) = (&provider, &base_url) {
        faults.note(embedded_is_here(base_url));
    }
    let store = env("SESSION_STORE").unwrap_or_else(|| file.session.store.clone());
    let example = "sqlite://data/sessions.db";
    let store = faults.note(Database::judge("SESSION_STORE", store, example));
    let keys = faults.note(judge_keys(env("SESSION_KEYS").as_deref(), production));
    let times = faults.note(times(file.session, &env));
    let shop = faults.note(Shop::judge(file.shop, &env));
    if let (Some(store), Some(shop)) = (&store, &shop) {
        faults.note(database::are_two(store, &shop.database));
    }
    let log = faults.note(judge_log(env("RUST_LOG")));
    let unused_proxy = match (&provider, &connection) {
        (Some(Provider::Logto { .. }), Some(connection)) => connection.unused_proxy(&env),
        _ => None,
    };
    if !faults.0.is_empty() {
        return Err(faults);
    }
    let usable = move || {
        let (idle, lifetime) = times?;
        Some(Settings {
            provider: provider?,
            connection: connection?,
            scopes: scopes?.into_iter().collect(),
            resources: resources?,
            organization_permissions: organization_permissions?,
            prompts: prompts?,
            base_url: base_url?,
            store: store?,
            keys: keys?,
            idle,
            lifetime,
            shop: shop?,
            log: log?,
            network: network?,
            leptos: leptos?,
            warnings: unused_proxy.into_iter().collect(),
        })
    };
    usable().ok_or(faults)
}

impl Settings {
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

fn provider(
    file: &file::Logto,
    env: &dyn Fn(&str) -> Option<String>,
    production: bool,
    allow_http: bool,
) -> Result<Provider, Faults> {
    let endpoint = env("LOGTO_ENDPOINT").or_else(|| file.endpoint.clone());
    let app_id = env("LOGTO_APP_ID").or_else(|| file.app_id.clone());
    let secret = env("LOGTO_APP_SECRET");
    if endpoint.is_none() && app_id.is_none() && secret.is_none() {
        return embedded(env, production).map_err(Faults::from);
    }
    let mut faults = Faults::default();
    let needed = |key: &str, value: Option<String>, example: &str| {
        value.ok_or_else(|| {
            Fault::new(
                key,
                "is not set, though other settings of Logto are",
                example,
            )
        })
    };
    let endpoint = faults.note(
        needed("LOGTO_ENDPOINT", endpoint, "https://your-tenant.logto.app/")
            .and_then(|text| judge_endpoint(&text, allow_http)),
    );
    let app_id = faults.note(needed(
        "LOGTO_APP_ID",
        app_id,
        "the App ID of the application in Logto's console",
    ));
    let secret = faults.note(needed(
        "LOGTO_APP_SECRET",
        secret,
        "the App secret of the application in Logto's console",
    ));
    match (endpoint, app_id, secret) {
        (Some(endpoint), Some(app_id), Some(secret)) => Ok(Provider::Logto {
            endpoint,
            app_id,
            app_secret: Secret::new(secret),
        }),
        _ => Err(faults),
    }
}

fn embedded(env: &dyn Fn(&str) -> Option<String>, production: bool) -> Result<Provider, Fault> {
    let example = "https://your-tenant.logto.app/";
    if production {
        let problem = "is not set, and the development identity provider is not for production (LEPTOS_ENV=PROD)";
        return Err(Fault::new("LOGTO_ENDPOINT", problem, example));
    }
    if cfg!(not(feature = "dev-idp")) {
        let problem = "is not set, and this program was built without the development identity provider (the feature dev-idp)";
        return Err(Fault::new("LOGTO_ENDPOINT", problem, example));
    }
    let text = env("DEV_IDP_ADDR").unwrap_or_else(|| DEV_IDP_ADDR.to_owned());
    let address: Option<SocketAddr> = text
        .parse()
        .ok()
        .filter(|address: &SocketAddr| address.ip().is_loopback());
    let fault = |problem| Fault::new("DEV_IDP_ADDR", problem, DEV_IDP_ADDR);
    match address {
        Some(address) if address.is_ipv6() => Err(fault(format!(
            "is {text:?}; the content security policy of pages cannot name an IPv6 address, so browsers would block \
             the sign-out"
        ))),
        Some(address) => Ok(Provider::Embedded(address)),
        None => Err(fault(format!(
            "is {text:?}, which is no loopback address with a port"
        ))),
    }
}

/// The accounts of the development identity provider and their passwords are known to everybody.
fn embedded_is_here(base_url: &Url) -> Result<(), Fault> {
    if is_loopback(base_url) {
        return Ok(());
    }
    let problem = format!(
        "is not set, and the development identity provider, whose passwords everybody knows, does not sign people in at \
         {base_url}: it is for an APP_BASE_URL on this machine"
    );
    let example = "https://your-tenant.logto.app/";
    Err(Fault::new("LOGTO_ENDPOINT", problem, example))
}

fn judge_endpoint(text: &str, allow_http: bool) -> Result<Url, Fault> {
    let fault =
        |problem: String| Fault::new("LOGTO_ENDPOINT", problem, "https://your-tenant.logto.app/");
    let not_a_url = |error| fault(format!("is {text:?}, which is not a URL: {error}"));
    let url = Url::parse(text).map_err(not_a_url)?;
    if let Some((endpoint, rest)) = without_oidc(&url) {
        let problem = format!(
            "is {text:?}, which is an address below the Logto endpoint: leave {rest:?} out"
        );
        return Err(Fault::new("LOGTO_ENDPOINT", problem, endpoint));
    }
    if !is_fit(&url, allow_http) {
        let elsewhere = if is_fit(&url, true) {
            "; for development, [logto] allow_http = true (LOGTO_ALLOW_HTTP=true) allows http to another machine"
        } else {
            ""
        };
        return Err(fault(format!(
            "is {text:?}; it must be https (http only on this machine), with nothing after the path{elsewhere}"
        )));
    }
    Ok(url)
}

fn judge_base_url(text: Option<&str>, port: u16, production: bool) -> Result<Url, Fault> {
    let fault = |problem: String| Fault::new("APP_BASE_URL", problem, "https://app.example");
    let Some(text) = text else {
        if production {
            return Err(fault(
                "is not set, and in production (LEPTOS_ENV=PROD) it cannot be guessed".to_owned(),
            ));
        }
        return Url::parse(&format!("http://localhost:{port}/"))
            .map_err(|error| fault(error.to_string()));
    };
    let not_a_url = |error| fault(format!("is {text:?}, which is not a URL: {error}"));
    let url = Url::parse(text).map_err(not_a_url)?;
    if !is_fit(&url, false) || url.path() != "/" {
        return Err(fault(format!(
            "is {text:?}; it must be https (http only on this machine), without a path"
        )));
    }
    Ok(url)
}

/// The issuer and the discovery document are beside the endpoint in Logto's console, and end in a path that the client adds
/// itself: the endpoint without that path, and the path.
fn without_oidc(url: &Url) -> Option<(Url, &'static str)> {
    let path = url.path().trim_end_matches('/');
    let (base, rest) = [
        "/oidc/.well-known/openid-configuration",
        "/.well-known/openid-configuration",
        "/oidc",
    ]
    .into_iter()
    .find_map(|rest| Some((path.strip_suffix(rest)?, &rest[1..])))?;
    let mut endpoint = url.clone();
    endpoint.set_path(&format!("{base}/"));
    endpoint.set_query(None);
    endpoint.set_fragment(None);
    Some((endpoint, rest))
}

/// https, or http on this machine (or anywhere, if that is allowed); no user, query or fragment.
fn is_fit(url: &Url, allow_http: bool) -> bool {
    let scheme =
        url.scheme() == "https" || (url.scheme() == "http" && (allow_http || is_loopback(url)));
    let bare = url.username().is_empty() && url.password().is_none();
    scheme && bare && url.query().is_none() && url.fragment().is_none()
}

/// Scopes, and permissions, which travel as scopes: one word each.
fn words(key: &str, words: &[String], example: &str) -> Result<Vec<String>, Fault> {
    let is_one = |word: &str| {
        !word.contains(char::is_whitespace)
            && word.parse().is_ok_and(|scopes: Scopes| scopes.len() == 1)
    };
    match words.iter().find(|word| !is_one(word)) {
        None => Ok(words.to_vec()),
        Some(word) => {
            let problem = format!(
                "has {word:?}, which is not one scope: a word of visible ASCII characters without quotation mark and \
                 backslash"
            );
            Err(Fault::new(key, problem, example))
        }
    }
}

fn prompts(words: &[String]) -> Result<Vec<Prompt>, Fault> {
    let fault = |problem| Fault::new("[logto] prompt", problem, r#"["consent"]"#);
    let one = |word: &String| {
        match word.parse() {
        Ok(Prompt::None) => Err(fault(
            "has \"none\", with which Logto shows no sign-in page, so that nobody could sign in; a single sign-in may \
             ask for it"
                .to_owned(),
        )),
        Ok(prompt) => Ok(prompt),
        Err(_) => Err(fault(format!("has {word:?}; there are consent and login"))),
    }
    };
    words.iter().map(one).collect()
}

fn judge_log(text: Option<String>) -> Result<Option<String>, Fault> {
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

fn judge_keys(text: Option<&str>, production: bool) -> Result<Option<SessionKeys>, Fault> {
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
