//! A provider that is reached through a proxy, and whose certificate is of an authority of one's own.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use logto::{Client, Config, Proxy, RootCertificate, Secret};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use crate::stub::{Reply, Stub};

const DISCOVERY: &str = "/oidc/.well-known/openid-configuration";

fn description(issuer: &str) -> serde_json::Value {
    crate::stub::discovery(issuer, &json!(["ES384"]))
}

fn config(endpoint: &str) -> Config {
    Config {
        timeout: std::time::Duration::from_millis(1500),
        ..Config::new(
            endpoint.parse().unwrap(),
            "the app",
            Secret::new("s3cr3t"),
            "https://app.example/callback".parse().unwrap(),
            "https://app.example/".parse().unwrap(),
        )
    }
}

/// A proxy for a provider that cannot be reached otherwise: nobody listens at its address.
async fn plain_proxy() -> Arc<Stub> {
    let proxy = Stub::start().await;
    proxy.reply(
        DISCOVERY,
        Reply::Json(200, description("http://localhost:1/oidc")),
    );
    proxy
}

#[tokio::test]
async fn requests_go_through_the_configured_proxy_and_without_one_through_none() {
    let proxy = plain_proxy().await;
    let direct = Client::new(config("http://localhost:1")).unwrap();
    assert!(direct.provider().await.unwrap_err().is_transient());
    assert_eq!(proxy.times_asked(DISCOVERY), 0);
    let through = Client::new(Config {
        proxy: proxy.endpoint.parse().unwrap(),
        ..config("http://localhost:1")
    });
    through.unwrap().provider().await.unwrap();
    assert_eq!(proxy.times_asked(DISCOVERY), 1);
}

/// In a process of its own, because the environment is one for all tests of a process.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_proxy_of_the_environment_is_used_when_it_is_asked_for() {
    let proxy = plain_proxy().await;
    for (case, times) in [("environment", 1), ("none", 0)] {
        let before = proxy.times_asked(DISCOVERY);
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "proxy::in_an_environment", "--ignored"])
            .env("HTTP_PROXY", &proxy.endpoint)
            .env_remove("NO_PROXY")
            .env_remove("no_proxy")
            .env("LOGTO_TEST_PROXY", case)
            .output();
        let child = child.unwrap();
        assert!(child.status.success(), "{case}: {child:?}");
        assert_eq!(proxy.times_asked(DISCOVERY), before + times, "{case}");
    }
}

#[tokio::test]
#[ignore = "run by the test before, with an environment"]
async fn in_an_environment() {
    let from_environment = std::env::var("LOGTO_TEST_PROXY").as_deref() == Ok("environment");
    let proxy = if from_environment {
        Proxy::Environment
    } else {
        Proxy::None
    };
    let client = Client::new(Config {
        proxy,
        ..config("http://localhost:1")
    });
    assert_eq!(client.unwrap().provider().await.is_ok(), from_environment);
}

/// An authority, and a provider at `https://logto.test` with a certificate of it.
async fn provider_with_tls() -> (String, std::net::SocketAddr) {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let server = CertificateParams::new(vec!["logto.test".to_owned()]).unwrap();
    let server = server.signed_by(&key, &authority).unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let tls = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![server.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(tls));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(socket).await else {
                continue;
            };
            let _ = stream.read(&mut [0; 4096]).await;
            let body = description("https://logto.test/oidc").to_string();
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                body.len()
            );
            let _ = stream.write_all((head + &body).as_bytes()).await;
            let _ = stream.shutdown().await;
        }
    });
    (authority.pem(), address)
}

/// A proxy that answers `CONNECT logto.test:443` with the way to that address, and counts.
async fn connect_proxy(to: std::net::SocketAddr) -> (Proxy, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let connected = Arc::new(AtomicUsize::new(0));
    let count = connected.clone();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                if client.read_exact(&mut byte).await.is_err() {
                    break;
                }
                head.push(byte[0]);
            }
            assert!(head.starts_with(b"CONNECT logto.test:443 "));
            count.fetch_add(1, Ordering::SeqCst);
            let answered = client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
            let mut provider = TcpStream::connect(to).await.unwrap();
            if answered.is_ok() {
                let _ = tokio::io::copy_bidirectional(&mut client, &mut provider).await;
            }
        }
    });
    (address.parse().unwrap(), connected)
}

#[tokio::test]
async fn a_certificate_of_a_configured_authority_is_trusted_also_through_a_proxy() {
    let (authority, address) = provider_with_tls().await;
    let (proxy, connected) = connect_proxy(address).await;
    let through = || Config {
        proxy: proxy.clone(),
        ..config("https://logto.test")
    };
    let error = Client::new(through())
        .unwrap()
        .provider()
        .await
        .unwrap_err();
    assert!(error.is_transient(), "an authority nobody knows: {error}");
    let trusting = Client::new(Config {
        root_certificates: RootCertificate::from_pem(authority.as_bytes()).unwrap(),
        ..through()
    });
    let provider = trusting.unwrap().provider().await.unwrap();
    assert_eq!(provider.issuer, "https://logto.test/oidc");
    assert_eq!(connected.load(Ordering::SeqCst), 2);
}
