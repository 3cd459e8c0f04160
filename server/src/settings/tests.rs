use std::collections::HashMap;

use logto::{Proxy, ProxyVariables, SigningAlgorithm};

use super::*;

const MINIMAL: &str = "[leptos]\noutput-name = \"app\"\n";

const PRODUCTION: [(&str, &str); 6] = [
    ("LEPTOS_ENV", "PROD"),
    ("LOGTO_ENDPOINT", "https://tenant.logto.app/"),
    ("LOGTO_APP_ID", "app-id"),
    ("LOGTO_APP_SECRET", "app-secret"),
    ("APP_BASE_URL", "https://app.example"),
    (
        "SESSION_KEYS",
        "5q8BzfUwgJOxhnFQ0y7bTkqLZpM3NeYdRCVi2aXs9Kw=",
    ),
];

fn parsed(text: &str, env: &[(&str, &str)]) -> Result<Settings, Faults> {
    let env: HashMap<String, String> = env
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect();
    parse(text, &|key| env.get(key).cloned())
}

/// Settings that are right, changed in one place.
fn with(file: &str, key: &str, value: &str) -> Result<Settings, Faults> {
    let mut env = PRODUCTION.to_vec();
    env.retain(|(held, _)| *held != key);
    env.push((key, value));
    parsed(&format!("{file}\n{MINIMAL}"), &env)
}

fn client_config(settings: &Settings) -> Config {
    let endpoint = "https://tenant.logto.app/".parse().unwrap();
    settings
        .client_config(endpoint, "app-id".into(), Secret::new("app-secret"))
        .unwrap()
}

/// The one fault, which names its key and has an example; what else it says is given back.
#[track_caller]
fn only_fault<T: std::fmt::Debug>(result: Result<T, Faults>, key: &str) -> String {
    let faults = result.unwrap_err();
    assert_eq!(faults.0.len(), 1, "{faults}");
    let fault = &faults.0[0];
    assert_eq!(fault.key, key, "{fault}");
    assert!(!fault.problem.is_empty() && !fault.example.is_empty());
    let shown = faults.to_string();
    assert!(
        shown.contains(&format!("{key} {}", fault.problem)),
        "{shown}"
    );
    assert!(
        shown.contains(&format!("for example: {}", fault.example)),
        "{shown}"
    );
    fault.problem.clone()
}

#[test]
fn production_starts_with_what_it_needs() {
    let settings = parsed(MINIMAL, &PRODUCTION).unwrap();
    assert!(matches!(settings.provider, Provider::Logto { ref app_id, .. } if app_id == "app-id"));
    assert_eq!(settings.base_url.as_str(), "https://app.example/");
    assert!(settings.keys.is_some());
    assert_eq!(settings.leptos.env, Env::PROD);
    assert_eq!(settings.idle, Duration::from_hours(24));
    assert_eq!(settings.lifetime, Duration::from_hours(168));
}

/// The file people start from must work as it is.
#[test]
fn the_committed_file_is_accepted() {
    let text = include_str!("../../../Leptos.toml");
    let settings = parsed(text, &PRODUCTION).unwrap();
    assert_eq!(
        settings.store,
        Database::Sqlite("sqlite://data/sessions.db".into())
    );
    assert_eq!(
        settings.shop.database,
        Database::Sqlite("sqlite://data/shop.db".into())
    );
    assert!(settings.scopes.contains("email"));
    assert_eq!(settings.prompts, [Prompt::Consent]);
    assert!(!settings.leptos.hash_files, "`make dist` turns it on");
    let development = parsed(text, &[]);
    if cfg!(feature = "dev-idp") {
        let settings = development.unwrap();
        assert!(matches!(settings.provider, Provider::Embedded(address) if address.port() == 3011));
        assert_eq!(settings.base_url.as_str(), "http://localhost:3000/");
        assert!(settings.keys.is_none());
    } else {
        only_fault(development, "LOGTO_ENDPOINT");
    }
}

/// The file that a deployment starts from.
#[test]
fn the_sample_of_the_deployment_lacks_its_key_alone() {
    let text = include_str!("../../../deploy/app.env.example");
    let variables = env_file::parse("app.env.example", text.as_bytes()).unwrap();
    let pairs = variables.iter();
    let pairs: Vec<_> = pairs
        .map(|(name, variable)| (name.as_str(), variable.value.as_str()))
        .collect();
    let unknown = pairs.iter().find(|(name, _)| !names::NAMES.contains(name));
    assert_eq!(unknown, None);
    only_fault(parsed(MINIMAL, &pairs), "SESSION_KEYS");
}

/// SL-09, SE-07: one wrong value each, and the key that is named for it.
#[test]
fn a_wrong_value_is_named_with_what_is_wrong() {
    for (key, value) in [
        ("LOGTO_ENDPOINT", "tenant.logto.app"),
        ("LOGTO_ENDPOINT", "http://tenant.logto.app/"),
        ("LOGTO_ENDPOINT", "ftp://tenant.logto.app/"),
        ("LOGTO_ENDPOINT", "https://user:password@tenant.logto.app/"),
        ("LOGTO_ENDPOINT", "https://tenant.logto.app/?x=1"),
        ("LOGTO_ENDPOINT", "https://tenant.logto.app/#x"),
        ("LOGTO_ENDPOINT", "http://localhost.evil.example/"),
        ("APP_BASE_URL", "app.example"),
        ("APP_BASE_URL", "http://app.example"),
        ("APP_BASE_URL", "https://app.example/path"),
        ("APP_BASE_URL", "https://app.example/?x"),
        ("SESSION_STORE", "sessions.db"),
        ("SESSION_STORE", "sqlite://"),
        ("SESSION_STORE", "sqlite://:memory:"),
        ("SESSION_STORE", "sqlite://x.db?mode=memory"),
        ("SESSION_STORE", "mysql://localhost/x"),
        ("SESSION_IDLE", "24"),
        ("SESSION_IDLE", "8d"),
        ("SESSION_LIFETIME", "15d"),
        ("SESSION_LIFETIME", "a week"),
        ("SESSION_KEEP_ADDRESS", "off"),
        ("SHOP_DATABASE", "shop.db"),
        ("SHOP_DATABASE", "sqlite::memory:"),
        ("SHOP_DATABASE", "mysql://localhost/x"),
        ("SESSION_KEYS", "short"),
        ("SESSION_KEYS", "c2hvcnQ="),
        ("SESSION_KEYS", ","),
        ("LEPTOS_SITE_ADDR", "3000"),
        ("LEPTOS_SITE_ADDR", "localhost:3000"),
        ("LEPTOS_ENV", "prodution"),
        ("LEPTOS_RELOAD_PORT", "70000"),
        ("LEPTOS_HASH_FILES", "yes"),
        ("RUST_LOG", "server=loud"),
        ("RATE_LIMIT", "fast"),
        ("HSTS", "yes"),
        ("TRUSTED_PROXIES", "proxy.example"),
        ("TRUSTED_PROXIES", "0.0.0.0/0"),
    ] {
        let problem = only_fault(with("", key, value), key);
        let shown = value.replace("user:password@", "…@");
        if key != "SESSION_KEYS" {
            assert!(problem.contains(&shown), "{key}: {problem}");
        }
    }
}

#[test]
fn a_wrong_value_in_the_file_is_named_by_its_section() {
    for (file, key) in [
        ("[logto]\nscopes = [\"email phone\"]", "[logto] scopes"),
        ("[logto]\nscopes = [\"\"]", "[logto] scopes"),
        ("[logto]\nprompt = [\"create\"]", "[logto] prompt"),
        ("[logto]\nprompt = [\"none\"]", "[logto] prompt"),
        (
            "[logto]\nprompt = [\"consent\", \"none\"]",
            "[logto] prompt",
        ),
        ("[logto]\nscopes = [\"quo\\\"te\"]", "[logto] scopes"),
        (
            "[logto]\norganization_permissions = [\"manage billing\"]",
            "[logto] organization_permissions",
        ),
        (
            "[[logto.resources]]\nindicator = \"shop\"",
            "[[logto.resources]] indicator",
        ),
        (
            "[[logto.resources]]\nindicator = \"https://shop.example/#x\"",
            "[[logto.resources]] indicator",
        ),
        (
            "[[logto.resources]]\nindicator = \"urn:logto:resource:organizations\"",
            "[[logto.resources]] indicator",
        ),
        (
            "[[logto.resources]]\nindicator = \"https://a\"\n[[logto.resources]]\nindicator = \"https://a\"",
            "[[logto.resources]] indicator",
        ),
        (
            "[[logto.resources]]\nindicator = \"https://a\"\npermissions = [\"read:orders write:orders\"]",
            "[[logto.resources]] permissions",
        ),
        (
            "[[logto.resources]]\nindicator = \"https://a\"\npermissions = [\"\"]",
            "[[logto.resources]] permissions",
        ),
        ("[session]\nidle = \"9s\"", "SESSION_IDLE"),
        ("[session]\nidle = \"8d\"", "SESSION_IDLE"),
        ("[session]\nidle = \"24\"", "SESSION_IDLE"),
        ("[session]\nlifetime = \"0s\"", "SESSION_LIFETIME"),
        ("[session]\nlifetime = \"337h\"", "SESSION_LIFETIME"),
        ("[session]\nlifetime = \"week\"", "SESSION_LIFETIME"),
    ] {
        only_fault(parsed(&format!("{file}\n{MINIMAL}"), &PRODUCTION), key);
    }
}

/// A misspelt key would else be ignored, and a secret in the file would be committed.
#[test]
fn unknown_keys_and_secrets_in_the_file_are_refused() {
    for file in [
        "[logto]\napp_secret = \"hush-hush\"",
        "[logto]\nscope = [\"email\"]",
        "[session]\nkeys = \"x\"",
        "[session]\nidle = 24",
        "[server]\nport = 3000",
        "[shop]\nurl = \"x\"",
        "[unknown]\nx = 1",
        "[logto]\nscopes = \"email\"",
        "[logto]\nresources = [\"https://shop.example/api\"]",
        "[[logto.resources]]\npermissions = [\"read:orders\"]",
        "[[logto.resources]]\nindicator = \"https://a\"\nscopes = [\"read:orders\"]",
        "[session]\nidle_hours = 24",
        "not toml",
    ] {
        let problem = only_fault(
            parsed(&format!("{file}\n{MINIMAL}"), &PRODUCTION),
            "Leptos.toml",
        );
        assert!(problem.contains("line "), "{problem}");
        assert!(!problem.contains("hush-hush"), "{problem}");
    }
    let problem = only_fault(parsed("[logto]\n", &PRODUCTION), "Leptos.toml");
    assert!(problem.contains("leptos"), "{problem}");
    let misspelt = format!("{MINIMAL}site-adr = \"127.0.0.1:1\"\n");
    let problem = only_fault(parsed(&misspelt, &PRODUCTION), "[leptos]");
    assert!(problem.contains("site-adr"), "{problem}");
}

#[test]
fn resources_and_permissions_are_told_to_the_client() {
    let file = "[logto]\nscopes = [\"email\"]\norganization_permissions = [\"manage:billing\"]\n\
        [[logto.resources]]\nindicator = \"https://shop.example/api\"\npermissions = [\"read:orders\", \"write:orders\"]\n\
        [[logto.resources]]\nindicator = \"https://plain.example/api\"\n";
    let settings = parsed(&format!("{file}{MINIMAL}"), &PRODUCTION).unwrap();
    let config = client_config(&settings);
    assert_eq!(
        config.resources,
        [
            ApiResource::new("https://shop.example/api", ["read:orders", "write:orders"]),
            ApiResource::new("https://plain.example/api", [""; 0]),
        ]
    );
    assert_eq!(
        config.asked_scopes().to_string(),
        "openid offline_access profile email read:orders write:orders urn:logto:scope:organizations manage:billing"
    );
    assert_eq!(config.check(), Ok(()));
}

/// Logto refuses a sign-in that names a resource it does not know, so nothing is named that nobody configured.
#[test]
fn a_real_logto_is_asked_for_no_resource_unless_one_is_configured() {
    let text = include_str!("../../../Leptos.toml");
    let config = client_config(&parsed(text, &PRODUCTION).unwrap());
    assert_eq!(config.resources, []);
    assert_eq!(config.organization_permissions, [""; 0]);
}

#[cfg(feature = "dev-idp")]
#[tokio::test]
async fn the_development_provider_is_asked_for_everything_it_has_unless_something_is_configured() {
    let asked = async |file: &str| {
        let env = [
            ("DEV_IDP_ADDR", "127.0.0.1:0"),
            ("SESSION_STORE", "memory:"),
            ("SHOP_DATABASE", "memory:"),
        ];
        let settings = parsed(&format!("{file}{MINIMAL}"), &env).unwrap();
        let (state, _provider) = crate::state::AppState::build(settings).await.unwrap();
        let config = state.auth.client().config();
        (
            config.resources.clone(),
            config.organization_permissions.clone(),
        )
    };
    let (resources, permissions) = asked("").await;
    assert_eq!(
        resources,
        [
            ApiResource::new("https://shop.example/api", ["read:orders", "write:orders"]),
            ApiResource::new("https://billing.example/api", ["view:invoices"]),
        ]
    );
    assert_eq!(permissions, ["manage:billing", "invite:member"]);

    let (resources, permissions) = asked(
        "[logto]\norganization_permissions = [\"invite:member\"]\n\
         [[logto.resources]]\nindicator = \"https://billing.example/api\"\n",
    )
    .await;
    assert_eq!(
        resources,
        [ApiResource::new("https://billing.example/api", [""; 0])]
    );
    assert_eq!(permissions, ["invite:member"]);
}

/// Nobody could get a token for an API that is no resource.
#[test]
fn the_shop_is_there_when_its_resource_is() {
    let resource = |file: &str| {
        let settings = parsed(&format!("{file}{MINIMAL}"), &PRODUCTION).unwrap();
        settings.shop.resource(&settings.resources)
    };
    let usual = "[[logto.resources]]\nindicator = \"https://shop.example/api\"\n";
    let other = "[[logto.resources]]\nindicator = \"https://other.example/api\"\n";
    let named = "[shop]\nresource = \"https://other.example/api\"\n";
    assert_eq!(resource(""), Ok(None));
    assert_eq!(resource(other), Ok(None));
    let found = |indicator: &str| Ok(Some(indicator.to_owned()));
    assert_eq!(resource(usual), found("https://shop.example/api"));
    assert_eq!(
        resource(&format!("{usual}{other}{named}")),
        found("https://other.example/api")
    );
    for file in [named.to_owned(), format!("{usual}{named}")] {
        let problem = only_fault(resource(&file).map_err(Faults::from), "[shop] resource");
        assert!(problem.contains("https://other.example/api"), "{problem}");
    }
}

#[test]
fn production_says_all_that_is_missing_at_once() {
    let faults = parsed(MINIMAL, &[("LEPTOS_ENV", "PROD")]).unwrap_err();
    let keys: Vec<_> = faults.0.iter().map(|fault| fault.key.as_str()).collect();
    assert_eq!(keys, ["LOGTO_ENDPOINT", "APP_BASE_URL", "SESSION_KEYS"]);
    assert!(
        faults.0[0].problem.contains("not for production"),
        "{faults}"
    );
    assert!(
        faults
            .to_string()
            .starts_with("The settings need attention")
    );
}

#[test]
fn every_fault_is_said_in_one_go() {
    let file = format!("[logto]\nprompt = [\"x\"]\n[session]\nidle = \"0s\"\n{MINIMAL}");
    let env = [
        ("LOGTO_ENDPOINT", "nonsense"),
        ("APP_BASE_URL", "nonsense"),
        ("SESSION_STORE", "nonsense"),
        ("SHOP_DATABASE", "nonsense"),
        ("SESSION_KEYS", "nonsense"),
        ("LEPTOS_SITE_ADDR", "nonsense"),
        ("RUST_LOG", "=nonsense="),
    ];
    let faults = parsed(&file, &env).unwrap_err();
    let mut keys: Vec<_> = faults.0.iter().map(|fault| fault.key.as_str()).collect();
    keys.sort_unstable();
    assert_eq!(
        keys,
        [
            "APP_BASE_URL",
            "LEPTOS_SITE_ADDR",
            "LOGTO_APP_ID",
            "LOGTO_APP_SECRET",
            "LOGTO_ENDPOINT",
            "RUST_LOG",
            "SESSION_IDLE",
            "SESSION_KEYS",
            "SESSION_STORE",
            "SHOP_DATABASE",
            "[logto] prompt",
        ]
    );
}

/// SL-05: what is wrong with a secret is said without it.
#[test]
fn no_fault_shows_a_secret() {
    let faults = with("", "SESSION_KEYS", "my-very-secret-key").unwrap_err();
    assert!(!faults.to_string().contains("my-very-secret-key"));
    let settings = parsed(MINIMAL, &PRODUCTION).unwrap();
    let shown = format!("{settings:?}");
    for secret in ["app-secret", PRODUCTION[5].1] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn the_environment_goes_over_the_file() {
    let file = "[logto]\nendpoint = \"https://file.logto.app/\"\napp_id = \"file-id\"\n[session]\nstore = \"memory:\"\n\
        [server]\nbase_url = \"https://file.example\"\n[leptos]\noutput-name = \"file\"\nsite-addr = \"127.0.0.1:3000\"\n";
    let secrets = [("LOGTO_APP_SECRET", "app-secret")];
    let settings = parsed(file, &secrets).unwrap();
    assert!(
        matches!(settings.provider, Provider::Logto { ref app_id, ref endpoint, .. }
        if app_id == "file-id" && endpoint.as_str() == "https://file.logto.app/")
    );
    assert_eq!(settings.base_url.as_str(), "https://file.example/");
    assert_eq!(settings.store, Database::Memory);
    assert_eq!(settings.idle, Duration::from_hours(24));
    assert_eq!(settings.lifetime, Duration::from_hours(7 * 24));
    assert!(settings.keep_address);

    let mut env = PRODUCTION.to_vec();
    env.extend([
        ("SESSION_STORE", "sqlite://other.db"),
        ("SHOP_DATABASE", "memory:"),
        ("LEPTOS_SITE_ADDR", "0.0.0.0:8080"),
        ("LEPTOS_OUTPUT_NAME", "other"),
        ("LEPTOS_HASH_FILES", "true"),
        ("SESSION_IDLE", "90s"),
        ("SESSION_LIFETIME", "10m"),
        ("SESSION_KEEP_ADDRESS", "false"),
    ]);
    let settings = parsed(file, &env).unwrap();
    assert!(
        matches!(settings.provider, Provider::Logto { ref app_id, ref endpoint, .. }
        if app_id == "app-id" && endpoint.as_str() == "https://tenant.logto.app/")
    );
    assert_eq!(settings.base_url.as_str(), "https://app.example/");
    assert_eq!(settings.store, Database::Sqlite("sqlite://other.db".into()));
    assert_eq!(settings.shop.database, Database::Memory);
    assert_eq!(settings.leptos.site_addr.port(), 8080);
    assert_eq!(&*settings.leptos.output_name, "other");
    assert!(settings.leptos.hash_files);
    assert_eq!(settings.idle, Duration::from_secs(90));
    assert_eq!(settings.lifetime, Duration::from_mins(10));
    assert!(!settings.keep_address);
}

/// An empty variable, as an `.env` file leaves behind, is as good as none.
#[test]
fn empty_and_padded_variables_are_read_as_people_mean_them() {
    for key in [
        "LOGTO_ENDPOINT",
        "APP_BASE_URL",
        "SESSION_KEYS",
        "LOGTO_APP_ID",
        "LOGTO_APP_SECRET",
    ] {
        let problem = only_fault(with("", key, "  "), key);
        assert!(problem.starts_with("is not set"), "{problem}");
    }
    let settings = with("", "APP_BASE_URL", " https://app.example \n").unwrap();
    assert_eq!(settings.base_url.as_str(), "https://app.example/");
}

/// Half of a Logto is no Logto, and certainly not the development provider.
#[test]
fn half_a_logto_is_told_what_is_missing() {
    let faults = parsed(MINIMAL, &[("LOGTO_APP_ID", "app-id")]).unwrap_err();
    let keys: Vec<_> = faults.0.iter().map(|fault| fault.key.as_str()).collect();
    assert_eq!(keys, ["LOGTO_ENDPOINT", "LOGTO_APP_SECRET"]);
}

#[test]
fn addresses_on_this_machine_may_be_http() {
    for endpoint in [
        "http://localhost:3001/",
        "http://127.0.0.1:3001",
        "http://[::1]:3001",
        "http://app.localhost",
    ] {
        assert!(with("", "LOGTO_ENDPOINT", endpoint).is_ok(), "{endpoint}");
        assert!(with("", "APP_BASE_URL", endpoint).is_ok(), "{endpoint}");
    }
}

#[test]
fn without_an_address_of_its_own_development_is_at_the_port_it_listens_on() {
    let env = [
        ("LOGTO_ENDPOINT", "https://tenant.logto.app/"),
        ("LOGTO_APP_ID", "app-id"),
        ("LOGTO_APP_SECRET", "app-secret"),
        ("LEPTOS_SITE_ADDR", "127.0.0.1:4321"),
    ];
    let settings = parsed(MINIMAL, &env).unwrap();
    assert_eq!(settings.base_url.as_str(), "http://localhost:4321/");
}

#[cfg(feature = "dev-idp")]
#[test]
fn the_development_provider_listens_on_this_machine_only() {
    for address in ["0.0.0.0:3001", "192.0.2.1:3001", "localhost:3001", "3001"] {
        only_fault(
            parsed(MINIMAL, &[("DEV_IDP_ADDR", address)]),
            "DEV_IDP_ADDR",
        );
    }
    let ipv6 = parsed(MINIMAL, &[("DEV_IDP_ADDR", "[::1]:3001")]);
    let problem = only_fault(ipv6, "DEV_IDP_ADDR");
    assert!(problem.contains("block the sign-out"), "HD-07: {problem}");
    let settings = parsed(MINIMAL, &[("DEV_IDP_ADDR", "127.0.0.1:0")]).unwrap();
    assert!(matches!(settings.provider, Provider::Embedded(address) if address.port() == 0));
}

#[test]
fn the_client_is_told_where_logto_sends_the_browser_back_to() {
    let config = client_config(&parsed(MINIMAL, &PRODUCTION).unwrap());
    assert_eq!(config.redirect_uri.as_str(), "https://app.example/callback");
    assert_eq!(
        config.post_logout_redirect_uri.as_str(),
        "https://app.example/"
    );
    assert!(config.check().is_ok());
}

/// The issuer and the address of discovery stand beside the endpoint in Logto's console.
#[test]
fn an_address_below_the_endpoint_is_told_what_to_leave_out() {
    for (given, rest, endpoint) in [
        ("https://x.example/oidc", "oidc", "https://x.example/"),
        ("https://x.example/oidc/", "oidc", "https://x.example/"),
        (
            "https://x.example/oidc/.well-known/openid-configuration",
            "oidc/.well-known/openid-configuration",
            "https://x.example/",
        ),
        (
            "https://x.example/.well-known/openid-configuration",
            ".well-known/openid-configuration",
            "https://x.example/",
        ),
        (
            "https://x.example/logto/oidc",
            "oidc",
            "https://x.example/logto/",
        ),
        (
            "http://localhost:3001/oidc",
            "oidc",
            "http://localhost:3001/",
        ),
    ] {
        let faults = with("", "LOGTO_ENDPOINT", given).unwrap_err();
        assert_eq!(faults.0[0].example, endpoint, "{faults}");
        let problem = only_fault(Err::<(), _>(faults), "LOGTO_ENDPOINT");
        assert!(
            problem.contains(&format!("leave {rest:?} out")),
            "{problem}"
        );
    }
    for endpoint in ["https://x.example/my-oidc", "https://oidc.example"] {
        assert!(with("", "LOGTO_ENDPOINT", endpoint).is_ok(), "{endpoint}");
    }
}

/// SL-09: 32 bytes that somebody typed are no key.
#[test]
fn session_keys_that_can_be_guessed_are_refused_without_being_shown() {
    for weak in [
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "cHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHA=",
        "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
    ] {
        let problem = only_fault(with("", "SESSION_KEYS", weak), "SESSION_KEYS");
        assert!(problem.contains("not random"), "{problem}");
        assert!(!problem.contains(weak));
    }
}

/// Each counts its layout in the file, and would refuse the other's or write over it.
#[test]
fn sessions_and_orders_in_one_file_are_refused() {
    let here = std::env::current_dir().unwrap();
    let absolute = format!("sqlite://{}/data/one.db?mode=rwc", here.display());
    for (sessions, orders) in [
        ("sqlite://data/one.db", "sqlite://data/one.db"),
        ("sqlite://data/one.db", "sqlite://./data/one.db"),
        ("sqlite://data/one.db", "sqlite://data/../data//one.db"),
        ("sqlite://data/one.db", "sqlite://data/one.db?mode=rwc"),
        ("sqlite://data/my one.db", "sqlite://data/my%20one.db"),
        ("sqlite://data/one.db", absolute.as_str()),
    ] {
        let mut env = PRODUCTION.to_vec();
        env.extend([("SESSION_STORE", sessions), ("SHOP_DATABASE", orders)]);
        let problem = only_fault(parsed(MINIMAL, &env), "SHOP_DATABASE");
        assert!(problem.contains("SESSION_STORE"), "{problem}");
    }
    for (sessions, orders) in [
        ("sqlite://data/one.db", "sqlite://data/two.db"),
        ("sqlite://data/one.db", "sqlite://other/one.db"),
        ("memory:", "memory:"),
    ] {
        let mut env = PRODUCTION.to_vec();
        env.extend([("SESSION_STORE", sessions), ("SHOP_DATABASE", orders)]);
        assert!(parsed(MINIMAL, &env).is_ok(), "{sessions} {orders}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_to_the_file_of_sessions_is_that_file() {
    let folder = std::env::temp_dir().join(format!("server-one-file-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("real")).unwrap();
    std::os::unix::fs::symlink(folder.join("real"), folder.join("link")).unwrap();
    let url = |name: &str| format!("sqlite://{}/{name}/one.db", folder.display());
    let (sessions, orders) = (url("real"), url("link"));
    let mut env = PRODUCTION.to_vec();
    env.extend([("SESSION_STORE", &*sessions), ("SHOP_DATABASE", &*orders)]);
    let parsed = parsed(MINIMAL, &env);
    std::fs::remove_dir_all(&folder).unwrap();
    only_fault(parsed, "SHOP_DATABASE");
}

/// Its passwords are on the home page. Nobody is to be let in by them because a variable got lost.
#[cfg(feature = "dev-idp")]
#[test]
fn the_development_provider_is_for_a_base_url_on_this_machine() {
    for base_url in [
        "https://app.example",
        "https://192.0.2.1",
        "https://[2001:db8::1]",
    ] {
        let env = [("APP_BASE_URL", base_url)];
        let problem = only_fault(parsed(MINIMAL, &env), "LOGTO_ENDPOINT");
        assert!(problem.contains(base_url), "{problem}");
    }
    for base_url in [
        "http://localhost:3000",
        "https://127.0.0.1",
        "https://app.localhost",
    ] {
        let env = [("APP_BASE_URL", base_url)];
        assert!(parsed(MINIMAL, &env).is_ok(), "{base_url}");
    }
}

/// A variable of the process overrides the file, also when it is empty, and production reads only a file that `ENV_FILE` names.
#[test]
fn the_environment_goes_over_the_env_file() {
    let folder = std::env::temp_dir().join(format!("server-env-file-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("app.env");
    std::fs::write(
        &path,
        "\u{feff}export A = 'file' # note\r\nB=\"file\"\r\nC=file\r\n",
    )
    .unwrap();
    let named = path.display().to_string();
    let process = |key: &str| match key {
        "ENV_FILE" => Some(named.clone()),
        "B" => Some("process".to_owned()),
        "C" => Some(String::new()),
        _ => None,
    };
    for production in [false, true] {
        let get = environment::over_file(&process, production).unwrap();
        let found = ["A", "B", "C", "D"].map(&get);
        let found = found.each_ref().map(Option::as_deref);
        assert_eq!(found, [Some("file"), Some("process"), Some(""), None]);
    }
    std::fs::write(&path, "A=1\nSECRET=hush hush\n").unwrap();
    let faults = environment::over_file(&process, false).err().unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    let problem = only_fault(Err::<(), _>(faults), &format!("{named}, line 2,"));
    assert!(!problem.contains("hush"), "{problem}");

    let unnamed = |_: &str| None;
    assert_eq!(environment::over_file(&unnamed, true).unwrap()("A"), None);
}

/// RP-16
#[test]
fn signing_algorithms_are_names_of_those_that_can_be_verified() {
    let settings = with("", "RUST_LOG", "info").unwrap();
    assert_eq!(
        client_config(&settings).algorithms,
        None,
        "what Logto announces"
    );
    let file = "[logto]\nalgorithms = [\"ES384\", \"RS256\"]";
    let named = Some(vec![SigningAlgorithm::Es384, SigningAlgorithm::Rs256]);
    let settings = with(file, "RUST_LOG", "info").unwrap();
    assert_eq!(client_config(&settings).algorithms, named);
    let settings = with(file, "LOGTO_ALGORITHMS", "ES512, PS256").unwrap();
    let named = Some(vec![SigningAlgorithm::Es512, SigningAlgorithm::Ps256]);
    assert_eq!(client_config(&settings).algorithms, named);
    let api = client_config(&settings).resource_server("https://shop.example/api");
    assert_eq!(api.algorithms, named);
    for names in ["none", "HS256", "es384", ","] {
        let problem = only_fault(with("", "LOGTO_ALGORITHMS", names), "LOGTO_ALGORITHMS");
        assert!(names == "," || problem.contains("ES384"), "{problem}");
    }
}

#[test]
fn a_proxy_is_used_only_when_it_is_set() {
    let proxy = |settings: &Settings| client_config(settings).connection.proxy;
    let settings = with("", "HTTPS_PROXY", "http://proxy.example:3128").unwrap();
    assert_eq!(proxy(&settings), Proxy::None);
    assert!(settings.warnings[0].contains("HTTPS_PROXY"), "{settings:?}");
    let settings = with("", "LOGTO_PROXY", "environment").unwrap();
    assert_eq!(
        proxy(&settings),
        Proxy::Environment(ProxyVariables::default())
    );
    assert!(settings.warnings.is_empty());
    let file = "[logto]\nproxy = \"environment\"";
    let settings = with(file, "HTTPS_PROXY", "proxy.example:3128").unwrap();
    let described = proxy(&settings).describe_for(&"https://tenant.logto.app".parse().unwrap());
    assert_eq!(described.as_deref(), Some("http://proxy.example:3128"));
    let problem = only_fault(
        with(file, "ALL_PROXY", "socks5://u:password@x"),
        "ALL_PROXY",
    );
    assert!(!problem.contains("password"), "{problem}");
    let file = "[logto]\nproxy = \"http://proxy.example:3128\"";
    let settings = with(file, "all_proxy", "http://other.example").unwrap();
    let address = Proxy::Address("http://proxy.example:3128".parse().unwrap());
    assert_eq!(proxy(&settings), address);
    assert!(settings.warnings.is_empty(), "another one is used");
    let secret = "socks5://user:password@proxy.example";
    let problem = only_fault(with("", "LOGTO_PROXY", secret), "LOGTO_PROXY");
    assert!(!problem.contains("password"), "{problem}");
}

#[test]
fn a_root_certificate_that_cannot_be_read_is_refused() {
    for path in [
        "/no-such-folder/authority.pem",
        concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"),
    ] {
        let problem = only_fault(
            with("", "LOGTO_ROOT_CERTIFICATE", path),
            "LOGTO_ROOT_CERTIFICATE",
        );
        assert!(problem.contains(path), "{problem}");
    }
}

/// Containers in development speak plain http to each other.
#[test]
fn plain_http_to_another_machine_needs_a_setting_and_is_never_for_production() {
    let endpoint = |env: &[(&str, &str)], file: &str| {
        let mut all = vec![
            ("LOGTO_ENDPOINT", "http://logto:3001"),
            ("LOGTO_APP_ID", "app-id"),
            ("LOGTO_APP_SECRET", "app-secret"),
        ];
        all.extend_from_slice(env);
        parsed(&format!("{file}\n{MINIMAL}"), &all)
    };
    let problem = only_fault(endpoint(&[], ""), "LOGTO_ENDPOINT");
    assert!(
        problem.contains("allow_http") && problem.contains("LOGTO_ALLOW_HTTP"),
        "{problem}"
    );
    for allowed in [
        endpoint(&[("LOGTO_ALLOW_HTTP", "true")], ""),
        endpoint(&[], "[logto]\nallow_http = true"),
    ] {
        assert!(client_config(&allowed.unwrap()).connection.allow_http);
    }
    only_fault(
        endpoint(&[("LOGTO_ALLOW_HTTP", "yes")], ""),
        "LOGTO_ALLOW_HTTP",
    );
    let production = with("[logto]\nallow_http = true", "LEPTOS_ENV", "PROD");
    only_fault(production, "LOGTO_ALLOW_HTTP");
    let refused = with("", "LOGTO_ENDPOINT", "http://tenant.logto.app/");
    only_fault(refused, "LOGTO_ENDPOINT");
}

#[test]
fn pages_lead_to_the_account_center_of_a_tenant_that_has_it() {
    let address = |endpoint: &str, file: &str| {
        let settings = with(file, "LOGTO_ENDPOINT", endpoint).unwrap();
        settings.account_center("/profile").map(String::from)
    };
    let on = "[logto]\naccount_center = true";
    assert_eq!(address("https://tenant.logto.app/", ""), None);
    let expected =
        "https://tenant.logto.app/account/security?redirect=https%3A%2F%2Fapp.example%2Fprofile";
    for endpoint in ["https://tenant.logto.app/", "https://tenant.logto.app"] {
        assert_eq!(address(endpoint, on).as_deref(), Some(expected));
    }
    let off = with(on, "LOGTO_ACCOUNT_CENTER", "false").unwrap();
    assert_eq!(off.account_center("/profile"), None);
    let odd = with("", "LOGTO_ACCOUNT_CENTER", "yes");
    only_fault(odd, "LOGTO_ACCOUNT_CENTER");
}

#[test]
fn the_environment_is_over_the_file_for_the_network_too() {
    let file = "[server]\ntrusted_proxies = [\"192.0.2.1\"]\nrate_limit = \"off\"\nhsts = \"off\"";
    let network = parsed(&format!("{file}\n{MINIMAL}"), &PRODUCTION)
        .unwrap()
        .network;
    assert!(
        network
            .trusted_proxies
            .contains("192.0.2.1".parse().unwrap())
    );
    assert_eq!((network.rate_limit, network.hsts), (None, None));
    let mut env = PRODUCTION.to_vec();
    env.extend([
        ("TRUSTED_PROXIES", "10.0.0.0/8, 2001:db8::1"),
        ("RATE_LIMIT", "1/s burst 2"),
        ("HSTS", "max-age=1"),
    ]);
    let network = parsed(&format!("{file}\n{MINIMAL}"), &env).unwrap().network;
    for (address, trusted) in [
        ("10.9.8.7", true),
        ("2001:db8::1", true),
        ("2001:db8::2", false),
        ("192.0.2.1", false),
    ] {
        let found = network.trusted_proxies.contains(address.parse().unwrap());
        assert_eq!(found, trusted, "{address}");
    }
    assert_eq!(network.rate_limit.unwrap().burst.get(), 2);
    assert_eq!(network.hsts.unwrap(), "max-age=1");
    let faults = with("[server]\ntrusted_proxies = [\"10.0.0.0/33\"]", "X", "y");
    only_fault(faults, "TRUSTED_PROXIES");
    let half = with("", "TRUSTED_PROXIES", "0.0.0.0/1,128.0.0.0/1");
    let message = only_fault(half, "TRUSTED_PROXIES");
    assert!(message.contains("\"0.0.0.0/1\""), "{message}");
    assert!(message.contains("larger than /8"), "{message}");
}

/// A name that is read and not in the list would be refused as misspelt.
#[test]
fn every_variable_that_is_read_has_its_name_in_the_list() {
    let read = std::cell::RefCell::new(std::collections::BTreeSet::from(["ENV_FILE".to_owned()]));
    for provider in [&PRODUCTION[..], &[("LEPTOS_ENV", "DEV")]] {
        let _ = parse(
            "[logto]\nproxy = \"environment\"\n[leptos]\noutput-name = \"app\"\n",
            &|key| {
                read.borrow_mut().insert(key.to_owned());
                let set = provider.iter().find(|(set, _)| *set == key);
                set.map(|(_, value)| (*value).to_owned())
            },
        );
    }
    let read = read.into_inner();
    let mut expected: Vec<_> = read.iter().map(String::as_str).collect();
    if cfg!(not(feature = "dev-idp")) {
        expected.push("DEV_IDP_ADDR");
        expected.sort_unstable();
    }
    assert_eq!(expected, names::NAMES);
}

#[test]
fn the_audit_log_hides_people_and_addresses_unless_configured() {
    let settings = with("", "AUDIT_LOG", "").unwrap();
    assert_eq!(settings.audit, AuditSettings::default());
    let file = "[audit]\nlog = \"off\"\nsubjects = \"plain\"\naddresses = \"off\"";
    let settings = with(file, "AUDIT_LOG", "audit.jsonl").unwrap();
    assert_eq!(
        settings.audit,
        AuditSettings {
            output: AuditOutput::File("audit.jsonl".into()),
            subjects: AuditSubjects::Plain,
            addresses: AuditAddresses::Off,
        }
    );
    for key in ["AUDIT_SUBJECTS", "AUDIT_ADDRESSES"] {
        only_fault(with("", key, "whole"), key);
    }
}
