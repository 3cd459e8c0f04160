//! OU-06, OU-07: a provider that does not answer as it should costs a bounded time and memory.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::{Duration, Instant, UNIX_EPOCH};

use logto::{Client, Config, DiscoveryError, Error, Secret, UnreachableReason};
use tokio::net::TcpSocket;

use crate::stub::{Reply, Stub};

const DISCOVERY: &str = "/oidc/.well-known/openid-configuration";

/// A client of a server that writes these bytes, and then again and again the others, with pauses.
fn client_of(first: &'static str, then: &'static [u8], pause: Duration) -> Client {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        while let Ok((mut socket, _)) = listener.accept() {
            let _ = socket.read(&mut [0; 4096]);
            let mut written = socket.write_all(first.as_bytes());
            while written.is_ok() && !then.is_empty() {
                std::thread::sleep(pause);
                written = socket.write_all(then);
            }
        }
    });
    client_at(&endpoint)
}

fn client_at(endpoint: &str) -> Client {
    let url = |text: &str| text.parse().unwrap();
    let mut config = Config::new(
        url(endpoint),
        "a",
        Secret::new("s"),
        url("https://a.example/c"),
        url("https://a.example/"),
    );
    config.connection.timeout = Duration::from_millis(400);
    config.connection.max_body = 64 * 1024;
    Client::new(config).unwrap()
}

#[expect(
    clippy::disallowed_methods,
    reason = "it is real time that must not be lost"
)]
async fn failure(client: &Client) -> (UnreachableReason, Duration) {
    let start = Instant::now();
    let Err(Error::Unreachable(error)) = client.provider().await else {
        panic!()
    };
    (error.problem, start.elapsed())
}

#[tokio::test]
async fn an_answer_without_end_is_read_only_so_far() {
    static PIECE: [u8; 16 * 1024] = [b' '; 16 * 1024];
    let client = client_of(
        "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n",
        &PIECE,
        Duration::ZERO,
    );
    let (problem, _) = failure(&client).await;
    assert!(
        matches!(problem, UnreachableReason::TooLong { limit: 65_536 }),
        "{problem}"
    );
}

#[tokio::test]
async fn an_answer_of_single_bytes_ends_in_time() {
    let client = client_of(
        "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{",
        b" ",
        Duration::from_millis(20),
    );
    let (problem, time) = failure(&client).await;
    assert!(
        matches!(problem, UnreachableReason::Timeout { .. }),
        "{problem}"
    );
    assert!(time < Duration::from_secs(5), "{time:?}");
}

/// Node.js closes connections that were idle for five seconds, and a request may cross with that.
#[tokio::test]
async fn a_connection_is_not_used_again_when_the_server_may_be_closing_it() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let (note, requests) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for connection in 0.. {
            let (mut socket, _) = listener.accept().unwrap();
            let note = note.clone();
            std::thread::spawn(move || {
                while socket.read(&mut [0; 4096]).is_ok_and(|length| length > 0) {
                    let answer = "HTTP/1.1 500 Down\r\ncontent-length: 2\r\n\r\n{}";
                    // Before the answer: whoever has it looks here next.
                    note.send(connection).unwrap();
                    socket.write_all(answer.as_bytes()).unwrap();
                }
            });
        }
    });
    let client = client_at(&endpoint);
    let mut pauses = Vec::new();
    for seconds in [0.0, 1.2, 4.3] {
        tokio::time::sleep(Duration::from_secs_f32(seconds)).await;
        assert!(client.provider().await.is_err());
        pauses.push((seconds, requests.try_iter().last()));
    }
    assert_eq!(pauses, [(0.0, Some(0)), (1.2, Some(0)), (4.3, Some(1))]);
}

#[tokio::test]
async fn a_server_that_says_nothing_is_left_in_time() {
    let stub = Stub::start().await;
    stub.reply(DISCOVERY, Reply::Late(Duration::from_mins(1)));
    let (problem, time) = failure(&stub.client()).await;
    assert!(
        matches!(problem, UnreachableReason::Timeout { .. }),
        "{problem}"
    );
    assert!(time < Duration::from_secs(5), "{time:?}");
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_lost() {
    for first in [
        "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"issuer\":",
        "garbage\r\n\r\n",
        "",
    ] {
        let client = client_of(first, b"", Duration::ZERO);
        let error = client.provider().await.unwrap_err();
        assert!(
            matches!(&error, Error::Unreachable(error) if matches!(error.problem, UnreachableReason::LostAnswer(_))),
            "{error}"
        );
        assert!(error.is_transient());
    }
}

/// OU-08
#[tokio::test]
async fn a_redirect_is_not_followed_and_says_so() {
    let (stub, elsewhere) = (Stub::start().await, Stub::start().await);
    let client = stub.client();
    let target = elsewhere.endpoint.clone() + DISCOVERY;
    stub.reply(DISCOVERY, Reply::Redirect(target));
    let error = client.provider().await.unwrap_err();
    let text = error.to_string().replace(&stub.endpoint, "[ENDPOINT]");
    insta::assert_snapshot!(text, @"reading the provider's description at [ENDPOINT]/oidc/.well-known/openid-configuration: the answer is a redirect (302), which is not followed: set `endpoint` to the final address");
    assert!(!error.is_transient());
    assert_eq!(elsewhere.times_asked(DISCOVERY), 0);
}

/// OU-08: nor do secrets follow one.
#[tokio::test]
async fn neither_code_nor_tokens_follow_a_redirect() {
    let (stub, elsewhere) = (Stub::start().await, Stub::start().await);
    let client = stub.client();
    let (_, pending) = client.sign_in(&logto::SignIn::default()).await.unwrap();
    for path in ["/oidc/token", "/oidc/me", "/oidc/token/revocation"] {
        stub.reply(
            path,
            Reply::Redirect(format!("{}{path}", elsewhere.endpoint)),
        );
    }
    assert!(
        client
            .finish_sign_in(&stub.callback(&pending), &pending)
            .await
            .is_err()
    );
    assert!(client.user_info(&Secret::new("x"), "alice").await.is_err());
    assert!(client.revoke(&Secret::new("x")).await.is_err());
    for path in ["/oidc/token", "/oidc/me", "/oidc/token/revocation"] {
        assert_eq!(
            (stub.times_asked(path), elsewhere.times_asked(path)),
            (1, 0),
            "{path}"
        );
    }
}

#[tokio::test]
async fn an_answer_that_is_no_description_is_refused() {
    let stub = Stub::start().await;
    stub.reply(
        DISCOVERY,
        Reply::Text("text/html", "<html>hello</html>".to_owned()),
    );
    let error = stub.client().provider().await.unwrap_err();
    assert!(
        matches!(error, Error::Discovery(DiscoveryError::NotJson)),
        "{error}"
    );
}

/// A port that is taken and has nobody who listens, for as long as this is kept.
fn taken_port() -> TcpSocket {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    socket
}

#[tokio::test]
async fn a_provider_that_is_not_there_is_said_to_be_unreachable() {
    let silent = taken_port();
    let endpoint = format!("http://{}", silent.local_addr().unwrap());
    let stub = Stub::start().await;
    let mut config = stub.config();
    config.endpoint = endpoint.parse().unwrap();
    let client = stub.client_with(config);
    let error = client.provider().await.unwrap_err();
    let text = error.to_string().replace(&endpoint, "[ENDPOINT]");
    insta::assert_snapshot!(text, @"reading the provider's description at [ENDPOINT]/oidc/.well-known/openid-configuration: the connection failed (Connection refused (os error 111)); is the provider up, and is `endpoint` right?");
    assert!(error.is_transient());
    let source = std::error::Error::source(&error).and_then(|error| error.source());
    assert!(source.is_some(), "the cause is kept");
}

/// Each cause once, by its own name.
#[tokio::test]
async fn a_failed_connection_says_why() {
    let silent = taken_port();
    let refused = silent.local_addr().unwrap();
    let plain = TcpListener::bind("127.0.0.1:0").unwrap();
    let not_tls = plain.local_addr().unwrap();
    let closing = TcpListener::bind("127.0.0.1:0").unwrap();
    let closed = closing.local_addr().unwrap();
    std::thread::spawn(move || {
        while let Ok((mut socket, _)) = plain.accept() {
            let _ = socket.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    std::thread::spawn(move || {
        while let Ok((mut socket, _)) = closing.accept() {
            let _ = socket.read(&mut [0; 4096]);
        }
    });
    let stub = Stub::start().await;
    for (endpoint, cause) in [
        (
            format!("http://{refused}/"),
            "(Connection refused (os error 111))",
        ),
        (
            "https://nowhere.invalid/".to_owned(),
            "(failed to lookup address information: ",
        ),
        (
            format!("https://{not_tls}/"),
            "(received corrupt message of type InvalidContentType)",
        ),
        (
            format!("http://{closed}/"),
            "(connection closed before message completed)",
        ),
    ] {
        let mut config = stub.config();
        config.endpoint = endpoint.parse().unwrap();
        let client = stub.client_with(config);
        let text = client.provider().await.unwrap_err().to_string();
        assert!(text.contains(cause), "{text}");
        for noise in ["error sending request", "client error", "tcp connect error"] {
            assert!(!text.contains(noise), "{text}");
        }
    }
}

/// OU-10: an endpoint that answers 429 is sent no request until the time it names has passed, and
/// never for longer than a minute.
#[tokio::test]
async fn a_rate_limit_of_an_endpoint_is_honoured() {
    let stub = Stub::start().await;
    let client = stub.client();
    client.provider().await.unwrap();
    let token = Secret::new("x");
    for (header, seconds) in [("7", 7), ("86400", 60)] {
        let before = stub.times_asked("/oidc/me");
        stub.reply("/oidc/me", Reply::RateLimited(header.to_owned()));
        let error = client.user_info(&token, "alice").await.unwrap_err();
        assert_eq!(error.retry_after(), Some(Duration::from_secs(seconds)));
        assert!(
            error.is_transient() && error.status() == Some(429),
            "{error}"
        );
        stub.reply_as_usual("/oidc/me");
        stub.pass(seconds - 1);
        let error = client.user_info(&token, "alice").await.unwrap_err();
        assert_eq!(error.retry_after(), Some(Duration::from_secs(1)));
        assert_eq!(stub.times_asked("/oidc/me"), before + 1);
        stub.pass(1);
        client.user_info(&token, "alice").await.unwrap();
    }
    let now = UNIX_EPOCH + Duration::from_secs(stub.now() + 20);
    stub.reply("/oidc/me", Reply::RateLimited(httpdate::fmt_http_date(now)));
    let error = client.user_info(&token, "alice").await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(20)));
}

/// OU-10: one endpoint that is busy is no reason to stop asking the others.
#[tokio::test]
async fn a_rate_limit_of_one_endpoint_leaves_the_others_alone() {
    let token = Secret::new("x");
    for limited in ["/oidc/me", "/oidc/token/revocation", "/oidc/jwks"] {
        let stub = Stub::start().await;
        let client = stub.client();
        client.provider().await.unwrap();
        stub.reply(limited, Reply::RateLimited("30".to_owned()));
        let signed_in = stub.sign_in(&client).await;
        assert_eq!(signed_in.is_ok(), limited != "/oidc/jwks", "{limited}");
        let user_info = client.user_info(&token, "alice").await;
        assert_eq!(user_info.is_ok(), limited != "/oidc/me", "{limited}");
        let revoked = client.revoke(&token).await.is_ok();
        assert_eq!(revoked, limited != "/oidc/token/revocation", "{limited}");
    }
}

/// OU-10
#[tokio::test]
async fn the_client_says_how_long_an_endpoint_is_not_asked() {
    let stub = Stub::start().await;
    let client = stub.client();
    stub.sign_in(&client).await.unwrap();
    assert_eq!(client.rate_limited(), None);
    stub.reply("/oidc/me", Reply::RateLimited("10".to_owned()));
    let _ = client.user_info(&Secret::new("x"), "alice").await;
    assert_eq!(client.rate_limited(), Some(Duration::from_secs(10)));
    stub.reply("/oidc/token", Reply::RateLimited("30".to_owned()));
    let (_, pending) = client.sign_in(&logto::SignIn::default()).await.unwrap();
    let callback = stub.callback(&pending);
    let error = client.finish_sign_in(&callback, &pending).await;
    assert_eq!(error.unwrap_err().status(), Some(429));
    assert_eq!(client.rate_limited(), Some(Duration::from_secs(30)));
    stub.pass(30);
    assert_eq!(client.rate_limited(), None);
}
