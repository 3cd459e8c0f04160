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

/// OU-18: connections at work are not closed; one more is refused with an answer.
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

/// OU-15: a proxy may have sent a request when the server begins to stop, and cannot repeat it when it is a POST.
#[tokio::test]
async fn a_request_that_crosses_with_a_stop_is_answered_and_closes_its_connection() {
    let mut server = Server::start(short(), &[]).await;
    let mut used = server.ask("127.0.0.2", "/").await;
    assert!(head(&mut used).await.starts_with("HTTP/1.1 200"));
    let fresh = server.connect("127.0.0.3").await;
    let mut idle = server.ask("127.0.0.4", "/").await;
    assert!(head(&mut idle).await.starts_with("HTTP/1.1 200"));
    // This one is established by the system, and nobody has accepted it: the server runs on this thread.
    let socket = std::net::TcpStream::connect(server.address).unwrap();
    socket.set_nonblocking(true).unwrap();
    let waiting = TcpStream::from_std(socket).unwrap();
    server.stop.take().unwrap().send(()).unwrap();
    sleep(Duration::from_millis(200)).await;
    assert!(
        TcpStream::connect(server.address).await.is_err(),
        "nobody new"
    );
    for mut stream in [used, fresh, waiting] {
        ask(&mut stream, "/").await;
        let answer = head(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer:?}");
        assert!(answer.contains("connection: close"), "{answer}");
        assert!(is_closed_within(&mut stream, Duration::from_millis(200)).await);
    }
    assert!(
        is_closed_within(&mut idle, Duration::from_millis(1500)).await,
        "nobody asks there"
    );
    timeout(SOON, server.stopped).await.unwrap().unwrap();
}

/// OU-15: over HTTP/2 the server says so itself.
#[tokio::test]
async fn a_stop_tells_http_2_clients_to_go_away() {
    let mut server = Server::start(short(), &[]).await;
    let mut client = Unread::open(&server, "127.0.0.1", 65_535).await;
    assert_eq!(client.ask_often("/", 1).await[0].status(), 200);
    server.stop.take().unwrap().send(()).unwrap();
    sleep(Duration::from_millis(200)).await;
    assert_eq!(client.ask_often("/", 1).await[0].status(), 200, "crossing");
    let end = timeout(SOON, client.closed).await.unwrap().unwrap();
    assert!(end.is_ok(), "in order, by GOAWAY: {end:?}");
    timeout(SOON, server.stopped).await.unwrap().unwrap();
}

/// A client that speaks HTTP/2 and takes `window` bytes of each response, and no more.
struct Unread {
    sender: h2::client::SendRequest<axum::body::Bytes>,
    responses: Vec<h2::client::ResponseFuture>,
    closed: JoinHandle<Result<(), h2::Error>>,
}

impl Unread {
    async fn open(server: &Server, from: &str, window: u32) -> Self {
        let stream = server.connect(from).await;
        let mut client = h2::client::Builder::new();
        let handshake = client.initial_window_size(window).handshake(stream);
        let (sender, connection) = handshake.await.unwrap();
        Self {
            sender,
            responses: Vec::new(),
            closed: tokio::spawn(connection),
        }
    }

    /// Sends a request and keeps its response.
    async fn ask(&mut self, path: &str) {
        let request = axum::http::Request::get(format!("http://x{path}"));
        let request = request.body(()).unwrap();
        self.sender = self.sender.clone().ready().await.unwrap();
        let (response, _) = self.sender.send_request(request, true).unwrap();
        self.responses.push(response);
    }

    /// Sends requests and gives their responses, whose bodies stay unread.
    async fn ask_often(
        &mut self,
        path: &str,
        count: usize,
    ) -> Vec<axum::http::Response<h2::RecvStream>> {
        let mut responses = Vec::new();
        for _ in 0..count {
            self.ask(path).await;
            let response = self.responses.pop().unwrap();
            responses.push(timeout(SOON, response).await.unwrap().unwrap());
        }
        responses
    }
}

/// FZ-11: each request is to progress, whatever others of its connection do.
#[tokio::test]
async fn a_request_that_stalls_ends_while_others_of_its_connection_progress() {
    let server = Server::start(short(), &[]).await;
    let mut client = Unread::open(&server, "127.0.0.1", 1024).await;
    let stalled = client.ask_often("/large", 1).await;
    let begun = Instant::now();
    let lively = async {
        loop {
            client.ask("/").await;
            drop(client.responses.pop().unwrap().await);
            sleep(Duration::from_millis(200)).await;
            if client.closed.is_finished() {
                break;
            }
        }
    };
    let _ = timeout(SOON, lively).await;
    assert!(client.closed.is_finished(), "it is still open");
    assert!(begun.elapsed() >= Duration::from_secs(2));
    drop(stalled);
}

/// Many clients share a connection of a proxy; one of them that reads nothing must not end the requests of the others.
#[tokio::test]
async fn a_request_that_stalls_does_not_end_the_connection_of_a_trusted_proxy() {
    let server = Server::start(short(), &["127.0.0.9"]).await;
    let mut proxy = Unread::open(&server, "127.0.0.9", 1024).await;
    let stalled = proxy.ask_often("/large", 1).await;
    for _ in 0..20 {
        let answers = proxy.ask_often("/", 1).await;
        assert_eq!(answers[0].status(), 200);
        sleep(Duration::from_millis(200)).await;
    }
    assert!(!proxy.closed.is_finished());
    sleep(Duration::from_millis(3500)).await;
    assert!(proxy.closed.is_finished(), "nothing progresses any more");
    drop(stalled);
}

/// OU-18, SE-21: one address holds a share of all responses, over however few connections it asks for them.
#[tokio::test]
async fn responses_of_one_address_that_nobody_reads_are_limited() {
    let server = Server::start(short(), &["127.0.0.9"]).await;
    // With a window of one byte the whole page is in the buffers of the connection.
    for (window, path) in [(0, "/"), (1, "/"), (0, "/large"), (1, "/large")] {
        let mut client = Unread::open(&server, "127.0.0.1", window).await;
        let held = client.ask_often(path, 3).await;
        assert!(held.iter().all(|answer| answer.status() == 200));
        let refused = client.ask_often(path, 1).await;
        assert_eq!(refused[0].status(), 503, "{path} with {window}");
        assert_eq!(refused[0].headers()["retry-after"], "5");
        assert_eq!(refused[0].headers()["cache-control"], "no-store");
        let is_over = refused[0].body().is_end_stream();
        assert!(is_over, "a refusal takes no memory");
        let mut other = Unread::open(&server, "127.0.0.2", 65_535).await;
        assert_eq!(other.ask_often("/", 1).await[0].status(), 200);
        drop(held);
        sleep(Duration::from_millis(100)).await;
        let again = client.ask_often("/", 1).await;
        assert_eq!(
            again[0].status(),
            200,
            "a response that is given up counts no more"
        );
    }
    let mut proxy = Unread::open(&server, "127.0.0.9", 0).await;
    let held = proxy.ask_often("/", 4).await;
    assert!(held.iter().all(|answer| answer.status() == 200));
}

fn shared() -> Limits {
    Limits {
        total: 16,
        per_address: 8,
        stalled: Duration::from_mins(1),
        blocked_write: Duration::from_mins(1),
        ..Limits::default()
    }
}

/// OU-18: two addresses that take all connections keep nobody else out.
#[tokio::test]
async fn a_newcomer_takes_a_place_of_the_address_that_has_most() {
    let server = Server::start(shared(), &[]).await;
    let mut unread = Vec::new();
    for _ in 0..8 {
        unread.push(server.ask("127.0.0.1", "/large").await);
        unread.push(server.ask("127.0.0.2", "/large").await);
    }
    sleep(Duration::from_millis(200)).await;
    let mut refused = server.ask("127.0.0.1", "/").await;
    let answer = head(&mut refused).await;
    assert!(
        answer.starts_with("HTTP/1.1 503"),
        "its own share: {answer}"
    );
    for number in 3..6 {
        let mut newcomer = server.ask(&format!("127.0.0.{number}"), "/").await;
        let answer = head(&mut newcomer).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{number}: {answer}");
    }
}

/// OU-18: the same for requests, of which one connection has many.
#[tokio::test]
async fn a_newcomer_is_answered_though_two_addresses_hold_all_requests() {
    let server = Server::start(shared(), &[]).await;
    let mut held = Vec::new();
    for from in ["127.0.0.1", "127.0.0.2"] {
        let mut client = Unread::open(&server, from, 0).await;
        let responses = client.ask_often("/large", 8).await;
        assert!(responses.iter().all(|answer| answer.status() == 200));
        held.push((client, responses));
    }
    for number in 3..6 {
        let from = format!("127.0.0.{number}");
        assert!(server.answers(&from).await, "{number}");
    }
    let closed = held
        .iter()
        .filter(|(client, _)| client.closed.is_finished());
    assert_eq!(closed.count(), 1, "the connection of one of them is closed");
}

/// OU-18: an address at its limit keeps nobody else waiting to be accepted.
#[tokio::test]
async fn newcomers_of_a_full_address_do_not_slow_the_others() {
    let patient = Limits {
        request_head: Duration::from_mins(1),
        ..short()
    };
    let server = Server::start(patient, &[]).await;
    let preface = [HTTP_2_PREFACE, EMPTY_SETTINGS].concat();
    // An HTTP/2 connection that is to close has a while for its goodbye, which these do not use.
    let mut open = Vec::new();
    for _ in 0..60 {
        let mut stream = server.connect("127.0.0.1").await;
        let _ = stream.write_all(&preface).await;
        open.push(stream);
    }
    let begun = Instant::now();
    assert!(server.answers("127.0.0.2").await);
    let waited = begun.elapsed();
    assert!(waited < Duration::from_millis(500), "{waited:?}");
}

/// FZ-11: a head is limited to 64 KB, over HTTP/1 and over HTTP/2.
#[tokio::test]
async fn a_head_of_more_than_64_kilobytes_is_refused() {
    let server = Server::start(short(), &[]).await;
    let url = format!("http://{}/", server.address);
    let http_1 = reqwest::Client::builder().http1_only().build().unwrap();
    let http_2 = reqwest::Client::builder().http2_prior_knowledge().build();
    for client in [http_1, http_2.unwrap()] {
        for (length, status) in [(60_000, 200), (70_000, 431)] {
            let request = client.get(&url).header("x-long", "a".repeat(length));
            let response = request.send().await.unwrap();
            assert_eq!(response.status(), status, "{:?}", response.version());
        }
    }
}
