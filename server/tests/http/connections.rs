//! Limits of connections: how many, and how long each may wait.

use std::{
    fs::File,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    time::{Duration, Instant},
};

use axum::{Router, extract::ConnectInfo, http::Version, routing::get};
use server::{
    client_address::TrustedProxies,
    connections::{self, Limits},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream},
    sync::oneshot,
    task::JoinHandle,
    time::{sleep, timeout},
};

use tower_http::services::ServeFile;

use crate::helpers::TestApp;

/// More than all buffers on the way hold.
const LARGE: u64 = 32 * 1024 * 1024;
const SOON: Duration = Duration::from_secs(5);
const HTTP_2_PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const EMPTY_SETTINGS: &[u8] = &[0, 0, 0, 4, 0, 0, 0, 0, 0];

fn short() -> Limits {
    Limits {
        total: 6,
        per_address: 3,
        request_head: Duration::from_millis(400),
        blocked_write: Duration::from_millis(400),
        stalled: Duration::from_secs(2),
        stop: Duration::from_secs(3),
        ..Limits::default()
    }
}

struct Server {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    stopped: JoinHandle<()>,
}

impl Server {
    async fn start(limits: Limits, proxies: &[&str]) -> Self {
        let large = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("large");
        File::create(&large).unwrap().set_len(LARGE).unwrap();
        let slow = || async {
            sleep(Duration::from_millis(1500)).await;
            "slow"
        };
        let router =
            Router::new()
                .route(
                    "/",
                    get(|ConnectInfo(peer): ConnectInfo<SocketAddr>| async move {
                        peer.ip().to_string()
                    }),
                )
                .route("/slow", get(slow))
                .route_service("/large", ServeFile::new(large));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopping) = oneshot::channel::<()>();
        let proxies = TrustedProxies::parse(proxies.iter().copied()).unwrap();
        let stopped = tokio::spawn(async move {
            let stopping = async { drop(stopping.await) };
            connections::serve(listener, router, limits, proxies, stopping).await;
        });
        Self {
            address,
            stop: Some(stop),
            stopped,
        }
    }

    /// A connection from an address of this machine.
    async fn connect(&self, from: &str) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        let from: IpAddr = from.parse().unwrap();
        socket.bind((from, 0).into()).unwrap();
        socket.connect(self.address).await.unwrap()
    }

    async fn ask(&self, from: &str, path: &str) -> TcpStream {
        let mut stream = self.connect(from).await;
        ask(&mut stream, path).await;
        stream
    }

    async fn answers(&self, from: &str) -> bool {
        let mut stream = self.ask(from, "/").await;
        head(&mut stream).await.starts_with("HTTP/1.1 200")
    }
}

async fn ask(stream: &mut TcpStream, path: &str) {
    let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
}

/// What comes first.
async fn head(stream: &mut TcpStream) -> String {
    let mut bytes = [0; 4096];
    let read = timeout(SOON, stream.read(&mut bytes)).await.unwrap();
    String::from_utf8_lossy(&bytes[..read.unwrap_or(0)]).into_owned()
}

/// Whether the other side closes within a time.
async fn is_closed_within(stream: &mut TcpStream, limit: Duration) -> bool {
    let to_the_end = async {
        let mut bytes = [0; 4096];
        while stream.read(&mut bytes).await.is_ok_and(|read| read > 0) {}
    };
    timeout(limit, to_the_end).await.is_ok()
}

/// FZ-11: the time limit begins when the connection is accepted, whatever comes or does not come.
#[tokio::test]
async fn a_connection_that_sends_no_request_is_closed() {
    let app = TestApp::with(|setup| setup.limits = short()).await;
    let without_last = &HTTP_2_PREFACE[..HTTP_2_PREFACE.len() - 1];
    let whole = [HTTP_2_PREFACE, EMPTY_SETTINGS].concat();
    for bytes in [
        &b""[..],
        b"P",
        without_last,
        &whole,
        b"GET / HTTP/1.1\r\nhost: x\r\naccept: text/html\r\n",
        b"\r\n",
    ] {
        let mut stream = TcpStream::connect(app.address).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        let begun = Instant::now();
        let closed = is_closed_within(&mut stream, SOON).await;
        assert!(closed, "{}", String::from_utf8_lossy(bytes));
        assert!(begun.elapsed() >= Duration::from_millis(300));
    }
}

/// FZ-11: a head that comes a byte at a time is not given more time for each.
#[tokio::test]
async fn a_head_that_drips_is_not_waited_for() {
    let server = Server::start(short(), &[]).await;
    let (mut read, mut write) = server.connect("127.0.0.1").await.into_split();
    let drip = tokio::spawn(async move {
        for byte in b"GET / HTTP/1.1\r\nhost: some.long.name.of.a.host.example"
            .iter()
            .cycle()
        {
            sleep(Duration::from_millis(50)).await;
            if write.write_all(&[*byte]).await.is_err() {
                break;
            }
        }
    });
    let mut bytes = Vec::new();
    let ended = timeout(Duration::from_secs(2), read.read_to_end(&mut bytes)).await;
    assert!(ended.is_ok(), "it is still open");
    drip.abort();
}

/// OU-18: whoever comes takes the place of a connection that waits without a request.
#[tokio::test]
async fn silent_connections_give_way_to_those_with_a_request() {
    let patient = Limits {
        request_head: Duration::from_mins(1),
        ..short()
    };
    let server = Server::start(patient, &[]).await;
    let mut used = server.ask("127.0.0.2", "/").await;
    assert!(head(&mut used).await.starts_with("HTTP/1.1 200"));
    let mut silent = Vec::new();
    for number in 0..40 {
        silent.push(server.connect("127.0.0.1").await);
        silent.push(server.connect("127.0.0.3").await);
        assert!(
            server.answers("127.0.0.1").await,
            "{number}: the same address"
        );
        assert!(server.answers("127.0.0.4").await, "{number}: another one");
    }
    ask(&mut used, "/").await;
    let answer = head(&mut used).await;
    assert!(
        answer.starts_with("HTTP/1.1 200"),
        "it has been of use before: {answer}"
    );
    let closed = is_closed_within(&mut silent[0], SOON).await;
    assert!(closed, "the oldest goes first");
}

/// OU-18: connections at work are not closed; one more is refused, and told so.
#[tokio::test]
async fn when_all_connections_are_at_work_one_more_is_refused() {
    let server = Server::start(short(), &["127.0.0.9"]).await;
    let mut slow = Vec::new();
    for _ in 0..3 {
        slow.push(server.ask("127.0.0.1", "/slow").await);
    }
    sleep(Duration::from_millis(200)).await;
    let mut refused = server.ask("127.0.0.1", "/").await;
    let answer = head(&mut refused).await;
    assert!(
        answer.starts_with("HTTP/1.1 503"),
        "too many of one address: {answer}"
    );
    assert!(answer.contains("retry-after: 1"), "{answer}");
    assert!(server.answers("127.0.0.2").await, "others come through");
    for _ in 0..3 {
        slow.push(server.ask("127.0.0.2", "/slow").await);
    }
    sleep(Duration::from_millis(200)).await;
    let mut refused = server.ask("127.0.0.3", "/").await;
    let answer = head(&mut refused).await;
    assert!(
        answer.starts_with("HTTP/1.1 503"),
        "too many in all: {answer}"
    );
    for stream in &mut slow {
        assert!(head(stream).await.starts_with("HTTP/1.1 200"));
    }
    assert!(
        server.answers("127.0.0.1").await,
        "and then there is room again"
    );
}

/// Everybody comes through a proxy.
#[tokio::test]
async fn a_trusted_proxy_may_take_all_connections() {
    let server = Server::start(short(), &["127.0.0.9"]).await;
    let mut slow = Vec::new();
    for _ in 0..6 {
        slow.push(server.ask("127.0.0.9", "/slow").await);
    }
    for stream in &mut slow {
        assert!(head(stream).await.starts_with("HTTP/1.1 200"));
    }
}

/// FZ-11: a client that asks for a large file and reads nothing.
#[tokio::test]
async fn a_response_that_nobody_reads_ends() {
    let server = Server::start(short(), &[]).await;
    let mut unread = server.ask("127.0.0.1", "/large").await;
    sleep(Duration::from_secs(1)).await;
    let mut bytes = Vec::new();
    let read = timeout(SOON, unread.read_to_end(&mut bytes)).await;
    assert!(read.is_ok(), "it is still open");
    assert!(bytes.len() < 24 * 1024 * 1024, "{} bytes", bytes.len());
}

/// FZ-11: slow is not stalled.
#[tokio::test]
async fn a_response_that_is_read_slowly_is_read_to_its_end() {
    let server = Server::start(short(), &[]).await;
    let mut slowly = server.ask("127.0.0.1", "/large").await;
    let (mut total, mut bytes) = (0, vec![0; 1024 * 1024]);
    let begun = Instant::now();
    while total < LARGE {
        let read = timeout(SOON, slowly.read(&mut bytes))
            .await
            .unwrap()
            .unwrap();
        assert!(read > 0, "closed after {total} bytes");
        total += read as u64;
        sleep(Duration::from_millis(20)).await;
    }
    assert!(begun.elapsed() > short().blocked_write);
}

/// FZ-11: over HTTP/2 the connection may be lively while a stream is not read.
#[tokio::test]
async fn a_stream_of_http_2_that_nobody_reads_ends() {
    let server = Server::start(short(), &[]).await;
    let client = reqwest::Client::builder().http2_prior_knowledge().build();
    let url = format!("http://{}/large", server.address);
    let response = client.unwrap().get(url).send().await.unwrap();
    assert_eq!(response.version(), Version::HTTP_2);
    sleep(Duration::from_secs(4)).await;
    let body = timeout(SOON, response.bytes())
        .await
        .expect("it is still open");
    assert!(body.is_err());
}

/// OU-15: who has asked is answered; who has not does not keep the process.
#[tokio::test]
async fn a_stop_waits_for_requests_and_for_nobody_else() {
    let patient = Limits {
        request_head: Duration::from_mins(1),
        ..short()
    };
    let mut server = Server::start(patient, &[]).await;
    let silent = server.connect("127.0.0.1").await;
    let mut half = server.connect("127.0.0.1").await;
    half.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
    let mut slow = server.ask("127.0.0.1", "/slow").await;
    sleep(Duration::from_millis(200)).await;
    let begun = Instant::now();
    server.stop.take().unwrap().send(()).unwrap();
    assert!(head(&mut slow).await.starts_with("HTTP/1.1 200"));
    timeout(SOON, server.stopped).await.unwrap().unwrap();
    assert!(
        begun.elapsed() < Duration::from_millis(2500),
        "{:?}",
        begun.elapsed()
    );
    drop(silent);
}
