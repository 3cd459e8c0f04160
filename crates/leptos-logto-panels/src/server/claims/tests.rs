mod reasons;
mod values;

use std::sync::LazyLock;

use serde_json::json;

use super::*;
use crate::ClaimValue;

/// What the development configuration asks for.
const EVERYTHING: &str = "openid offline_access profile email phone address custom_data identities roles \
    urn:logto:scope:organizations urn:logto:scope:organization_roles";

static NONE: LazyLock<Scopes> = LazyLock::new(Scopes::new);

fn claims(value: Value) -> Claims {
    serde_json::from_value(value).unwrap()
}

/// Alice's ID token as a new tenant has it (`token-responses.json`, first case), less what no test
/// looks at.
fn id_token() -> Value {
    json!({
        "sub": "vy5uejihtdj7", "name": "Alice Example", "picture": null, "updated_at": 1_795_331_168_755_i64,
        "email": "alice@example.com", "email_verified": true, "roles": ["shop-reader"],
        "organizations": ["1xld34l574eb", "asl5guymvnj4"],
        "organization_roles": ["1xld34l574eb:member", "asl5guymvnj4:admin"],
        "nonce": "n", "at_hash": "h", "iss": "https://logto.example/oidc", "iat": 1_795_331_168
    })
}

/// What userinfo has beyond that (`userinfo.json`, first case).
fn userinfo() -> Value {
    let mut claims = id_token();
    for name in ["nonce", "at_hash", "iss", "iat"] {
        claims.as_object_mut().unwrap().remove(name);
    }
    claims["custom_data"] = json!({ "plan": "gold", "tags": ["a", "b"], "nested": { "n": 1 } });
    claims["identities"] = json!({});
    claims["sso_identities"] = json!([]);
    claims["organization_data"] = json!([
        { "id": "1xld34l574eb", "name": "globex", "description": "Globex Inc" },
        { "id": "asl5guymvnj4", "name": "acme", "description": "Acme Corp" }
    ]);
    claims
}

/// A sign-in that asked for everything and got it.
fn signed_in(id_token: &Value, userinfo: Option<&Value>) -> UserInfo {
    let scopes: Scopes = EVERYTHING.parse().unwrap();
    with_scopes(id_token, userinfo, &scopes, &scopes, &NONE)
}

fn with_scopes(
    id_token: &Value,
    userinfo: Option<&Value>,
    asked: &Scopes,
    granted: &Scopes,
    switched_off: &Scopes,
) -> UserInfo {
    let userinfo = userinfo.map(|value| claims(value.clone()));
    describe(&ClaimSources {
        id_token: &claims(id_token.clone()),
        userinfo: userinfo
            .as_ref()
            .map_or(UserInfoAnswer::NotRequested, UserInfoAnswer::Answered),
        asked,
        granted,
        switched_off,
        pictures: PicturePolicy { loopback: false },
    })
}

fn value<'a>(info: &'a UserInfo, name: &str) -> &'a ClaimValue {
    &info.claim(name).unwrap().value
}

fn text(text: &str) -> ClaimValue {
    ClaimValue::Text(text.into())
}
