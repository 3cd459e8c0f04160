//! A tiny application inside [`LogtoAuth::protect`], with a provider behind it and browsers in
//! front.

mod routes;

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, SystemTime},
};

use axum::{
    Router,
    extract::Request,
    middleware::{Next, from_fn},
    response::Response,
};
use dev_idp::Fixture;
use logto::{
    ApiResource, Client, Config, Scopes, Secret, SigningAlgorithm, scope::ORGANIZATIONS_RESOURCE,
};
use logto_axum::{
    AuthOptions, ClientAddress, Endpoints, Guard, Guards, Hooks, LogtoAuth, Requirement,
    SessionKeys, SessionStreamLimits, Store,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Notify,
};
use url::Url;

pub use routes::{ran, routes as pages};
pub use test_support::{
    Answer, Browser, TestProvider, browser, provider::parameter, store::Watched,
};

/// Where a request comes from that does not say it.
pub const CLIENT: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7));
pub const ALICE: &str = "vy5uejihtdj7";
pub const BOB: &str = "0jcp3swajm9l";
pub const ACME: &str = "asl5guymvnj4";
pub const GLOBEX: &str = "1xld34l574eb";
pub const SHOP: &str = "https://shop.example/api";
pub const BILLING: &str = "https://billing.example/api";
const SCOPES: &str = "email phone address custom_data identities roles urn:logto:scope:organizations \
    urn:logto:scope:organization_roles";

/// The APIs of the development fixture.
fn apis() -> Vec<ApiResource> {
    vec![
        ApiResource::new(SHOP, ["read:orders", "write:orders"]),
        ApiResource::new(BILLING, ["view:invoices"]),
    ]
}

/// Which pages of the application are for whom.
fn guards() -> Guards {
    let permission = |resource, permission| Requirement::Permission {
        resource,
        permission,
    };
    Guards::new([
        Guard::new("/profile", Requirement::SignedIn),
        Guard::new("/readers", Requirement::Role("shop-reader")),
        Guard::new("/writers", permission(SHOP, "write:orders")),
        Guard::new("/invoices", permission(BILLING, "view:invoices")),
        Guard::new(
            "/unknown",
            permission("https://unknown.example/api", "read"),
        ),
        Guard::new(
            "/anywhere",
            permission(ORGANIZATIONS_RESOURCE, "manage:billing"),
        ),
        Guard::new("/org/{organization}", Requirement::Member),
        Guard::new(
            "/org/{organization}/everything",
            permission(ORGANIZATIONS_RESOURCE, "manage:billing"),
        ),
        Guard::new(
            "/org/{organization}/billing",
            Requirement::OrganizationPermission("manage:billing"),
        ),
        Guard::new(
            "/org/{organization}/admin",
            Requirement::OrganizationRole("admin"),
        ),
        Guard::new(
            "/org/{organization}/orders",
            permission(SHOP, "write:orders"),
        ),
    ])
}

/// What its endpoints say to strangers.
fn endpoints() -> Endpoints {
    Endpoints::below("/api")
        .open(["/api/open"])
        .open_below(["/api/v1"])
        .refusing_with(r#""SignedOut""#, r#""Upstream""#)
}

/// What a test decides before the application starts.
pub struct Setup {
    pub base_url: Option<Url>,
    pub store: Arc<Watched>,
    pub keys: SessionKeys,
    pub idle: Duration,
    pub lifetime: Duration,
    pub timeout: Duration,
    pub algorithms: Option<Vec<SigningAlgorithm>>,
    pub fixture: Fixture,
    pub resources: Vec<ApiResource>,
    pub scopes: &'static str,
    pub show_errors: bool,
    pub keep_address: bool,
    /// Instead of the one the provider knows.
    pub secret: Option<&'static str>,
    pub streams: SessionStreamLimits,
    /// The path of the redirect URI.
    pub callback: &'static str,
    /// Whether the provider tells the application of logouts, and then whether with the session.
    pub backchannel_logout: Option<bool>,
    pub hooks: Hooks,
    /// The application inside the middleware.
    pub routes: fn(&LogtoAuth, Arc<Latch>) -> Router,
}

/// The address of the client is the one in a header of the test, or [`CLIENT`].
async fn client_address(mut request: Request, next: Next) -> Response {
    let address = request.headers().get("x-test-address");
    let address = address.and_then(|address| address.to_str().ok()?.parse().ok());
    let address = ClientAddress(address.unwrap_or(CLIENT));
    request.extensions_mut().insert(address);
    next.run(request).await
}

/// The running application.
pub struct App {
    pub at: String,
    pub address: SocketAddr,
    pub base: String,
    pub provider: Arc<TestProvider>,
    pub store: Arc<Watched>,
    pub latch: Arc<Latch>,
    pub auth: LogtoAuth,
    keys: SessionKeys,
    /// When the clock of all processes began to stand still.
    started: SystemTime,
    clock: Arc<AtomicI64>,
}

/// The routes of the application, and those that stand beside them.
fn application(auth: &LogtoAuth, latch: Arc<Latch>) -> Router {
    routes::routes(latch)
        .merge(auth.backchannel_logout_route())
        .merge(auth.session_events_route())
}

/// Holds a slow request until the test lets it go.
#[derive(Default)]
pub struct Latch {
    pub entered: Notify,
    pub leave: Notify,
}

impl App {
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn with(change: impl FnOnce(&mut Setup)) -> Self {
        let mut setup = Setup {
            base_url: None,
            store: Arc::new(Watched::default()),
            keys: SessionKeys::ephemeral(),
            idle: Duration::from_hours(24),
            lifetime: Duration::from_hours(168),
            timeout: Duration::from_secs(5),
            algorithms: None,
            fixture: Fixture::default(),
            resources: apis(),
            scopes: SCOPES,
            show_errors: false,
            keep_address: true,
            secret: None,
            streams: SessionStreamLimits::default(),
            callback: "/callback",
            backchannel_logout: None,
            hooks: Hooks::new(),
            routes: application,
        };
        change(&mut setup);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = format!("http://{}", listener.local_addr().unwrap());
        let base_url = setup
            .base_url
            .clone()
            .unwrap_or_else(|| at.parse().unwrap());
        let base = base_url.origin().ascii_serialization();
        let application = &mut setup.fixture.applications[0];
        application
            .redirect_uris
            .push(format!("{base}{}", setup.callback));
        application
            .post_logout_redirect_uris
            .push(format!("{base}/"));
        if let Some(session_required) = setup.backchannel_logout {
            application.backchannel_logout_uri = Some(format!("{at}/backchannel-logout"));
            application.backchannel_logout_session_required = session_required;
        }
        let provider = Arc::new(TestProvider::start(setup.fixture.clone()).await);
        let clock = Arc::new(AtomicI64::new(0));
        let started = SystemTime::now();
        Self::serve(listener, &base_url, provider, (started, clock), setup)
    }

    /// Another process of the same application, on the same store.
    pub async fn beside(&self) -> Self {
        self.beside_with(self.keys.clone()).await
    }

    /// The same, with other session keys.
    pub async fn beside_with(&self, keys: SessionKeys) -> Self {
        self.beside_changed(|setup| setup.keys = keys).await
    }

    /// The same, with another setting.
    pub async fn beside_changed(&self, change: impl FnOnce(&mut Setup)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut setup = Setup {
            base_url: None,
            store: self.store.clone(),
            keys: self.keys.clone(),
            idle: Duration::from_hours(24),
            lifetime: Duration::from_hours(168),
            timeout: Duration::from_secs(5),
            algorithms: None,
            fixture: self.provider.controls.fixture(),
            resources: apis(),
            scopes: SCOPES,
            show_errors: false,
            keep_address: true,
            secret: None,
            streams: SessionStreamLimits::default(),
            callback: "/callback",
            backchannel_logout: None,
            hooks: Hooks::new(),
            routes: application,
        };
        change(&mut setup);
        let base: Url = self.base.parse().unwrap();
        Self::serve(
            listener,
            &base,
            self.provider.clone(),
            (self.started, self.clock.clone()),
            setup,
        )
    }

    fn serve(
        listener: TcpListener,
        base_url: &Url,
        provider: Arc<TestProvider>,
        (started, clock): (SystemTime, Arc<AtomicI64>),
        setup: Setup,
    ) -> Self {
        let address = listener.local_addr().unwrap();
        let application = &setup.fixture.applications[0];
        let mut config = Config::new(
            provider.endpoint.parse().unwrap(),
            application.id.clone(),
            Secret::new(match setup.secret {
                Some(wrong) => wrong.to_owned(),
                None => application.secret.clone().unwrap(),
            }),
            base_url.join(setup.callback).unwrap(),
            base_url.join("/").unwrap(),
        );
        config.scopes.extend(Scopes::parse(setup.scopes).iter());
        config.resources = setup.resources;
        config.organization_permissions = vec!["manage:billing".into(), "invite:member".into()];
        config.connection.timeout = setup.timeout;
        config.algorithms = setup.algorithms;
        // It stands still but for what a test lets pass.
        let ticking = clock.clone();
        let now = move || {
            let moved = ticking.load(Ordering::SeqCst);
            started + Duration::from_secs(moved.try_into().unwrap())
        };
        let client = Client::with_clock(config, Arc::new(now)).unwrap();
        let mut options = AuthOptions::new(base_url.clone(), setup.keys.clone());
        options.idle = setup.idle;
        options.lifetime = setup.lifetime;
        options.show_errors = setup.show_errors;
        options.keep_address = setup.keep_address;
        options.language_cookie = Some("language".into());
        options.hooks = setup.hooks;
        options.session_stream_limits = setup.streams;
        let store: Arc<dyn Store> = setup.store.clone();
        let auth = LogtoAuth::new(client, store, options).unwrap();
        let latch = Arc::new(Latch::default());
        let router = auth.protect_with((setup.routes)(&auth, latch.clone()), guards(), endpoints());
        let router = router.layer(from_fn(client_address));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self {
            at: format!("http://{address}"),
            address,
            base: base_url.origin().ascii_serialization(),
            provider,
            store: setup.store,
            latch,
            auth,
            keys: setup.keys,
            started,
            clock,
        }
    }

    pub fn browser(&self) -> Browser {
        Browser::new(&self.at, &self.base)
    }

    /// A browser in which somebody has signed in, and that has shown the page after it: only then
    /// the session stays.
    pub async fn signed_in(&self, username: &str) -> Browser {
        let mut browser = self.browser();
        browser.sign_in(username).await;
        browser.get("/").await;
        browser
    }

    /// Time passes, here and at the provider.
    pub fn pass(&self, seconds: i64) {
        let moved = self.clock.fetch_add(seconds, Ordering::SeqCst) + seconds;
        self.provider.controls.set_time_offset(moved);
    }

    /// Refused without a request to the provider, and nobody is signed in.
    pub async fn assert_nothing_happened(&self) {
        assert_eq!(self.provider.token_requests(), 0, "no token request");
        assert!(self.store.live().await.is_empty(), "no session");
    }

    /// The same, while the store fails; it works again after this.
    pub async fn assert_nothing_happened_while_failing(&self) {
        self.store.set_failing(false);
        self.assert_nothing_happened().await;
    }

    /// The newest refresh token that was given out.
    pub fn refresh_token(&self) -> String {
        let seen = self.provider.seen_at("/oidc/token");
        let given = seen
            .iter()
            .rev()
            .find_map(|one| one.member("refresh_token"));
        given.unwrap()
    }

    /// What the provider says to a refresh token, asked past the application.
    pub async fn status_of_refresh_token(&self, token: &str) -> u16 {
        let fixture = self.provider.controls.fixture();
        let application = &fixture.applications[0];
        let form = [("grant_type", "refresh_token"), ("refresh_token", token)];
        let request = browser::http()
            .post(format!(
                "http://{}/oidc/token",
                self.provider.controls.address()
            ))
            .basic_auth(&application.id, application.secret.as_ref())
            .form(&form);
        Answer::of(request).await.status
    }

    /// A request as bytes, for what no client would send.
    pub async fn raw(&self, head: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(head).await.unwrap();
        stream
            .write_all(b"\r\nhost: x\r\nconnection: close\r\n\r\n")
            .await
            .unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }
}

/// What the home page of the application says.
pub fn greeting(subject: &str) -> String {
    format!("signed in as {subject}")
}

pub const SIGNED_OUT: &str = "signed out";
pub const UNKNOWN: &str = "unknown";

/// Waits until something is so, for what happens in another task.
pub async fn until(what: impl Fn() -> bool) {
    for _ in 0..1000 {
        if what() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("it did not happen within 5 s");
}
