//! What is compiled for the browser: pages and forms, nothing that speaks to Logto or keeps sessions (SL-04).

use std::{collections::BTreeMap, process::Command};

const SERVER_ONLY: [&str; 20] = [
    "aws-lc-rs",
    "aws-lc-sys",
    "axum",
    "chacha20poly1305",
    "dev-idp",
    "hyper",
    "jsonwebtoken",
    "leptos_axum",
    "libsqlite3-sys",
    "logto",
    "logto-axum",
    "p384",
    "reqwest",
    "ring",
    "rustls",
    "server",
    "tokio",
    "tower-http",
    "tower-sessions",
    "tracing-subscriber",
];

#[test]
fn the_browser_gets_no_protocol_crypto_database_or_http_crate() {
    let names = tree(&["-p", "frontend"]);
    for there in [
        "leptos",
        "leptos-logto",
        "leptos-logto-panels",
        "app",
        "wasm-bindgen",
    ] {
        assert!(
            names.contains_key(there),
            "the list is read rightly: it has {there}"
        );
    }
    let found: Vec<_> = names
        .keys()
        .filter(|name| SERVER_ONLY.contains(&name.as_str()) || name.starts_with("sqlx"))
        .collect();
    assert!(found.is_empty(), "for the server only: {found:?}");
}

#[test]
fn below_the_panels_in_the_browser_are_leptos_logto_and_logto_types_alone() {
    let names = tree(&["-p", "leptos-logto-panels", "--features", "hydrate"]);
    let ours: Vec<_> = names
        .iter()
        .filter(|(_, line)| line.contains("/crates/"))
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(ours, ["leptos-logto", "leptos-logto-panels", "logto-types"]);
}

/// What a package is compiled with for the browser: each crate by its name, with its line in the tree.
fn tree(package: &[&str]) -> BTreeMap<String, String> {
    let tree = Command::new(env!("CARGO"))
        .arg("tree")
        .args(package)
        .args(["--target", "wasm32-unknown-unknown"])
        .args(["-e", "normal", "--prefix", "none", "--offline", "--locked"])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&tree.stderr);
    assert!(tree.status.success(), "{stderr}");
    let text = String::from_utf8(tree.stdout).unwrap();
    text.lines()
        .filter_map(|line| Some((line.split(' ').next()?.to_owned(), line.to_owned())))
        .collect()
}
