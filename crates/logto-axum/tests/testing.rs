//! Sessions of tests: what they were given opens, and everything else is refused as Logto refuses
//! it. No provider runs.

use axum::{
    Router,
    body::Body,
    http::{
        HeaderValue, Request, StatusCode,
        header::{COOKIE, LOCATION},
    },
    response::Response,
    routing::get,
};
use logto::{Claim, OrganizationId};
use logto_axum::{
    CurrentUser, Endpoints, Guard, Guards, LogtoAuth, Requirement, testing::TestSession,
};
use tower::ServiceExt;

const SHOP: &str = "https://shop.example/api";
const READ_ORDERS: Requirement<'static> = Requirement::Permission {
    resource: SHOP,
    permission: "read:orders",
};

const GUARDS: [Guard; 7] = [
    Guard::new("/profile", Requirement::SignedIn),
    Guard::new("/staff", Requirement::Role("staff")),
    Guard::new("/orders", READ_ORDERS),
    Guard::new("/org/{organization}", Requirement::Member),
    Guard::new(
        "/org/{organization}/billing",
        Requirement::OrganizationPermission("manage:billing"),
    ),
    Guard::new(
        "/org/{organization}/admin",
        Requirement::OrganizationRole("admin"),
    ),
    Guard::new("/org/{organization}/orders", READ_ORDERS),
];

/// An application whose provider is not there.
struct App {
    auth: LogtoAuth,
    router: Router,
}

impl App {
    async fn new() -> Self {
        let auth = LogtoAuth::builder(
            "http://localhost:9",
            "id",
            "secret",
            "http://localhost:3000",
        );
        let auth = auth.unwrap().resource(SHOP, ["read:orders"]);
        let auth = auth.build().await.unwrap();
        let page = |person: CurrentUser| async move { person.display_name().to_owned() };
        let add = |router: Router, guard: Guard| router.route(guard.path.as_str(), get(page));
        let router = GUARDS.into_iter().fold(Router::new(), add);
        let router = auth.protect_with(router, Guards::new(GUARDS), Endpoints::none());
        Self { auth, router }
    }

    async fn get(&self, path: &str, cookie: Option<&HeaderValue>) -> Response {
        let mut request = Request::get(path).header("accept", "text/html");
        if let Some(cookie) = cookie {
            request = request.header(COOKIE, cookie);
        }
        let request = request.body(Body::empty()).unwrap();
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// The status of each guarded page for this session.
    async fn statuses(&self, session: &TestSession) -> [u16; 7] {
        let cookie = session.cookie(&self.auth).await.unwrap();
        let mut statuses = [0; 7];
        for (status, guard) in statuses.iter_mut().zip(GUARDS) {
            let path = guard.path.href("acme");
            *status = self.get(&path, Some(&cookie)).await.status().as_u16();
        }
        statuses
    }
}

fn organization(id: &str) -> OrganizationId {
    id.parse().unwrap()
}

#[tokio::test]
async fn what_a_session_was_given_opens_and_nothing_else_does() {
    let app = App::new().await;
    let [acme, globex] = ["acme", "globex"].map(organization);
    let alice = TestSession::new("alice");
    for (session, statuses) in [
        (alice.clone(), [200, 403, 403, 404, 404, 404, 404]),
        (
            alice.clone().role("staff"),
            [200, 200, 403, 404, 404, 404, 404],
        ),
        (
            alice.clone().permissions(SHOP, ["read:orders"]),
            [200, 403, 200, 404, 404, 404, 404],
        ),
        (
            alice.clone().permissions(SHOP, []),
            [200, 403, 403, 404, 404, 404, 404],
        ),
        (
            alice.clone().member(&acme, []),
            [200, 403, 403, 200, 403, 403, 404],
        ),
        (
            alice.clone().member(&acme, ["manage:billing"]),
            [200, 403, 403, 200, 200, 403, 404],
        ),
        (
            alice
                .clone()
                .member(&acme, [])
                .organization_role(&acme, "admin"),
            [200, 403, 403, 200, 403, 200, 404],
        ),
        (
            alice.clone().permissions_in(&acme, SHOP, ["read:orders"]),
            [200, 403, 403, 404, 404, 404, 200],
        ),
        // Of another organization.
        (
            alice
                .member(&globex, ["manage:billing"])
                .organization_role(&globex, "admin")
                .permissions_in(&globex, SHOP, ["read:orders"]),
            [200, 403, 403, 404, 404, 404, 404],
        ),
    ] {
        assert_eq!(app.statuses(&session).await, statuses, "{session:?}");
    }
}

#[tokio::test]
async fn the_session_is_that_of_the_person_and_of_its_cookie_alone() {
    let app = App::new().await;
    let alice = TestSession::new("u1").claims(|claims| claims.name = Claim::Value("Alice".into()));
    let alice = alice.cookie(&app.auth).await.unwrap();
    let bob = TestSession::new("bob").cookie(&app.auth).await.unwrap();
    for (cookie, name) in [(&alice, "Alice"), (&bob, "bob")] {
        let page = app.get("/profile", Some(cookie)).await;
        assert_eq!(page.status(), StatusCode::OK);
        let body = axum::body::to_bytes(page.into_body(), 1000).await.unwrap();
        assert_eq!(body, name);
    }
    let stranger = app.get("/profile", None).await;
    assert_eq!(stranger.status(), StatusCode::SEE_OTHER);
    assert_eq!(
        stranger.headers()[LOCATION],
        "/sign-in?return_to=%2Fprofile"
    );
    // Another application has other keys.
    let another = App::new().await;
    let page = another.get("/profile", Some(&alice)).await;
    assert_eq!(page.status(), StatusCode::SEE_OTHER);
}

/// A refusal ends no session.
#[tokio::test]
async fn a_refused_session_goes_on() {
    let app = App::new().await;
    let session = TestSession::new("alice");
    for _ in 0..2 {
        let cookie = session.cookie(&app.auth).await.unwrap();
        for (path, status) in [("/orders", 403), ("/org/acme", 404), ("/profile", 200)] {
            assert_eq!(
                app.get(path, Some(&cookie)).await.status(),
                status,
                "{path}"
            );
        }
    }
}
