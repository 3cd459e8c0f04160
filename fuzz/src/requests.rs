//! The targets that need nothing but what applications use. `crates/logto-axum/tests/fuzz_seeds.rs`
//! runs their seeds.

use axum::{
    Router,
    body::Body,
    http::{HeaderValue, Request, StatusCode, header},
    routing::get,
};
use logto_axum::{Auth, FlowPaths, LogtoAuth, ReturnTo, SessionKeys, Who, testing::TestSession};
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt as _;
use url::Url;

const SUBJECT: &str = "alice";

/// An application with one session.
struct App {
    runtime: Runtime,
    router: Router,
    /// The cookie that leads to the session.
    cookie: HeaderValue,
}

thread_local! {
    static APP: App = App::start();
}

impl App {
    fn start() -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let (router, cookie) = runtime.block_on(async {
            let base_url = "https://app.example/";
            let auth = LogtoAuth::builder("http://localhost:9", "app-id", "secret", base_url);
            let auth = auth
                .unwrap()
                .session_keys(SessionKeys::ephemeral())
                .build()
                .await
                .unwrap();
            let cookie = TestSession::new(SUBJECT).cookie(&auth).await.unwrap();
            let router = Router::new().route("/", get(who));
            (auth.protect(router), cookie)
        });
        Self {
            runtime,
            router,
            cookie,
        }
    }
}

async fn who(auth: Auth) -> StatusCode {
    match auth.who() {
        Who::SignedIn(person) => {
            assert_eq!(person.claims.sub, SUBJECT);
            StatusCode::OK
        }
        Who::SignedOut => StatusCode::NO_CONTENT,
        Who::Unknown => panic!("the store in memory answers"),
    }
}

/// The `Cookie` header of a request. `{session}` in it stands for the cookie of a session.
///
/// Nobody is signed in without that very cookie, and the answer is neither an error of the server
/// nor has it a header of the request's making.
pub fn cookie_header(data: &[u8]) {
    APP.with(|app| {
        let Ok(cookie) = app.cookie.to_str() else {
            return;
        };
        let text = data.split(|byte| *byte == b'\n');
        let lines = text.map(|line| {
            let line = String::from_utf8_lossy(line).replace("{session}", cookie);
            HeaderValue::from_bytes(line.as_bytes())
        });
        let Ok(lines) = lines.collect::<Result<Vec<_>, _>>() else {
            return;
        };
        let has_session = lines.iter().any(|line| {
            let line = line.as_bytes();
            line.windows(cookie.len())
                .any(|part| part == cookie.as_bytes())
        });
        let mut request = Request::get("/").body(Body::empty()).unwrap();
        for line in lines {
            request.headers_mut().append(header::COOKIE, line);
        }
        let answer = app
            .runtime
            .block_on(app.router.clone().oneshot(request))
            .unwrap();
        assert!(!answer.status().is_server_error(), "{}", answer.status());
        assert!(
            answer.status() != StatusCode::OK || has_session,
            "signed in by another cookie"
        );
        for set in answer.headers().get_all(header::SET_COOKIE) {
            let set = set.to_str().expect("a cookie is text");
            assert!(set.starts_with("__Host-logto-"), "{set}");
            assert!(set.contains("Secure"), "{set}");
        }
    });
}

/// A `return_to`. By the URL standard, a browser stays on the origin and outside of the sign-in
/// flow, and reads the same address again.
pub fn return_target(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else {
        return;
    };
    let base = Url::parse("https://app.example/some/page").unwrap();
    let flow = FlowPaths::of(&base.join("/callback").unwrap());
    let kept = ReturnTo::parse(text).outside(&flow);
    let path = kept.as_str();
    assert!(path.starts_with('/') && !path.starts_with("//") && !path.starts_with("/\\"));
    assert!(path.bytes().all(|byte| byte.is_ascii_graphic()), "{path:?}");
    HeaderValue::from_str(path).unwrap();
    let there = base.join(path).unwrap();
    assert_eq!(there.origin(), base.origin());
    assert!(!flow.contains(there.path()), "{path}");
    assert_eq!(ReturnTo::parse(path).as_str(), path, "read again");
}
