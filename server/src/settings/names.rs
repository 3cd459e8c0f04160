//! The names of the variables that this program reads, and a suggestion for a name that is misspelt.

use strsim::damerau_levenshtein;

/// Every variable that the settings are read from.
pub(super) const NAMES: [&str; 42] = [
    "ALL_PROXY",
    "APP_BASE_URL",
    "AUDIT_ADDRESSES",
    "AUDIT_LOG",
    "AUDIT_SUBJECTS",
    "DEV_IDP_ADDR",
    "ENV_FILE",
    "HSTS",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "LEPTOS_ENV",
    "LEPTOS_HASH_FILES",
    "LEPTOS_HASH_FILE_NAME",
    "LEPTOS_OUTPUT_NAME",
    "LEPTOS_RELOAD_PORT",
    "LEPTOS_SITE_ADDR",
    "LEPTOS_SITE_PKG_DIR",
    "LEPTOS_SITE_ROOT",
    "LOGTO_ACCOUNT_CENTER",
    "LOGTO_ALGORITHMS",
    "LOGTO_ALLOW_HTTP",
    "LOGTO_APP_ID",
    "LOGTO_APP_SECRET",
    "LOGTO_ENDPOINT",
    "LOGTO_PROXY",
    "LOGTO_ROOT_CERTIFICATE",
    "METRICS_ADDR",
    "NO_PROXY",
    "RATE_LIMIT",
    "RUST_LOG",
    "SESSION_IDLE",
    "SESSION_KEEP_ADDRESS",
    "SESSION_KEYS",
    "SESSION_LIFETIME",
    "SESSION_STORE",
    "SHOP_DATABASE",
    "SHUTDOWN_DELAY",
    "TRUSTED_PROXIES",
    "all_proxy",
    "http_proxy",
    "https_proxy",
    "no_proxy",
];

/// The prefixes of this program.
const PREFIXES: [&str; 7] = [
    "APP_", "AUDIT_", "DEV_IDP_", "LOGTO_", "METRICS_", "SESSION_", "SHOP_",
];

/// The setting that a name is a misspelling of: one that differs in a few letters. `None` for a setting, and for the names of
/// other programs.
pub(super) fn suggest(name: &str) -> Option<&'static str> {
    let (nearest, edits) = nearest(name)?;
    // A fifth of the name, so that no short one (HOST) is taken for another (HSTS).
    (edits <= nearest.len() / 5).then_some(nearest)
}

/// The same; and the nearest setting for every name with a prefix of this program.
pub(super) fn suggest_in_file(name: &str) -> Option<&'static str> {
    let upper = name.to_ascii_uppercase();
    let is_ours = PREFIXES.iter().any(|prefix| upper.starts_with(prefix));
    suggest(name).or_else(|| {
        nearest(name)
            .filter(|_| is_ours)
            .map(|(nearest, _)| nearest)
    })
}

fn nearest(name: &str) -> Option<(&'static str, usize)> {
    if NAMES.contains(&name) {
        return None;
    }
    let upper = name.to_ascii_uppercase();
    let edits = |known| (known, damerau_levenshtein(&upper, known));
    NAMES.into_iter().map(edits).min_by_key(|(_, edits)| *edits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_nearly_ours_are_known_for_them() {
        for (name, known) in [
            ("LOGTO_ENDPIONT", "LOGTO_ENDPOINT"),
            ("LOGOT_APP_ID", "LOGTO_APP_ID"),
            ("session_keys", "SESSION_KEYS"),
            ("TRUSTED_PROXY", "TRUSTED_PROXIES"),
            ("RATELIMIT", "RATE_LIMIT"),
            ("LEPTOS_SITE_ADDRESS", "LEPTOS_SITE_ADDR"),
        ] {
            assert_eq!(suggest(name), Some(known), "{name}");
            assert_eq!(suggest_in_file(name), Some(known), "{name}");
        }
    }

    /// Kubernetes gives each process the addresses of services, of which one may be called `logto`.
    #[test]
    fn names_of_others_are_left_alone() {
        for name in ["HOST", "NODE_ENV", "PATH", "LEPTOS_WATCH", "E2E_NAME"] {
            assert_eq!(
                (suggest(name), suggest_in_file(name)),
                (None, None),
                "{name}"
            );
        }
        for name in [
            "LOGTO_PORT",
            "LOGTO_SERVICE_HOST",
            "SHOP_PORT",
            "APP_VERSION",
        ] {
            assert_eq!(suggest(name), None, "{name}");
            assert!(suggest_in_file(name).is_some(), "{name}");
        }
        for name in NAMES {
            assert_eq!(
                (suggest(name), suggest_in_file(name)),
                (None, None),
                "{name}"
            );
        }
    }
}
