//! What the log says of a request that fails.

use std::{
    io,
    sync::{Arc, Mutex},
};

use tracing::subscriber::DefaultGuard;
use tracing_subscriber::fmt::MakeWriter;

use crate::helpers::{ALICE, Answer, TestApp};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    /// Everything that is logged from here on, in this thread.
    fn collect() -> (Self, DefaultGuard) {
        let lines = Self::default();
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_writer(lines.clone())
            .finish();
        (lines, tracing::subscriber::set_default(subscriber))
    }

    fn with(&self, text: &str) -> Vec<String> {
        let all = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        let lines = all.lines().filter(|line| line.contains(text));
        lines.map(str::to_owned).collect()
    }
}

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// OU-22: the path is there, and the query, which may hold what is nobody's business, is not.
#[tokio::test]
async fn a_request_that_fails_is_logged_with_its_path() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    let (lines, _guard) = Lines::collect();
    app.provider.set_down(true);
    browser.get("/profile?userinfo=true&x=private").await;
    app.provider.set_down(false);
    let logged = lines.with("a request to Logto or the session store failed");
    assert_eq!(logged.len(), 1, "{logged:?}");
    assert!(logged[0].contains("path=\"/profile\""), "{logged:?}");
    assert!(!logged[0].contains("private"), "{logged:?}");

    browser.post("/sign-out").await;
    browser.provider_cookies.clear();
    browser.sign_in("bob").await;
    let form = [("item", "Tea"), ("quantity", "1"), ("viewer", ALICE)];
    let sent = browser.form("/api/orders/place").form(&form);
    assert_eq!(Answer::of(sent).await.status, 409);
    let logged = lines.with("a form of another person's page was refused");
    assert_eq!(logged.len(), 1, "{logged:?}");
    assert!(
        logged[0].contains("path=\"/api/orders/place\""),
        "{logged:?}"
    );
}
