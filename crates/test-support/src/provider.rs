//! The development identity provider with a listener in front of it, which sees what travels.

use std::{
    collections::HashMap,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use axum::{
    Router,
    body::{Body, Bytes, HttpBody, to_bytes},
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use dev_idp::{Fixture, Options, Provider};
use tokio::net::{TcpListener, TcpStream};

/// One request to the provider and its response.
#[derive(Clone, Debug)]
pub struct Exchange {
    pub method: String,
    pub path: String,
    pub query: String,
    pub body: String,
    pub authorization: String,
    pub status: u16,
    pub location: String,
    pub answer: String,
}

impl Exchange {
    /// A parameter of the query or of the form.
    pub fn parameter(&self, name: &str) -> Option<String> {
        parameter(&self.query, name).or_else(|| parameter(&self.body, name))
    }

    /// A member of the JSON answer that is text.
    pub fn member(&self, name: &str) -> Option<String> {
        let answer: serde_json::Value = serde_json::from_str(&self.answer).ok()?;
        Some(answer.get(name)?.as_str()?.to_owned())
    }
}

pub fn parameter(query: &str, name: &str) -> Option<String> {
    url::form_urlencoded::parse(query.as_bytes())
        .find(|(held, _)| held == name)
        .map(|(_, value)| value.into_owned())
}

/// The proxy in front of the provider.
#[derive(Clone)]
struct Front {
    to: SocketAddr,
    http: reqwest::Client,
    seen: Arc<Mutex<Vec<Exchange>>>,
    instead: Arc<Mutex<HashMap<String, (u16, String)>>>,
}

/// A provider whose traffic can be read and cut.
pub struct TestProvider {
    pub controls: Provider,
    pub endpoint: String,
    seen: Arc<Mutex<Vec<Exchange>>>,
    instead: Arc<Mutex<HashMap<String, (u16, String)>>>,
    down: Arc<AtomicBool>,
}

impl TestProvider {
    pub async fn start(fixture: Fixture) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let controls = dev_idp::start(Options {
            fixture,
            issuer_host: Some(address.to_string()),
            ..Options::default()
        })
        .await
        .unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let instead = Arc::new(Mutex::new(HashMap::new()));
        let down = Arc::new(AtomicBool::new(false));
        let front = Front {
            to: controls.address(),
            http: reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .build()
                .unwrap(),
            seen: seen.clone(),
            instead: instead.clone(),
        };
        let listener = BreakableListener {
            listener,
            down: down.clone(),
        };
        let router: Router = Router::new().fallback(pass).with_state(front);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self {
            controls,
            endpoint: format!("http://{address}/"),
            seen,
            instead,
            down,
        }
    }

    /// Whether nobody can connect.
    pub fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::SeqCst);
    }

    /// Answers the next request for a path with something else.
    pub fn answer_next(&self, path: &str, status: u16, body: &str) {
        let mut instead = self.instead.lock().unwrap();
        instead.insert(path.to_owned(), (status, body.to_owned()));
    }

    /// Answers the next request for a path with 429, and asks to be left alone for so many seconds.
    pub fn limit_next(&self, path: &str, seconds: u64) {
        self.answer_next(path, 429, &seconds.to_string());
    }

    /// Everything so far, in order.
    pub fn seen(&self) -> Vec<Exchange> {
        self.seen.lock().unwrap().clone()
    }

    /// Everything so far for one path.
    pub fn seen_at(&self, path: &str) -> Vec<Exchange> {
        let mut seen = self.seen();
        seen.retain(|exchange| exchange.path == path);
        seen
    }

    /// How often a token endpoint was asked, also when it answered nothing yet.
    pub fn token_requests(&self) -> usize {
        self.controls.count("/oidc/token")
    }

    /// How often it was asked for tokens or for userinfo.
    pub fn token_and_user_info_requests(&self) -> usize {
        self.token_requests() + self.controls.count("/oidc/me")
    }

    /// Every secret that was given out or travelled: what no page, no log line and no database may show.
    pub fn secrets(&self) -> Vec<(&'static str, String)> {
        let mut secrets = Vec::new();
        for exchange in self.seen() {
            for name in ["access_token", "refresh_token", "id_token"] {
                secrets.extend(exchange.member(name).map(|value| (name, value)));
            }
            for name in ["code", "code_verifier", "state", "nonce"] {
                secrets.extend(exchange.parameter(name).map(|value| (name, value)));
            }
            let sent_back = exchange
                .location
                .split_once('?')
                .map_or("", |(_, query)| query);
            secrets.extend(parameter(sent_back, "code").map(|value| ("code", value)));
            if let Some(basic) = exchange.authorization.strip_prefix("Basic ") {
                secrets.push(("basic", basic.to_owned()));
            }
        }
        secrets.sort();
        secrets.dedup();
        secrets
    }
}

struct BreakableListener {
    listener: TcpListener,
    down: Arc<AtomicBool>,
}

impl axum::serve::Listener for BreakableListener {
    type Io = TcpStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (TcpStream, SocketAddr) {
        loop {
            let Ok(accepted) = self.listener.accept().await else {
                continue;
            };
            if !self.down.load(Ordering::SeqCst) {
                return accepted;
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

struct BrokenBody;

impl HttpBody for BrokenBody {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, Self::Error>>> {
        Poll::Ready(Some(Err(std::io::Error::other("lost"))))
    }
}

async fn pass(State(front): State<Front>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, 1024 * 1024).await.unwrap();
    let text = |name| {
        let value = parts
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    let mut exchange = Exchange {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        body: String::from_utf8_lossy(&body).into_owned(),
        authorization: text(header::AUTHORIZATION),
        status: 0,
        location: String::new(),
        answer: String::new(),
    };
    let answered = front
        .http
        .request(parts.method, format!("http://{}{}", front.to, parts.uri))
        .headers(parts.headers)
        .body(body)
        .send()
        .await;
    let Ok(answered) = answered else {
        // The answer was lost on its way, so it is lost here, too.
        return Response::new(Body::new(BrokenBody));
    };
    let (mut status, mut headers) = (answered.status(), answered.headers().clone());
    let Ok(mut answer) = answered.bytes().await else {
        return Response::new(Body::new(BrokenBody));
    };
    if let Some((other, body)) = front.instead.lock().unwrap().remove(&exchange.path) {
        status = StatusCode::from_u16(other).unwrap();
        if status == StatusCode::TOO_MANY_REQUESTS {
            headers.insert(header::RETRY_AFTER, body.parse().unwrap());
        }
        answer = body.into();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
    }
    exchange.status = status.as_u16();
    exchange.location = headers
        .get(header::LOCATION)
        .map_or("", |value| value.to_str().unwrap())
        .to_owned();
    exchange.answer = String::from_utf8_lossy(&answer).into_owned();
    front.seen.lock().unwrap().push(exchange);
    for name in [header::CONTENT_LENGTH, header::TRANSFER_ENCODING] {
        headers.remove(name);
    }
    // So that a provider that went down is not reached by a connection from before.
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    let mut response = Response::new(Body::from(answer));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}
