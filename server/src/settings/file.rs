//! The settings file as it is written.

use leptos::config::LeptosOptions;
use serde::Deserialize;
use toml::{Table, Value};

use super::fault::Fault;

/// The name of the settings file.
pub(super) const FILE: &str = "Leptos.toml";

/// `Leptos.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    #[serde(default)]
    pub logto: Logto,
    #[serde(default)]
    pub session: Session,
    #[serde(default)]
    pub server: Server,
    #[serde(default)]
    pub shop: Shop,
    #[serde(default)]
    pub audit: Audit,
    pub leptos: Table,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Logto {
    pub endpoint: Option<String>,
    pub app_id: Option<String>,
    pub scopes: Vec<String>,
    pub resources: Vec<Resource>,
    pub organization_permissions: Vec<String>,
    pub prompt: Vec<String>,
    pub algorithms: Option<Vec<String>>,
    pub proxy: Option<String>,
    pub root_certificate: Option<String>,
    pub allow_http: bool,
    pub account_center: bool,
}

impl Default for Logto {
    fn default() -> Self {
        Self {
            endpoint: None,
            app_id: None,
            scopes: Vec::new(),
            resources: Vec::new(),
            organization_permissions: Vec::new(),
            prompt: vec!["consent".to_owned()],
            algorithms: None,
            proxy: None,
            root_certificate: None,
            allow_http: false,
            account_center: false,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Resource {
    pub indicator: String,
    #[serde(default)]
    pub permissions: Vec<String>,
}

/// The default of `SESSION_STORE`.
pub const DEFAULT_STORE: &str = "sqlite://data/sessions.db";
/// The default of `SHOP_DATABASE`.
pub const DEFAULT_SHOP_DATABASE: &str = "sqlite://data/shop.db";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Session {
    pub store: String,
    pub idle: String,
    pub lifetime: String,
    pub keep_address: bool,
}

impl Default for Session {
    fn default() -> Self {
        Self {
            store: DEFAULT_STORE.to_owned(),
            idle: "24h".to_owned(),
            lifetime: "7d".to_owned(),
            keep_address: true,
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Server {
    pub base_url: Option<String>,
    pub trusted_proxies: Vec<String>,
    pub rate_limit: Option<String>,
    pub hsts: Option<String>,
    pub shutdown_delay: Option<String>,
    pub metrics: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Audit {
    pub log: Option<String>,
    pub subjects: Option<String>,
    pub addresses: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Shop {
    pub resource: Option<String>,
    pub database: String,
}

impl Default for Shop {
    fn default() -> Self {
        Self {
            resource: None,
            database: DEFAULT_SHOP_DATABASE.to_owned(),
        }
    }
}

impl File {
    pub(super) fn parse(text: &str) -> Result<Self, Fault> {
        toml::from_str(text).map_err(|error| {
            // Without the line itself, which may be a secret that does not belong there.
            let before = error.span().and_then(|span| text.get(..span.start));
            let line = before.map(|before| before.matches('\n').count() + 1);
            let place = line.map(|line| format!("line {line}: ")).unwrap_or_default();
            let message = error.message().trim_end().replace('\n', " ");
            let problem = format!("is not valid: {place}{message}");
            let example = "the Leptos.toml this program came with; secrets belong in the environment (LOGTO_APP_SECRET, SESSION_KEYS)";
            Fault::new(FILE, problem, example)
        })
    }
}

/// The settings of Leptos, with the environment over the file.
const LEPTOS: [(&str, &str, &str); 8] = [
    ("LEPTOS_OUTPUT_NAME", "output-name", "leptos-logto"),
    ("LEPTOS_SITE_ROOT", "site-root", "target/site"),
    ("LEPTOS_SITE_PKG_DIR", "site-pkg-dir", "pkg"),
    ("LEPTOS_SITE_ADDR", "site-addr", "127.0.0.1:3000"),
    ("LEPTOS_ENV", "env", "DEV or PROD"),
    ("LEPTOS_RELOAD_PORT", "reload-port", "3012"),
    ("LEPTOS_HASH_FILES", "hash-files", "true"),
    ("LEPTOS_HASH_FILE_NAME", "hash-file", "hash.txt"),
];

/// The value of `[leptos] env`.
pub(super) fn mode(text: &str) -> Option<String> {
    let file: Table = text.parse().ok()?;
    let mode = file.get("leptos")?.get("env")?.as_str()?;
    Some(mode.to_owned())
}

/// Whether a value of `LEPTOS_ENV` or `[leptos] env` means production.
pub(super) fn is_production(mode: &str) -> Option<bool> {
    match mode.trim().to_ascii_uppercase().as_str() {
        "DEV" | "DEVELOPMENT" => Some(false),
        "PROD" | "PRODUCTION" => Some(true),
        _ => None,
    }
}

pub(super) fn leptos(
    mut table: Table,
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<LeptosOptions, Fault> {
    for (variable, key, example) in LEPTOS {
        let Some(text) = env(variable) else { continue };
        let fault = || {
            let what = match key {
                "site-addr" => "not an IP address with a port",
                "env" => "neither DEV nor PROD",
                "reload-port" => "not a port",
                _ => "neither true nor false",
            };
            Fault::new(variable, format!("is {text:?}, which is {what}"), example)
        };
        let value = match key {
            "site-addr" => text
                .parse::<std::net::SocketAddr>()
                .map(|_| Value::String(text.clone()))
                .ok(),
            "env" => is_production(&text).map(|production| {
                Value::String(if production { "PROD" } else { "DEV" }.to_owned())
            }),
            "reload-port" => text
                .parse::<u16>()
                .map(|port| Value::Integer(port.into()))
                .ok(),
            "hash-files" => text.parse().map(Value::Boolean).ok(),
            _ => Some(Value::String(text.clone())),
        };
        table.insert(key.to_owned(), value.ok_or_else(fault)?);
    }
    let fault = |problem: String| {
        let example = "site-addr = \"127.0.0.1:3000\"";
        Fault::new("[leptos]", problem, example)
    };
    let mut unknown = None;
    let note = |path: serde_ignored::Path<'_>| unknown = Some(path.to_string());
    let options = serde_ignored::deserialize(Value::Table(table), note)
        .map_err(|error| fault(format!("is not valid: {error}")))?;
    match unknown {
        None => Ok(options),
        Some(key) => Err(fault(format!(
            "has {key:?}, which is not a setting of Leptos"
        ))),
    }
}
