//! Setting up [`LogtoAuth`] from few values.

mod store_choice;

use std::{env, sync::Arc, time::Duration};

use logto::{ApiResource, Client, Config, ConfigError, Secret, is_loopback};
use logto_types::paths;
use url::Url;

use self::store_choice::StoreChoice;
pub use self::store_choice::open_store;
use crate::{
    hooks::Hooks,
    logto_auth::LogtoAuth,
    options::AuthOptions,
    seal::SessionKeys,
    session_events::SessionStreamLimits,
    setup_error::SetupError,
    site_urls::{check_base_url, parse_url},
    store::Store,
};

/// Where an application is reached if `APP_BASE_URL` says nothing.
const BASE_URL: &str = "http://localhost:3000/";
/// The variables of the environment, by the field of [`Config`] that they set.
const VARIABLES: [(&str, &str); 3] = [
    ("endpoint", "LOGTO_ENDPOINT"),
    ("app_id", "LOGTO_APP_ID"),
    ("app_secret", "LOGTO_APP_SECRET"),
];

/// Builds a [`LogtoAuth`]. Made by [`LogtoAuth::builder`] or [`LogtoAuth::builder_from_env`].
///
/// The redirect URI is `/callback` below the base URL, and the post sign-out redirect URI is the
/// base URL: register both in Logto's console. Sessions are in memory unless
/// [`sqlite`](Self::sqlite) or [`store`](Self::store) says otherwise.
#[derive(Debug)]
pub struct Builder {
    config: Config,
    /// What an error calls the fields of the configuration.
    settings: &'static [(&'static str, &'static str)],
    base_url: Url,
    store: StoreChoice,
    keys: Option<SessionKeys>,
    idle: Option<Duration>,
    lifetime: Option<Duration>,
    show_errors: bool,
    hooks: Hooks,
    keep_address: bool,
    session_stream_limits: SessionStreamLimits,
}

impl LogtoAuth {
    /// Sets everything up from the environment: [`builder_from_env`](Self::builder_from_env),
    /// built.
    ///
    /// # Errors
    /// When a variable is missing or wrong, or the session store cannot be opened.
    pub async fn from_env() -> Result<Self, SetupError> {
        Self::builder_from_env()?.build().await
    }

    /// A builder with the values of the environment:
    ///
    /// | variable | is | default |
    /// |---|---|---|
    /// | `LOGTO_ENDPOINT` | the Logto endpoint: `https://your-tenant.logto.app/` | |
    /// | `LOGTO_APP_ID`, `LOGTO_APP_SECRET` | of the application in Logto's console, a "Traditional web" one | |
    /// | `APP_BASE_URL` | where browsers reach the application, without a path | `http://localhost:3000/` |
    /// | `SESSION_STORE` | `sqlite://` with a path, `postgres://` with a host and a database, `redis://` or `rediss://` with a host, or `memory:` | on this machine `sqlite://data/sessions.db` |
    /// | `SESSION_KEYS` | what sessions are sealed with ([`SessionKeys::parse`]) | on this machine a file beside the store |
    ///
    /// The defaults of the last two are for a base URL on this machine only; elsewhere both have to
    /// be set.
    ///
    /// # Errors
    /// When a variable is missing or wrong.
    pub fn builder_from_env() -> Result<Builder, SetupError> {
        Builder::from_variables(&|name| env::var(name).ok().filter(|value| !value.is_empty()))
    }

    /// A builder for an application at `base_url`, without a path, and its registration at Logto.
    ///
    /// # Errors
    /// When one of the URLs is not usable.
    pub fn builder(
        endpoint: &str,
        app_id: impl Into<String>,
        app_secret: impl Into<String>,
        base_url: &str,
    ) -> Result<Builder, SetupError> {
        let endpoint = parse_url("endpoint", endpoint)?;
        let base_url = parse_url("base_url", base_url)?;
        check_base_url("base_url", &base_url)?;
        Ok(Builder::new(
            endpoint,
            app_id.into(),
            Secret::new(app_secret),
            base_url,
        ))
    }
}

impl Builder {
    fn new(endpoint: Url, app_id: String, app_secret: Secret, base_url: Url) -> Self {
        let mut callback = base_url.clone();
        callback.set_path(paths::CALLBACK);
        let config = Config::new(endpoint, app_id, app_secret, callback, base_url.clone());
        Self {
            config,
            settings: &[],
            base_url,
            store: StoreChoice::Memory,
            keys: None,
            idle: None,
            lifetime: None,
            show_errors: false,
            hooks: Hooks::new(),
            keep_address: true,
            session_stream_limits: SessionStreamLimits::default(),
        }
    }

    fn from_variables(get: &dyn Fn(&str) -> Option<String>) -> Result<Self, SetupError> {
        let base_url = get("APP_BASE_URL").unwrap_or_else(|| BASE_URL.to_owned());
        let base_url = parse_url("APP_BASE_URL", &base_url)?;
        check_base_url("APP_BASE_URL", &base_url)?;
        let here = is_loopback(&base_url);
        let store = get("SESSION_STORE");
        let mut missing = Vec::new();
        let mut needed = |name, about| {
            let value = get(name);
            if value.is_none() {
                missing.push((name, about));
            }
            value.unwrap_or_default()
        };
        let endpoint = needed(
            "LOGTO_ENDPOINT",
            "the Logto endpoint: https://your-tenant.logto.app/",
        );
        let app_id = needed(
            "LOGTO_APP_ID",
            "the App ID of the application in Logto's console",
        );
        let secret = needed(
            "LOGTO_APP_SECRET",
            "the App secret of the application in Logto's console",
        );
        if !here {
            needed(
                "SESSION_STORE",
                "where sessions are kept: sqlite:// with the path of a file, postgres:// with a host and a database, redis:// or rediss:// with a host, or memory:",
            );
        }
        if !missing.is_empty() {
            return Err(SetupError::NotSet(missing));
        }
        let endpoint = parse_url("LOGTO_ENDPOINT", &endpoint)?;
        let mut builder = Self::new(endpoint, app_id, Secret::new(secret), base_url);
        builder.settings = &VARIABLES;
        builder.store = match store {
            Some(store) => StoreChoice::parse(&store)?,
            None => StoreChoice::for_development(),
        };
        if let Some(keys) = get("SESSION_KEYS") {
            builder = builder.session_keys(SessionKeys::parse(&keys)?);
        }
        Ok(builder)
    }

    /// Asks for further scopes at each sign-in: `email`, `urn:logto:scope:organizations`. See
    /// [`logto::scope`].
    #[must_use]
    pub fn scopes(mut self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.config.scopes.extend(scopes);
        self
    }

    /// Asks for permissions of an API resource, which has to be registered at Logto under this
    /// indicator.
    #[must_use]
    pub fn resource(
        mut self,
        indicator: impl Into<String>,
        permissions: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        let resource = ApiResource::new(indicator, permissions);
        self.config.resources.push(resource);
        self
    }

    /// Asks for permissions inside organizations, by the names they have in the Logto Console.
    #[must_use]
    pub fn organization_permissions(
        mut self,
        permissions: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        let permissions = permissions.into_iter().map(Into::into);
        self.config.organization_permissions.extend(permissions);
        self
    }

    /// Changes the configuration of the client in any other way.
    #[must_use]
    pub fn configure(mut self, change: impl FnOnce(&mut Config)) -> Self {
        change(&mut self.config);
        self
    }

    /// Keeps sessions in an `SQLite` file: `sqlite://data/sessions.db`. With a base URL on this
    /// machine, the folder and a file of keys beside it are made if they are missing.
    #[cfg(feature = "sqlite")]
    #[must_use]
    pub fn sqlite(mut self, url: impl Into<String>) -> Self {
        self.store = StoreChoice::Sqlite(url.into());
        self
    }

    /// Keeps sessions in this store.
    #[must_use]
    pub fn store(mut self, store: Arc<dyn Store>) -> Self {
        self.store = StoreChoice::Own(store);
        self
    }

    /// Seals sessions with these keys.
    #[must_use]
    pub fn session_keys(mut self, keys: SessionKeys) -> Self {
        self.keys = Some(keys);
        self
    }

    /// Ends a session that nobody used for this long. Default: 24 hours.
    #[must_use]
    pub fn idle(mut self, idle: Duration) -> Self {
        self.idle = Some(idle);
        self
    }

    /// Ends a session this long after the sign-in. Default: 7 days.
    #[must_use]
    pub fn lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = Some(lifetime);
        self
    }

    /// Shows errors on the problem page ([`ProblemDetail`](crate::ProblemDetail)). Never in
    /// production.
    #[must_use]
    pub fn show_errors(mut self, show: bool) -> Self {
        self.show_errors = show;
        self
    }

    /// What the application does when somebody signs in or out, and when access is refused.
    #[must_use]
    pub fn hooks(mut self, hooks: Hooks) -> Self {
        self.hooks = hooks;
        self
    }

    /// Keeps the network of the address that a session began from
    /// ([`AuthOptions::keep_address`]). Default: yes.
    #[must_use]
    pub fn keep_address(mut self, keep: bool) -> Self {
        self.keep_address = keep;
        self
    }

    /// Limits the streams of session events
    /// ([`session_events_route`](LogtoAuth::session_events_route)) that are open at once.
    #[must_use]
    pub fn session_stream_limits(mut self, limits: SessionStreamLimits) -> Self {
        self.session_stream_limits = limits;
        self
    }

    /// Checks everything, opens the store, and maintains it in a task ([`LogtoAuth::sweep`]). Logto
    /// is not asked yet.
    ///
    /// # Errors
    /// When the configuration is not usable, there are no keys for sessions that outlive the
    /// process, or the store cannot be opened.
    pub async fn build(self) -> Result<LogtoAuth, SetupError> {
        let here = is_loopback(&self.base_url);
        let settings = self.settings;
        let client = Client::new(self.config).map_err(|error| name_setting(error, settings))?;
        let keys = match self.keys {
            Some(keys) => keys,
            None => self.store.keys(here)?,
        };
        let store = self.store.open().await?;
        let mut options = AuthOptions::new(self.base_url, keys);
        options.idle = self.idle.unwrap_or(options.idle);
        options.lifetime = self.lifetime.unwrap_or(options.lifetime);
        options.show_errors = self.show_errors;
        options.hooks = self.hooks;
        options.keep_address = self.keep_address;
        options.session_stream_limits = self.session_stream_limits;
        let auth = LogtoAuth::new(client, store, options)?;
        let config = auth.client().config();
        let origin = auth.base_url().origin().ascii_serialization();
        let backchannel_logout_uri = format!("{origin}{}", paths::BACKCHANNEL_LOGOUT);
        tracing::info!(
            redirect_uri = config.redirect_uri.as_str(),
            post_sign_out_redirect_uri = config.post_logout_redirect_uri.as_str(),
            backchannel_logout_uri,
            "sign-in is set up; Logto has to know these URIs of the application"
        );
        let sweeping = auth.clone();
        tokio::spawn(async move { sweeping.sweep().await });
        Ok(auth)
    }
}

/// The same error about the setting that the field comes from.
fn name_setting(mut error: ConfigError, settings: &[(&str, &'static str)]) -> ConfigError {
    if let ConfigError::Url { name, .. } | ConfigError::Empty(name) = &mut error {
        let setting = settings.iter().find(|(field, _)| field == name);
        *name = setting.map_or(*name, |(_, setting)| setting);
    }
    error
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::MemoryStore;

    const ALL: [(&str, &str); 3] = [
        ("LOGTO_ENDPOINT", "https://tenant.logto.app/"),
        ("LOGTO_APP_ID", "app-id"),
        ("LOGTO_APP_SECRET", "app-secret"),
    ];

    fn from(changes: &[(&str, &str)]) -> Result<Builder, SetupError> {
        let find = |list: &[(&str, &str)], name: &str| {
            let found = list.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        Builder::from_variables(&|name| {
            let value = find(changes, name).or_else(|| find(&ALL, name));
            value.filter(|value| !value.is_empty())
        })
    }

    #[test]
    fn three_variables_are_enough_on_this_machine() {
        let builder = from(&[]).unwrap();
        assert_eq!(builder.base_url.as_str(), BASE_URL);
        let uri = builder.config.redirect_uri.as_str();
        assert_eq!(uri, "http://localhost:3000/callback");
        let uri = builder.config.post_logout_redirect_uri.as_str();
        assert_eq!(uri, "http://localhost:3000/");
        assert!(matches!(builder.store, StoreChoice::Sqlite(url) if url == store_choice::SQLITE));
    }

    #[test]
    fn what_is_missing_or_wrong_is_named() {
        let keys = SessionKeys::generate();
        let elsewhere = ("APP_BASE_URL", "https://app.example");
        for (changes, named) in [
            (&[("LOGTO_ENDPOINT", "")][..], "LOGTO_ENDPOINT is not set"),
            (&[("LOGTO_APP_ID", "")], "LOGTO_APP_ID is not set"),
            (&[("LOGTO_APP_SECRET", "")], "LOGTO_APP_SECRET is not set"),
            (
                &[("LOGTO_ENDPOINT", "tenant")],
                "LOGTO_ENDPOINT is \"tenant\"",
            ),
            (
                &[("APP_BASE_URL", "http://localhost:3000/app")],
                "APP_BASE_URL is",
            ),
            (&[("SESSION_KEYS", "short")], "SESSION_KEYS: key 1"),
            (&[elsewhere], "SESSION_STORE is not set"),
            (
                &[("LOGTO_APP_ID", ""), ("LOGTO_APP_SECRET", "")],
                "console\nLOGTO_APP_SECRET is not set",
            ),
            (
                &[("LOGTO_ENDPOINT", "localhost:3001")],
                "must begin with https://",
            ),
            (&[("SESSION_STORE", "sessions.db")], "SESSION_STORE: "),
        ] {
            let error = from(changes).unwrap_err();
            let said = format!("{error:?}");
            assert!(said.contains(named), "{said}");
            assert!(!said.contains("app-secret"), "{said}");
        }
        let whole = [
            elsewhere,
            ("SESSION_STORE", store_choice::MEMORY),
            ("SESSION_KEYS", &keys),
        ];
        assert!(from(&whole).is_ok());
    }

    #[test]
    fn what_is_to_be_asked_for_reaches_the_configuration() {
        let builder = from(&[]).unwrap().scopes(["email"]);
        let builder = builder.resource("https://shop.example/api", ["read:orders"]);
        let builder = builder.organization_permissions(["manage:billing"]);
        let asked = builder.config.asked_scopes();
        for scope in ["email", "read:orders", "manage:billing"] {
            assert!(asked.contains(scope), "{scope}");
        }
    }

    #[tokio::test]
    async fn the_client_names_the_variable_too() {
        for (change, named) in [
            (
                ("LOGTO_ENDPOINT", "http://tenant.example"),
                "LOGTO_ENDPOINT must use https",
            ),
            (
                ("LOGTO_ENDPOINT", "https://a:hunter2@b.example"),
                "LOGTO_ENDPOINT must not hold",
            ),
            (("LOGTO_APP_ID", " "), "LOGTO_APP_ID is not set"),
            (("LOGTO_APP_SECRET", " "), "LOGTO_APP_SECRET is not set"),
        ] {
            let builder = from(&[change, ("SESSION_STORE", store_choice::MEMORY)]).unwrap();
            let text = builder.build().await.unwrap_err().to_string();
            assert!(
                text.starts_with(named) && !text.contains("hunter2"),
                "{text}"
            );
        }
        let builder = LogtoAuth::builder("http://a.example", "id", "secret", BASE_URL).unwrap();
        let text = builder.build().await.unwrap_err().to_string();
        assert!(text.starts_with("endpoint must use https"), "{text}");
    }

    #[tokio::test]
    async fn the_redirect_uri_is_a_page_of_the_application() {
        for (redirect_uri, problem) in [
            ("http://127.0.0.1:3000/callback", "not below the base URL"),
            ("http://localhost:3001/callback", "not below the base URL"),
            ("https://localhost:3000/callback", "not below the base URL"),
            ("http://localhost:3000/", "another page has this path"),
            (
                "http://localhost:3000/sign-in",
                "another page has this path",
            ),
            ("http://localhost:3000/auth/callback", ""),
        ] {
            let builder = from(&[("SESSION_STORE", store_choice::MEMORY)]).unwrap();
            let change = |config: &mut Config| config.redirect_uri = redirect_uri.parse().unwrap();
            let builder = builder.configure(change);
            let client = Client::new(builder.config.clone()).unwrap();
            let options = AuthOptions::new(builder.base_url.clone(), SessionKeys::ephemeral());
            let without_builder = LogtoAuth::new(client, Arc::new(MemoryStore::default()), options);
            for made in [builder.build().await, without_builder] {
                match made {
                    Ok(auth) => {
                        let callback = auth.flow_paths().callback();
                        assert_eq!((callback, problem), ("/auth/callback", ""));
                    }
                    Err(error) => {
                        let text = error.to_string();
                        assert!(!problem.is_empty() && text.contains(problem), "{text}");
                        assert!(text.contains(redirect_uri), "{text}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_base_url_without_a_password_is_needed() {
        for base_url in ["https://:hunter2@app.example", "https://app.example/app"] {
            let client = Client::new(from(&[]).unwrap().config).unwrap();
            let options = AuthOptions::new(base_url.parse().unwrap(), SessionKeys::ephemeral());
            let made = LogtoAuth::new(client, Arc::new(MemoryStore::default()), options);
            let built = LogtoAuth::builder("https://a.example", "id", "secret", base_url);
            let read = from(&[("APP_BASE_URL", base_url)]);
            for (error, named) in [
                (made.unwrap_err(), "base_url is "),
                (built.unwrap_err(), "base_url is "),
                (read.unwrap_err(), "APP_BASE_URL is "),
            ] {
                let text = error.to_string();
                assert!(
                    text.starts_with(named) && !text.contains("hunter2"),
                    "{text}"
                );
            }
        }
    }

    #[tokio::test]
    async fn sessions_in_a_file_need_keys_beyond_this_machine() {
        let builder = LogtoAuth::builder(
            "https://tenant.logto.app/",
            "app-id",
            "app-secret",
            "https://app.example",
        );
        let built = builder.unwrap().sqlite("sqlite://s.db").build().await;
        assert!(matches!(built, Err(SetupError::NoKeys)));
    }
}
