//! A provider that is reached through a proxy, and whose certificate is of an authority of one's
//! own.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use logto::{Client, Config, Proxy, ProxyVariables, RootCertificate, Secret};
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

fn config(endpoint: &str, proxy: Proxy) -> Config {
    let mut config = Config::new(
        endpoint.parse().unwrap(),
        "the app",
        Secret::new("s3cr3t"),
        "https://app.example/callback".parse().unwrap(),
        "https://app.example/".parse().unwrap(),
    );
    config.connection.timeout = std::time::Duration::from_millis(1500);
    config.connection.proxy = proxy;
    config
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
    let direct = Client::new(config("http://localhost:1", Proxy::None)).unwrap();
    assert!(direct.provider().await.unwrap_err().is_transient());
    assert_eq!(proxy.times_asked(DISCOVERY), 0);
    let address = proxy.endpoint.parse().unwrap();
    let through = Client::new(config("http://localhost:1", address));
    through.unwrap().provider().await.unwrap();
    assert_eq!(proxy.times_asked(DISCOVERY), 1);
}

#[tokio::test]
async fn the_proxy_of_the_variables_is_used_but_for_the_hosts_of_no_proxy() {
    let proxy = plain_proxy().await;
    let other = Stub::start().await;
    for (set, is_used) in [
        (&[("HTTP_PROXY", &*proxy.endpoint)][..], true),
        (&[("all_proxy", &*proxy.endpoint)], true),
        (&[("HTTPS_PROXY", &*proxy.endpoint)], false),
        (
            &[("HTTP_PROXY", &*proxy.endpoint), ("NO_PROXY", "localhost")],
            false,
        ),
        (
            &[("HTTP_PROXY", &*proxy.endpoint), ("no_proxy", "x,.other")],
            true,
        ),
        (
            &[
                ("HTTP_PROXY", &*proxy.endpoint),
                ("http_proxy", &*other.endpoint),
            ],
            true,
        ),
        (&[], false),
    ] {
        let variables = ProxyVariables::read(|name| {
            let found = set.iter().find(|(set, _)| *set == name);
            found.map(|(_, value)| (*value).to_owned())
        });
        let before = proxy.times_asked(DISCOVERY);
        let proxied = Proxy::Environment(variables.unwrap());
        let client = Client::new(config("http://localhost:1", proxied)).unwrap();
        assert_eq!(client.provider().await.is_ok(), is_used, "{set:?}");
        let times = proxy.times_asked(DISCOVERY) - before;
        assert_eq!(times, usize::from(is_used), "{set:?}");
    }
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
    let through = config("https://logto.test", proxy);
    let error = Client::new(through.clone())
        .unwrap()
        .provider()
        .await
        .unwrap_err();
    assert!(error.is_transient(), "an authority nobody knows: {error}");
    let mut trusting = through;
    trusting.connection.root_certificates =
        RootCertificate::from_pem(authority.as_bytes()).unwrap();
    let provider = Client::new(trusting).unwrap().provider().await.unwrap();
    assert_eq!(provider.issuer, "https://logto.test/oidc");
    assert_eq!(connected.load(Ordering::SeqCst), 2);
}
