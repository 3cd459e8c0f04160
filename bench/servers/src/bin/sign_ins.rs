//! Sign-ins: a provider that costs nothing, and people who sign in, beside the server that is measured.
//!
//! ```text
//! sign_ins provider ADDRESS    the provider
//! sign_ins load APP SECONDS    16 people who sign in at APP again and again: sign-ins a second, p50 and p99 in milliseconds
//! sign_ins cryptography        the microseconds of a verification, and of sealing a session and its tokens
//! ```
//!
//! The provider shows no page: who signs in goes straight back with the nonce as the code, and the answer of the token endpoint is
//! made of it. It needs no state that way, and nothing but a signature.

use std::{
    hint::black_box,
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use aws_lc_rs::signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use axum::{
    Form, Json, Router,
    extract::State,
    routing::{get, post},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bench_servers::Failure;
use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Payload},
};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, crypto};
use reqwest::{
    Client, Response,
    header::{COOKIE, LOCATION, SET_COOKIE},
    redirect::Policy,
};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinSet};
use url::Url;

const PEOPLE: usize = 16;
/// About what is sealed of a session, and of its tokens.
const SESSION_BYTES: usize = 1500;
const TOKEN_BYTES: usize = 2500;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["provider", address] => serve_provider(address).await?,
        ["load", app, seconds] => load(app, Duration::from_secs(seconds.parse()?)).await?,
        ["cryptography"] => cryptography()?,
        _ => return Err("provider, load or cryptography?".into()),
    }
    Ok(())
}

/// The keys of the provider, and what it is called.
struct Provider {
    issuer: String,
    key: EncodingKey,
    public: Value,
}

impl Provider {
    fn new(address: &str) -> Result<Self, Failure> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING)?;
        let point = &pair.public_key().as_ref()[1..];
        let (x, y) = point.split_at(48);
        let coordinate = |bytes| URL_SAFE_NO_PAD.encode(bytes);
        Ok(Self {
            issuer: format!("http://{address}/oidc"),
            key: EncodingKey::from_ec_der(pair.to_pkcs8v1()?.as_ref()),
            public: json!({
                "kty": "EC", "crv": "P-384", "alg": "ES384", "use": "sig", "kid": "bench",
                "x": coordinate(x), "y": coordinate(y),
            }),
        })
    }

    /// An ID token as Logto gives to somebody whose claims all have a value.
    fn id_token(&self, nonce: &str) -> Result<String, Failure> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
        let claims = json!({
            "sub": "bench0000001", "iss": self.issuer, "aud": "bench", "iat": now, "exp": now + 3600, "nonce": nonce,
            "auth_time": now, "sid": nonce, "name": "Frank Example", "username": "frank", "email": "frank@example.com",
            "email_verified": true, "phone_number": "15550000003", "picture": "https://example.com/avatars/frank.png",
            "given_name": "Frank", "family_name": "Example", "middle_name": "Theodore", "nickname": "Frankie",
            "preferred_username": "frank.example", "profile": "https://people.example/frank", "website": "https://frank.example",
            "gender": "male", "birthdate": "1984-02-29", "zoneinfo": "America/New_York", "locale": "en-US",
            "address": { "formatted": "12 Example Street, Springfield", "locality": "Springfield", "country": "US" },
            "roles": ["shop-reader"], "organizations": ["asl5guymvnj4"], "organization_roles": ["asl5guymvnj4:admin"],
            "created_at": 1_795_330_075_000_u64, "updated_at": 1_795_330_075_000_u64,
            "custom_data": { "plan": "gold", "seats": 12, "limits": { "projects": 40 } },
        });
        let mut header = Header::new(Algorithm::ES384);
        header.kid = Some("bench".to_owned());
        Ok(jsonwebtoken::encode(&header, &claims, &self.key)?)
    }
}

async fn serve_provider(address: &str) -> Result<(), Failure> {
    let provider = Arc::new(Provider::new(address)?);
    let router = Router::new()
        .route("/oidc/.well-known/openid-configuration", get(description))
        .route("/oidc/jwks", get(keys))
        .route("/oidc/token", post(token))
        .with_state(provider);
    Ok(axum::serve(TcpListener::bind(address).await?, router).await?)
}

async fn description(State(provider): State<Arc<Provider>>) -> Json<Value> {
    let issuer = &provider.issuer;
    let at = |path: &str| format!("{issuer}/{path}");
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": at("auth"),
        "token_endpoint": at("token"),
        "userinfo_endpoint": at("me"),
        "end_session_endpoint": at("session/end"),
        "revocation_endpoint": at("token/revocation"),
        "jwks_uri": at("jwks"),
        "id_token_signing_alg_values_supported": ["ES384"],
    }))
}

async fn keys(State(provider): State<Arc<Provider>>) -> Json<Value> {
    Json(json!({ "keys": [provider.public] }))
}

#[derive(Deserialize)]
struct Exchange {
    code: String,
}

async fn token(
    State(provider): State<Arc<Provider>>,
    Form(exchange): Form<Exchange>,
) -> Json<Value> {
    let id_token = provider.id_token(&exchange.code).unwrap_or_default();
    Json(json!({
        "access_token": "an-opaque-access-token-of-43-characters-000", "refresh_token": "a-refresh-token-of-43-characters-000000000",
        "id_token": id_token, "token_type": "Bearer", "expires_in": 3600,
        "scope": "openid offline_access profile email phone address custom_data identities roles",
    }))
}

/// People who sign in again and again, each as fast as the answers come.
async fn load(app: &str, time: Duration) -> Result<(), Failure> {
    let app = Url::parse(app)?;
    let client = Client::builder().redirect(Policy::none()).build()?;
    sign_in(&client, &app).await?;
    let started = Instant::now();
    let mut people = JoinSet::new();
    for _ in 0..PEOPLE {
        let (client, app) = (client.clone(), app.clone());
        people.spawn(async move {
            let mut times = Vec::new();
            while started.elapsed() < time {
                let begun = Instant::now();
                sign_in(&client, &app).await?;
                times.push(begun.elapsed());
            }
            Ok::<_, Failure>(times)
        });
    }
    let mut times = Vec::new();
    while let Some(person) = people.join_next().await {
        times.extend(person??);
    }
    let elapsed = started.elapsed();
    times.sort_unstable();
    let share = |percent: usize| times[(times.len() - 1) * percent / 100].as_secs_f64() * 1000.0;
    #[expect(clippy::cast_precision_loss, reason = "no run has so many")]
    let rate = times.len() as f64 / elapsed.as_secs_f64();
    println!("{rate:.1} {:.3} {:.3}", share(50), share(99));
    Ok(())
}

/// One sign-in, as a browser does it.
async fn sign_in(client: &Client, app: &Url) -> Result<(), Failure> {
    let begun = client.get(app.join("/sign-in")?).send().await?;
    let cookies = cookies(&begun);
    let authorization = Url::parse(location(&begun)?)?;
    let parameter = |name: &str| {
        let found = authorization.query_pairs().find(|(key, _)| key == name);
        found
            .map(|(_, value)| value.into_owned())
            .ok_or(format!("no {name} in {authorization}"))
    };
    let issuer = authorization
        .as_str()
        .split("/auth")
        .next()
        .unwrap_or_default();
    let mut callback = app.join("/callback")?;
    callback
        .query_pairs_mut()
        .append_pair("code", &parameter("nonce")?)
        .append_pair("state", &parameter("state")?)
        .append_pair("iss", issuer);
    let finished = client.get(callback).header(COOKIE, cookies).send().await?;
    let is_signed_in = self::cookies(&finished).contains("logto-session");
    if is_signed_in && !location(&finished)?.contains("problem") {
        return Ok(());
    }
    Err(format!("{}: {finished:?}", finished.status()).into())
}

fn location(response: &Response) -> Result<&str, Failure> {
    let location = response.headers().get(LOCATION);
    Ok(location
        .ok_or_else(|| format!("no redirect: {response:?}"))?
        .to_str()?)
}

/// The cookies that a response sets, as a request sends them.
fn cookies(response: &Response) -> String {
    let set = response.headers().get_all(SET_COOKIE).iter();
    let pairs = set.filter_map(|line| line.to_str().ok()?.split(';').next());
    pairs.collect::<Vec<_>>().join("; ")
}

/// What no implementation of a sign-in can leave out: one signature is verified, and session and tokens are sealed.
fn cryptography() -> Result<(), Failure> {
    let provider = Provider::new("127.0.0.1:1")?;
    let token = provider.id_token("a-nonce-of-43-characters-000000000000000000")?;
    let (message, signature) = token.rsplit_once('.').ok_or("no token")?;
    let part = |name: &str| provider.public[name].as_str().unwrap_or_default();
    let key = DecodingKey::from_ec_components(part("x"), part("y"))?;
    let verification = measure(|| {
        let is_valid = crypto::verify(signature, message.as_bytes(), &key, Algorithm::ES384);
        assert!(is_valid.is_ok_and(|valid| valid));
    });
    let cipher = XChaCha20Poly1305::new(&[7; 32].into());
    let sealing = measure(|| {
        for bytes in [SESSION_BYTES, TOKEN_BYTES] {
            let msg = &vec![7; bytes];
            let sealed = cipher.encrypt(&XNonce::from([7; 24]), Payload { msg, aad: b"place" });
            assert!(black_box(sealed).is_ok());
        }
    });
    println!("{verification:.2} {sealing:.2}");
    Ok(())
}

/// The median of the time that something takes, in microseconds.
fn measure(something: impl Fn()) -> f64 {
    let mut times: Vec<_> = (0..2000)
        .map(|_| {
            let begun = Instant::now();
            something();
            begun.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1e6
}
