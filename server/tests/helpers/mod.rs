//! The real router on a free port, with the development identity provider behind it and browsers in front.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, SystemTime},
};

use app::{Site, server::ShopClient};
use dev_idp::{Fixture, FixtureUser};
use leptos::config::{Env, LeptosOptions};
use logto::{ApiResource, Client, Config, ResourceServer, Scopes, Secret};
use logto_axum::{AuthOptions, Hooks, LogtoAuth, SessionKeys};
use server::{
    connections::{self, Limits},
    router::router,
    settings::Network,
    state::AppState,
};
use shop::{Orders, Shop};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_util::sync::CancellationToken;
use url::Url;

pub use test_support::{Answer, Browser, TestProvider, browser, person, store::Watched};

pub const ALICE: &str = "vy5uejihtdj7";
pub const BOB: &str = "0jcp3swajm9l";
/// What the committed `Leptos.toml` asks for.
const SCOPES: &str = "email phone address custom_data identities roles urn:logto:scope:organizations \
    urn:logto:scope:organization_roles";

/// What a test decides before the server starts.
pub struct Setup {
    pub base_url: Option<Url>,
    pub fixture: Fixture,
    pub site: Site,
    pub site_root: String,
    pub hash_files: bool,
    pub env: Env,
    pub scopes: &'static str,
    pub shop: bool,
    /// Where the pages call the orders API, if it is not this server's own.
    pub orders_at: Option<Url>,
    /// Whether pages show errors to developers.
    pub show_errors: bool,
    /// Instead of the one the provider knows.
    pub secret: Option<&'static str>,
    pub limits: Limits,
    pub network: Network,
    pub hooks: Hooks,
}

/// The running server.
pub struct TestApp {
    pub address: SocketAddr,
    pub base: String,
    pub provider: TestProvider,
    pub store: Arc<Watched>,
    clock: Arc<AtomicI64>,
    /// Cancelled, as the signal to stop does it.
    pub shutdown: CancellationToken,
}

impl TestApp {
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    #[expect(
        clippy::too_many_lines,
        reason = "every part of the server, put together once"
    )]
    pub async fn with(change: impl FnOnce(&mut Setup)) -> Self {
        let mut setup = Setup {
            base_url: None,
            fixture: Fixture::default(),
            site: Site::default(),
            site_root: "no-such-folder".into(),
            hash_files: false,
            env: Env::DEV,
            scopes: SCOPES,
            shop: true,
            orders_at: None,
            show_errors: false,
            secret: None,
            limits: Limits::default(),
            network: Network::default(),
            hooks: Hooks::new(),
        };
        change(&mut setup);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let base_url = setup.base_url.clone();
        let base_url = base_url.unwrap_or_else(|| format!("http://{address}").parse().unwrap());
        let base = base_url.origin().ascii_serialization();
        let application = &mut setup.fixture.applications[0];
        application.redirect_uris.push(format!("{base}/callback"));
        application
            .post_logout_redirect_uris
            .push(format!("{base}/"));
        let (app_id, secret) = (application.id.clone(), application.secret.clone().unwrap());
        let secret = setup.secret.map_or(secret, str::to_owned);
        let resources = setup.fixture.resources.iter();
        let resources = resources.map(|api| ApiResource::new(&api.indicator, &api.permissions));
        let resources = resources.collect();
        let roles = setup.fixture.organization_roles.iter();
        let permissions = roles.flat_map(|role| role.organization_permissions.clone());
        let permissions = permissions.collect();
        let provider = TestProvider::start(setup.fixture).await;
        let mut config = Config::new(
            provider.endpoint.parse().unwrap(),
            app_id,
            Secret::new(secret),
            base_url.join("callback").unwrap(),
            base_url.join("/").unwrap(),
        );
        config.scopes.extend(Scopes::parse(setup.scopes).iter());
        config.resources = resources;
        config.organization_permissions = permissions;
        let shop = if setup.shop {
            let api = ResourceServer::new(config.endpoint.clone(), person::SHOP).unwrap();
            Some(Shop::new(api, Orders::in_memory().await.unwrap()))
        } else {
            None
        };
        let own = || format!("http://{address}/shop").parse().unwrap();
        let orders_at = setup.orders_at.unwrap_or_else(own);
        let store = Arc::new(Watched::default());
        let clock = Arc::new(AtomicI64::new(0));
        // It stands still but for what a test lets pass.
        let (started, ticking) = (SystemTime::now(), clock.clone());
        let now = move || {
            let moved = ticking.load(Ordering::SeqCst);
            started + Duration::from_secs(moved.try_into().unwrap())
        };
        let client = Client::with_clock(config, Arc::new(now)).unwrap();
        let mut options = AuthOptions::new(base_url, SessionKeys::ephemeral());
        options.show_errors = setup.show_errors;
        options.language_cookie = Some(app::language::COOKIE.to_owned());
        options.hooks = setup.hooks;
        let state = AppState {
            leptos: LeptosOptions::builder()
                .output_name("leptos-logto")
                .hash_file(format!("{}/hash.txt", setup.site_root).into())
                .site_root(setup.site_root)
                .site_pkg_dir("pkg")
                .hash_files(setup.hash_files)
                .env(setup.env)
                .build(),
            auth: LogtoAuth::new(client, store.clone(), options).unwrap(),
            site: setup.site,
            orders: setup
                .shop
                .then(|| ShopClient::new(orders_at, person::SHOP).unwrap()),
            shop,
            network: setup.network,
            audit: None,
            shutdown: CancellationToken::new(),
        };
        let router = router(&state);
        let proxies = state.network.trusted_proxies.clone();
        let never = std::future::pending();
        tokio::spawn(connections::serve(
            listener,
            router,
            setup.limits,
            proxies,
            never,
        ));
        Self {
            address,
            base,
            provider,
            store,
            clock,
            shutdown: state.shutdown,
        }
    }

    /// Time passes, here and at the provider.
    pub fn pass(&self, seconds: i64) {
        let moved = self.clock.fetch_add(seconds, Ordering::SeqCst) + seconds;
        self.provider.controls.set_time_offset(moved);
    }

    pub fn browser(&self) -> Browser {
        Browser::new(&format!("http://{}", self.address), &self.base)
    }

    pub async fn signed_in(&self, username: &str) -> Browser {
        let mut browser = self.browser();
        browser.sign_in(username).await;
        browser
    }

    /// A request with a body as bytes.
    pub async fn raw_with_body(&self, head: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let request = format!("{head}\r\nhost: x\r\nconnection: close\r\n\r\n{body}");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// A request as bytes, for what no client would send.
    pub async fn raw(&self, head: &str) -> String {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let host = self.base.split_once("://").unwrap().1;
        let request =
            format!("{head}\r\nhost: {host}\r\naccept: text/html\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }
}

/// Somebody whose name is what a test says.
pub fn user(username: &str, name: &str) -> FixtureUser {
    let mut user = Fixture::default().users.remove(1);
    user.id = format!("id-of-{username}");
    user.username = username.into();
    user.password = username.into();
    user.name = Some(name.into());
    user
}
