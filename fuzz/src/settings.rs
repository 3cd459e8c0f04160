//! The settings file. A test of the server runs its seeds.

use leptos::config::Env;
use server::settings::parse;

const SECRET: &str = "fuzz-app-secret-7f3a";
const KEY: &str = "5q8BzfUwgJOxhnFQ0y7bTkqLZpM3NeYdRCVi2aXs9Kw=";
const ENVIRONMENT: [(&str, &str); 6] = [
    ("LEPTOS_ENV", "PROD"),
    ("LOGTO_ENDPOINT", "https://tenant.logto.app/"),
    ("LOGTO_APP_ID", "app-id"),
    ("LOGTO_APP_SECRET", SECRET),
    ("APP_BASE_URL", "https://app.example"),
    ("SESSION_KEYS", KEY),
];

/// A settings file, after lines with `NAME=value` of the environment and a line `---`, which may be missing.
///
/// Accepted settings of production are safe ones. Every fault says which setting is wrong, why, and what a right value is, and no
/// fault shows a secret.
pub fn settings_file(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else {
        return;
    };
    let (changes, file) = text.split_once("\n---\n").unwrap_or(("", text));
    let changes: Vec<_> = changes
        .lines()
        .filter_map(|line| line.split_once('='))
        .collect();
    let environment = |name: &str| {
        let known = ENVIRONMENT.iter().chain(&changes).rev();
        let mut found = known.filter(|(known, _)| *known == name);
        found.next().map(|(_, value)| (*value).to_owned())
    };
    match parse(file, &environment) {
        Ok(settings) => {
            assert!(
                settings.idle <= settings.lifetime,
                "idle for longer than it lives"
            );
            if settings.leptos.env == Env::PROD {
                assert!(settings.keys.is_some(), "production without keys");
                assert_eq!(settings.base_url.path(), "/");
            }
        }
        Err(faults) => {
            assert!(!faults.0.is_empty());
            let shown = faults.to_string();
            assert!(
                !shown.contains(SECRET) && !shown.contains(KEY),
                "a secret is shown"
            );
            for fault in &faults.0 {
                assert!(
                    !fault.key.is_empty() && !fault.problem.is_empty() && !fault.example.is_empty()
                );
            }
        }
    }
}
