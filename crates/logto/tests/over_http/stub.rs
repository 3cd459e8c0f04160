//! A provider whose every answer a test can choose, and which remembers what it was asked.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use logto::{Callback, Client, Config, FinishedSignIn, Pending, Secret, SignIn};
use serde_json::{Value, json};

use crate::signer::Signer;

pub const NOW: u64 = 1_800_000_000;

/// Secrets of the length that Logto's have.
pub const CODE: &str = "c0d3-NDr0eNP-tq7k3V8-VYOS3rw5ckffurB_zqtem0";
pub const ACCESS_TOKEN: &str = "4cc355-0eNP-tq7k3V8-VYOS3rw5ckffurB_zqtem00";
pub const REFRESH_TOKEN: &str = "r3fr35h-0eNP-tq7k3V8-VYOS3rw5ckffurB_zqtem0";

/// How a path answers from now on.
#[derive(Clone)]
pub enum Reply {
    Json(u16, Value),
    Text(&'static str, String),
    /// 429 with this `Retry-After`.
    RateLimited(String),
    Redirect(String),
    /// The usual answer, delayed.
    Late(Duration),
}

/// What was asked.
#[derive(Clone, Debug)]
pub struct Asked {
    pub path: String,
    pub headers: HeaderMap,
    pub body: String,
}

pub struct Stub {
    pub endpoint: String,
    pub signer: Mutex<Signer>,
    replies: Mutex<HashMap<String, Reply>>,
    asked: Mutex<Vec<Asked>>,
    clock: AtomicU64,
}

impl Stub {
    pub async fn start() -> Arc<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stub = Arc::new(Self {
            endpoint: format!("http://{}", listener.local_addr().unwrap()),
            signer: Mutex::new(Signer::new("ES384", "one")),
            replies: Mutex::default(),
            asked: Mutex::default(),
            clock: AtomicU64::new(NOW),
        });
        let app = Router::new().fallback(answer).with_state(stub.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        stub
    }

    pub fn issuer(&self) -> String {
        format!("{}/oidc", self.endpoint)
    }

    pub fn reply(&self, path: &str, reply: Reply) {
        self.replies.lock().unwrap().insert(path.to_owned(), reply);
    }

    pub fn reply_as_usual(&self, path: &str) {
        self.replies.lock().unwrap().remove(path);
    }

    /// The requests to a path so far.
    pub fn asked(&self, path: &str) -> Vec<Asked> {
        self.asked
            .lock()
            .unwrap()
            .iter()
            .filter(|asked| asked.path == path)
            .cloned()
            .collect()
    }

    pub fn times_asked(&self, path: &str) -> usize {
        self.asked(path).len()
    }

    pub fn now(&self) -> u64 {
        self.clock.load(Ordering::SeqCst)
    }

    pub fn pass(&self, seconds: u64) {
        self.clock.fetch_add(seconds, Ordering::SeqCst);
    }

    pub fn config(&self) -> Config {
        let mut config = Config::new(
            self.endpoint.parse().unwrap(),
            "the app",
            Secret::new("s3cr3t with space&more"),
            "https://app.example/callback".parse().unwrap(),
            "https://app.example/".parse().unwrap(),
        );
        config.connection.timeout = Duration::from_millis(1500);
        config.connection.max_body = 64 * 1024;
        config
    }

    /// A client that shares the clock of this provider.
    pub fn client(self: &Arc<Self>) -> Client {
        self.client_with(self.config())
    }

    pub fn client_with(self: &Arc<Self>, config: Config) -> Client {
        let stub = self.clone();
        let clock = Arc::new(move || UNIX_EPOCH + Duration::from_secs(stub.now()));
        Client::with_clock(config, clock as Arc<dyn Fn() -> SystemTime + Send + Sync>).unwrap()
    }

    pub fn claims(&self, nonce: &str) -> Value {
        json!({ "sub": "alice", "nonce": nonce, "aud": "the app", "iss": self.issuer(), "iat": self.now(),
            "exp": self.now() + 3600, "auth_time": self.now() })
    }

    pub fn sign(&self, claims: &Value) -> String {
        self.signer.lock().unwrap().sign(claims)
    }

    /// Answers the token endpoint with this ID token.
    pub fn give(&self, id_token: &str) {
        let body = json!({ "access_token": ACCESS_TOKEN, "refresh_token": REFRESH_TOKEN, "id_token": id_token,
            "expires_in": 3600, "token_type": "Bearer", "scope": "openid offline_access profile" });
        self.reply("/oidc/token", Reply::Json(200, body));
    }

    /// Signs in from the beginning to the end, as the provider's keys are now.
    pub async fn sign_in(&self, client: &Client) -> Result<FinishedSignIn, logto::Error> {
        let (_, pending) = client.sign_in(&SignIn::default()).await?;
        self.give(&self.sign(&self.claims(&pending.nonce)));
        client
            .finish_sign_in(&self.callback(&pending), &pending)
            .await
    }

    pub fn callback(&self, pending: &Pending) -> Callback {
        Callback::parse(&format!(
            "code=c0d3&state={}&iss={}",
            pending.state,
            self.issuer()
        ))
        .unwrap()
    }

    fn usual(&self, path: &str) -> Reply {
        let issuer = self.issuer();
        match path {
            "/oidc/.well-known/openid-configuration" => Reply::Json(
                200,
                // As at Logto: what the key of now signs with.
                discovery(&issuer, &json!([self.signer.lock().unwrap().algorithm])),
            ),
            "/oidc/jwks" => {
                Reply::Json(200, json!({ "keys": [self.signer.lock().unwrap().jwk()] }))
            }
            "/oidc/me" => Reply::Json(200, json!({ "sub": "alice", "name": "Alice" })),
            "/oidc/token/revocation" => Reply::Text("text/plain", String::new()),
            _ => Reply::Json(404, json!({})),
        }
    }
}

async fn answer(State(stub): State<Arc<Stub>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let path = head.uri.path().to_owned();
    let body = axum::body::to_bytes(body, 1024 * 1024).await.unwrap();
    let body = String::from_utf8(body.to_vec()).unwrap();
    stub.asked.lock().unwrap().push(Asked {
        path: path.clone(),
        headers: head.headers,
        body,
    });
    let chosen = stub.replies.lock().unwrap().get(&path).cloned();
    let reply = match chosen {
        Some(Reply::Late(time)) => {
            tokio::time::sleep(time).await;
            stub.usual(&path)
        }
        Some(reply) => reply,
        None => stub.usual(&path),
    };
    match reply {
        Reply::Json(status, body) => {
            let headers = [("content-type", "application/json; charset=utf-8")];
            (
                StatusCode::from_u16(status).unwrap(),
                headers,
                body.to_string(),
            )
                .into_response()
        }
        Reply::Text(kind, body) => ([("content-type", kind)], body).into_response(),
        Reply::RateLimited(after) => {
            let headers = [("retry-after", after)];
            (StatusCode::TOO_MANY_REQUESTS, headers, "slow down").into_response()
        }
        Reply::Redirect(to) => (StatusCode::FOUND, [("location", to)]).into_response(),
        Reply::Late(_) => unreachable!("it was waited for"),
    }
}

/// The discovery document of a provider whose endpoints are where Logto has them.
pub fn discovery(issuer: &str, algorithms: &serde_json::Value) -> serde_json::Value {
    json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/auth"),
        "token_endpoint": format!("{issuer}/token"),
        "userinfo_endpoint": format!("{issuer}/me"),
        "end_session_endpoint": format!("{issuer}/session/end"),
        "revocation_endpoint": format!("{issuer}/token/revocation"),
        "jwks_uri": format!("{issuer}/jwks"),
        "id_token_signing_alg_values_supported": algorithms,
    })
}
