//! What the fuzz targets in `fuzz/` call: each function takes any bytes and panics where a rule is
//! broken. Tests of this crate run the seeds.
//!
//! The rules are stated once more here, over `serde_json`'s own reading, and share nothing with the
//! code they are about.

#[cfg(not(test))]
#[path = "../tests/support/signer.rs"]
mod signer;

use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::access_token;
use crate::algorithm::SigningAlgorithm;
use crate::callback::{self, Callback};
use crate::id_token::{self, Occasion};
use crate::keys::Keys;
use crate::logout_token;
use crate::scopes::Scopes;
use crate::secret::Secret;
use crate::sign_in::Pending;
#[cfg(test)]
use crate::testing::signer;
use crate::token::Audience;
use signer::Signer;

const NOW: u64 = 1_800_000_000;
const TOLERANCE: u64 = 60;
const LONGEST: usize = 64 * 1024;
const ISSUER: &str = "https://example.logto.app/oidc";
const APP_ID: &str = "app-id";
const API: &str = "https://shop.example/api";
const NONCE: &str = "the-nonce";
const STATE: &str = "the-state";
const LOGOUT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// ES256 signs and verifies ten times as fast as Logto's ES384; what is around it is the same.
static SIGNER: LazyLock<Signer> = LazyLock::new(|| Signer::new("ES256", "one"));
static KEYS: LazyLock<Keys> = LazyLock::new(|| {
    let jwks = json!({ "keys": [SIGNER.jwk()] }).to_string();
    Keys::read(jwks.as_bytes()).expect("the keys of the signer can be read")
});

/// A token of the input: its first line is the header and the rest the claims, which are signed
/// with the provider's key. An input of one line is the whole token, and nobody has signed it.
struct Input<'a> {
    token: String,
    signed: Option<(&'a str, &'a str)>,
}

impl<'a> Input<'a> {
    fn read(data: &'a [u8]) -> Option<Self> {
        let text = str::from_utf8(data).ok()?;
        Some(match text.split_once('\n') {
            Some((header, claims)) => Self {
                token: SIGNER.sign_text(header, claims),
                signed: Some((header, claims)),
            },
            None => Self {
                token: text.to_owned(),
                signed: None,
            },
        })
    }

    /// The claims of an accepted token. Only what the provider signed is accepted, with an
    /// algorithm that was allowed, of a type that the header says, and while it lasts.
    fn accepted(&self, kinds: &[&str]) -> Value {
        let (header, claims) = self.signed.expect("accepted though nobody has signed it");
        let header: Value = serde_json::from_str(header).expect("accepted: the header is no JSON");
        assert_eq!(header["alg"], "ES256");
        assert!(header.get("crit").is_none());
        let kind = header.get("typ").map_or("", |kind| {
            kind.as_str().expect("accepted: the type is no text")
        });
        assert!(kinds.iter().any(|known| kind.eq_ignore_ascii_case(known)));
        let claims: Value = serde_json::from_str(claims).expect("accepted: no JSON");
        assert_eq!(claims["iss"], ISSUER);
        let seconds = |name: &str| claims[name].as_f64().expect("accepted: a time is missing");
        #[expect(clippy::cast_precision_loss, reason = "these are below 2^53")]
        let (now, tolerance) = (NOW as f64, TOLERANCE as f64);
        assert!(seconds("exp") + tolerance > now, "accepted: expired");
        assert!(seconds("iat") - tolerance <= now, "accepted: of the future");
        claims
    }
}

fn is_for(claims: &Value, audience: &str) -> bool {
    let named = |value: &Value| value.as_str() == Some(audience);
    match &claims["aud"] {
        Value::Array(audiences) => audiences.iter().any(named),
        one => named(one),
    }
}

fn has_text(claims: &Value, name: &str) -> bool {
    claims[name].as_str().is_some_and(|text| !text.is_empty())
}

/// An ID token, as the answer to a sign-in.
pub fn id_token(data: &[u8]) {
    let Some(input) = Input::read(data) else {
        return;
    };
    let access_token = Secret::new("an opaque access token");
    let expected = id_token::Expected {
        issuer: ISSUER,
        app_id: APP_ID,
        algorithms: &[SigningAlgorithm::Es256],
        longest: LONGEST,
        now: NOW,
        tolerance: TOLERANCE,
        occasion: Occasion::SignIn {
            nonce: NONCE,
            max_age: None,
        },
        access_token: &access_token,
    };
    if id_token::read(&Secret::new(&input.token), &KEYS, &expected).is_ok() {
        let claims = input.accepted(&["", "JWT"]);
        assert_eq!(claims["nonce"], NONCE);
        assert!(is_for(&claims, APP_ID) && has_text(&claims, "sub"));
        assert!(claims.get("azp").is_none_or(|party| party == APP_ID));
    }
}

/// A logout token.
pub fn logout_token(data: &[u8]) {
    let Some(input) = Input::read(data) else {
        return;
    };
    let expected = logout_token::Expected {
        issuer: ISSUER,
        app_id: APP_ID,
        algorithms: &[SigningAlgorithm::Es256],
        tolerance: TOLERANCE,
    };
    let looked = logout_token::look(&input.token, expected.algorithms);
    if logout_token::read(&input.token, &KEYS, &expected, NOW).is_ok() {
        assert!(looked.is_ok(), "refused before its signature was verified");
        let claims = input.accepted(&["logout+jwt", "application/logout+jwt"]);
        assert!(claims.get("nonce").is_none());
        assert!(claims["events"][LOGOUT].is_object());
        assert!(is_for(&claims, APP_ID) && has_text(&claims, "jti"));
        assert!(has_text(&claims, "sub") || has_text(&claims, "sid"));
    }
}

/// An access token that an API has received.
pub fn access_token(data: &[u8]) {
    let Some(input) = Input::read(data) else {
        return;
    };
    let audience = Audience::Resource(API.to_owned());
    let expected = access_token::Expected {
        issuer: ISSUER,
        algorithms: &[SigningAlgorithm::Es256],
        tolerance: TOLERANCE,
        audience: &audience,
    };
    let looked = access_token::look(&input.token, &expected);
    if let Ok(token) = access_token::read(&input.token, &KEYS, &expected, NOW) {
        assert!(looked.is_ok(), "refused before its signature was verified");
        let claims = input.accepted(&["at+jwt", "application/at+jwt"]);
        assert!(is_for(&claims, API));
        for name in ["sub", "client_id", "jti"] {
            assert!(has_text(&claims, name), "accepted without {name}");
        }
        let scope = claims["scope"].as_str().unwrap_or_default();
        for permission in token.scopes.iter() {
            assert!(scope.split(' ').any(|granted| granted == permission));
        }
    }
}

/// The query of a callback.
pub fn callback_query(data: &[u8]) {
    let Ok(query) = str::from_utf8(data) else {
        return;
    };
    let Ok(parsed) = Callback::parse(query) else {
        return;
    };
    let shown = format!("{parsed:?}");
    let pending = Pending {
        state: STATE.to_owned(),
        nonce: NONCE.to_owned(),
        code_verifier: Secret::new("the-verifier"),
        redirect_uri: "https://app.example/callback".to_owned(),
        created_at: NOW,
        issuer: ISSUER.to_owned(),
        scopes: Scopes::new(),
        max_age: None,
    };
    if let Ok(code) = callback::read(&parsed, &pending, ISSUER, NOW) {
        let query = query.strip_prefix('?').unwrap_or(query);
        let values = |name: &str| -> Vec<String> {
            let pairs = url::form_urlencoded::parse(query.as_bytes());
            let found = pairs.filter(|(found, _)| found == name);
            found.map(|(_, value)| value.into_owned()).collect()
        };
        assert_eq!(values("state"), [STATE]);
        assert_eq!(values("iss"), [ISSUER]);
        assert_eq!(values("code"), [code.expose()]);
        for other in ["error", "access_token", "id_token", "refresh_token"] {
            assert!(values(other).is_empty(), "accepted with {other}");
        }
        let code = code.expose();
        assert!(code.len() < 12 || !shown.contains(code), "Debug shows it");
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    /// The seeds of a fuzz target.
    fn seeds(target: &str) -> Vec<Vec<u8>> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../fuzz/seeds")
            .join(target);
        let files = fs::read_dir(&folder).unwrap();
        let seeds: Vec<_> = files
            .map(|file| fs::read(file.unwrap().path()).unwrap())
            .collect();
        assert!(!seeds.is_empty(), "{} is empty", folder.display());
        seeds
    }

    /// FZ-01, FZ-04
    #[test]
    fn the_seeds_of_every_target_break_no_rule() {
        let run = |name: &str, target: fn(&[u8])| {
            for seed in seeds(name) {
                target(&seed);
            }
        };
        run("id_token", super::id_token);
        run("logout_token", super::logout_token);
        run("access_token", super::access_token);
        run("callback_query", super::callback_query);
    }
}
