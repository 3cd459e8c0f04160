//! Where sessions and their keys are kept.

use std::path::PathBuf;

use server::{settings, state::AppState};

/// A start in development, without keys, with sessions at this URL.
async fn start(store: &str) -> Result<AppState, String> {
    start_with(store, "memory:").await
}

async fn start_with(store: &str, orders: &str) -> Result<AppState, String> {
    let env = |key: &str| {
        let value = match key {
            "SESSION_STORE" => store,
            "LOGTO_ENDPOINT" => "https://tenant.logto.app/",
            "LOGTO_APP_ID" => "app-id",
            "LOGTO_APP_SECRET" => "app-secret",
            "SHOP_DATABASE" => orders,
            _ => return None,
        };
        Some(value.to_owned())
    };
    let text = "[leptos]\noutput-name = \"app\"\n[[logto.resources]]\nindicator = \"https://shop.example/api\"\n\
        permissions = [\"read:orders\"]\n";
    let settings = settings::parse(text, &env).map_err(|faults| faults.to_string())?;
    let built = AppState::build(settings).await;
    built
        .map(|(state, _)| state)
        .map_err(|fault| fault.to_string())
}

fn folder(name: &str) -> PathBuf {
    let name = format!("session-store-{}-{name}", std::process::id());
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    folder
}

/// SL-09: the keys of development are beside the very file that `SQLite` opens, however its URL is
/// written.
#[tokio::test]
async fn the_key_file_is_beside_the_store_however_its_url_is_written() {
    for (url, file) in [
        ("my%20data/s.db", "my data/s.db"),
        ("data/s.db?mode=rwc", "data/s.db"),
        ("a%3Fb/s.db?mode=rwc&cache=private", "a?b/s.db"),
        ("100%25/s%23.db", "100%/s#.db"),
    ] {
        let folder = folder("key-file");
        let url = format!("sqlite://{}/{url}", folder.display());
        std::fs::create_dir_all(folder.join(file).parent().unwrap()).unwrap();
        for _ in 0..2 {
            start(&url).await.unwrap();
            let database = folder.join(file);
            assert!(database.is_file(), "{url}");
            let mut keys = database.into_os_string();
            keys.push(".keys");
            let keys = std::fs::read_to_string(keys).unwrap();
            assert!(logto_axum::SessionKeys::parse(keys.trim()).is_ok(), "{url}");
        }
    }
}

/// A mistyped path must not become a new, empty store.
#[tokio::test]
async fn a_folder_that_is_not_there_is_refused_by_its_name() {
    let folder = folder("missing");
    let url = format!("sqlite://{}/sessions.db", folder.display());
    let said = start(&url).await.err().unwrap();
    let reason = format!("the folder {} does not exist: create it", folder.display());
    assert!(
        said.contains("SESSION_STORE") && said.contains(&reason),
        "{said}"
    );
    assert!(!folder.exists());
}

/// SL-05, OU-14: a server of sessions that cannot be reached is named, without the password.
#[tokio::test]
async fn a_server_that_cannot_be_reached_is_named_without_its_password() {
    for (url, shown) in [
        (
            "postgres://joe:hush@127.0.0.1:9/x",
            "postgres://…@127.0.0.1:9/x",
        ),
        ("redis://:hush@127.0.0.1:9", "redis://…@127.0.0.1:9"),
    ] {
        let said = start(url).await.err().unwrap();
        for part in ["SESSION_STORE", shown, "refused"] {
            assert!(said.contains(part), "{said}");
        }
        assert!(!said.contains("hush"), "{said}");
    }
}

/// Nor a new, empty file of orders.
#[tokio::test]
async fn a_folder_of_orders_that_is_not_there_is_refused_by_its_name() {
    let folder = folder("missing-orders");
    let url = format!("sqlite://{}/shop.db", folder.display());
    let said = start_with("memory:", &url).await.err().unwrap();
    let reason = format!("the folder {} does not exist: create it", folder.display());
    assert!(
        said.contains("SHOP_DATABASE") && said.contains(&reason),
        "{said}"
    );
    assert!(!folder.exists());
}
