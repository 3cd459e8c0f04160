//! What is compiled for the browser: pages and forms, nothing that speaks to Logto or keeps sessions (SL-04).

use std::{collections::BTreeSet, process::Command};

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
    let tree = Command::new(env!("CARGO"))
        .args([
            "tree",
            "-p",
            "frontend",
            "--target",
            "wasm32-unknown-unknown",
        ])
        .args(["-e", "normal", "--prefix", "none", "--offline", "--locked"])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&tree.stderr);
    assert!(tree.status.success(), "{told}");
    let text = String::from_utf8(tree.stdout).unwrap();
    let names: BTreeSet<&str> = text
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect();
    for there in ["leptos", "leptos-logto", "app", "wasm-bindgen"] {
        assert!(
            names.contains(there),
            "the list is read rightly: it has {there}"
        );
    }
    let found: Vec<_> = names
        .iter()
        .filter(|name| SERVER_ONLY.contains(name) || name.starts_with("sqlx"))
        .collect();
    assert!(found.is_empty(), "for the server only: {found:?}");
}
