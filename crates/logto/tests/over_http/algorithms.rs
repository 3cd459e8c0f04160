//! RP-16: what a token may be signed with.

use std::sync::{Arc, Mutex};

use logto::{DiscoveryError, Error, IdTokenError, JwtError, SignIn, SigningAlgorithm};
use serde_json::{Value, json};

use crate::signer::Signer;
use crate::stub::{Reply, Stub};

const DISCOVERY: &str = "/oidc/.well-known/openid-configuration";
const KEYS: &str = "/oidc/jwks";

/// Publishes these keys and announces these algorithms, whatever signs.
fn publish(stub: &Stub, keys: &[&Signer], algorithms: &Value) {
    let issuer = stub.issuer();
    let description = crate::stub::discovery(&issuer, algorithms);
    stub.reply(DISCOVERY, Reply::Json(200, description));
    let keys: Vec<_> = keys.iter().map(|key| key.jwk()).collect();
    stub.reply(KEYS, Reply::Json(200, json!({ "keys": keys })));
}

/// Signs in with a token of this key.
async fn sign_in(stub: &Stub, client: &logto::Client, key: &Signer) -> Result<(), Error> {
    let (_, pending) = client.sign_in(&SignIn::default()).await?;
    stub.give(&key.sign(&stub.claims(&pending.nonce)));
    let callback = stub.callback(&pending);
    client.finish_sign_in(&callback, &pending).await.map(drop)
}

fn is_refused(outcome: &Result<(), Error>) -> bool {
    matches!(
        outcome,
        Err(Error::IdToken(IdTokenError::Jwt(
            JwtError::Algorithm { .. }
        )))
    )
}

#[tokio::test]
async fn a_published_key_with_an_algorithm_that_is_not_announced_signs_nobody_in() {
    let stub = Stub::start().await;
    let (announced, other) = (Signer::new("ES384", "one"), Signer::new("RS256", "two"));
    publish(&stub, &[&announced, &other], &json!(["ES384"]));
    let client = stub.client();
    sign_in(&stub, &client, &announced).await.unwrap();
    for _ in 0..20 {
        assert!(is_refused(&sign_in(&stub, &client, &other).await));
    }
    assert_eq!(stub.times_asked(DISCOVERY), 2, "looked up once more, OU-04");
    assert_eq!(stub.times_asked(KEYS), 1);
    sign_in(&stub, &client, &announced).await.unwrap();
}

/// RP-20: Logto changed the kind of its key within the hour that a description is kept.
#[tokio::test]
async fn an_algorithm_that_is_announced_meanwhile_is_accepted() {
    let stub = Stub::start().await;
    let (before, after) = (Signer::new("ES384", "one"), Signer::new("RS256", "two"));
    publish(&stub, &[&before], &json!(["ES384"]));
    let client = stub.client();
    sign_in(&stub, &client, &before).await.unwrap();
    publish(&stub, &[&after, &before], &json!(["RS256"]));
    sign_in(&stub, &client, &after).await.unwrap();
    assert_eq!(
        (stub.times_asked(DISCOVERY), stub.times_asked(KEYS)),
        (2, 2)
    );
}

#[tokio::test]
async fn what_is_configured_counts_and_not_what_is_announced() {
    let stub = Stub::start().await;
    let (es384, rs256) = (Signer::new("ES384", "one"), Signer::new("RS256", "two"));
    publish(&stub, &[&es384, &rs256], &json!(["ES384"]));
    let mut config = stub.config();
    config.algorithms = Some(vec![SigningAlgorithm::Rs256]);
    let client = stub.client_with(config);
    assert!(is_refused(&sign_in(&stub, &client, &es384).await));
    sign_in(&stub, &client, &rs256).await.unwrap();
    assert_eq!(stub.times_asked(DISCOVERY), 1);
}

#[tokio::test]
async fn a_provider_that_announces_nothing_we_verify_is_refused() {
    let stub = Stub::start().await;
    let key = Signer::new("ES384", "one");
    publish(&stub, &[&key], &json!(["HS256", "EdDSA"]));
    let error = sign_in(&stub, &stub.client(), &key).await.unwrap_err();
    let none = matches!(error, Error::Discovery(DiscoveryError::NoSigningAlgorithm));
    assert!(none, "{error}");
}

/// The log says what is accepted: once, and again when it changes.
#[test]
fn the_accepted_algorithms_are_logged() {
    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    let lines = Lines::default();
    let writer = lines.clone();
    let log = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::with_default(log, || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.unwrap().block_on(async {
            let stub = Stub::start().await;
            let client = stub.client();
            for _ in 0..3 {
                client.provider().await.unwrap();
                stub.pass(3600);
            }
            *stub.signer.lock().unwrap() = Signer::new("RS256", "two");
            client.provider().await.unwrap();
        });
    });
    let log = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    let named: Vec<_> = log
        .lines()
        .filter(|line| line.contains("algorithms="))
        .collect();
    assert_eq!(named.len(), 2, "{log}");
    assert!(
        named[0].contains("\"ES384\"") && named[1].contains("\"RS256\""),
        "{log}"
    );
}
