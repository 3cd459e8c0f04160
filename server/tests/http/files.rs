//! Static files and the health check.

use std::{fs, path::PathBuf};

use crate::helpers::TestApp;

fn site(name: &str) -> String {
    let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("site-{name}"));
    fs::create_dir_all(root.join("pkg")).unwrap();
    fs::write(
        root.join("pkg/leptos-logto.abc123.js"),
        "export default 1;\n",
    )
    .unwrap();
    fs::write(root.join("pkg/leptos-logto.abc123.wasm"), b"\0asm").unwrap();
    fs::write(
        root.join("favicon.svg"),
        "<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
    )
    .unwrap();
    fs::write(
        root.join("hash.txt"),
        "js: abc123\nwasm: abc123\ncss: abc123\n",
    )
    .unwrap();
    fs::write(root.join("secret.txt"), "not in pkg").unwrap();
    root.display().to_string()
}

/// SE-14, HD-02: files are for everybody, so they must not carry anybody's cookie.
#[tokio::test]
async fn files_with_hashed_names_are_kept_for_good_and_set_no_cookie() {
    let app = TestApp::with(|setup| {
        setup.site_root = site("hashed");
        setup.hash_files = true;
    })
    .await;
    let mut browser = app.browser();
    let name = browser.cookie_name("logto-session");
    let value = "AAAAAAAAAAAAAAAAAAAAAA";
    browser.cookies.insert(name, value.into());
    for (path, kind) in [
        ("/pkg/leptos-logto.abc123.js", "text/javascript"),
        ("/pkg/leptos-logto.abc123.wasm", "application/wasm"),
    ] {
        let file = browser.get(path).await;
        assert_eq!((file.status, file.header("content-type")), (200, kind));
        assert_eq!(
            file.header("cache-control"),
            "public, max-age=31536000, immutable"
        );
        assert!(file.set_cookies().is_empty());
        assert_eq!(file.header("x-content-type-options"), "nosniff");
    }
    let icon = browser.get("/favicon.svg").await;
    assert_eq!(
        (icon.status, icon.header("cache-control")),
        (200, "public, max-age=86400")
    );
    assert!(icon.set_cookies().is_empty());
    assert_eq!(app.store.calls("load_session"), 0, "files cost no session");
}

#[tokio::test]
async fn files_without_hashed_names_are_asked_for_each_time() {
    let app = TestApp::with(|setup| setup.site_root = site("plain")).await;
    let file = app.browser().get("/pkg/leptos-logto.abc123.js").await;
    assert_eq!(
        (file.status, file.header("cache-control")),
        (200, "no-cache")
    );
}

#[tokio::test]
async fn a_file_that_is_not_there_is_not_found_and_not_kept() {
    let app = TestApp::with(|setup| {
        setup.site_root = site("missing");
        setup.hash_files = true;
    })
    .await;
    for path in [
        "/pkg/leptos-logto.old.js",
        "/pkg/",
        "/pkg/../secret.txt",
        "/pkg/%2e%2e/secret.txt",
        "/pkg/..%2fsecret.txt",
    ] {
        let answer = app
            .raw(&format!("GET {path} HTTP/1.1"))
            .await
            .to_lowercase();
        assert!(answer.starts_with("http/1.1 404"), "{path}: {answer}");
        assert!(answer.contains("no-store"), "{path}: {answer}");
        assert!(!answer.contains("not in pkg"), "{path}");
    }
}

#[tokio::test]
async fn the_health_check_needs_neither_store_nor_provider() {
    let app = TestApp::start().await;
    app.store.set_failing(true);
    app.provider.set_down(true);
    let answer = app.browser().get("/healthz").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "ok\n"));
    assert!(answer.set_cookies().is_empty());
}
