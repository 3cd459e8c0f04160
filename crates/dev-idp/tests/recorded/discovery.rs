use serde_json::Value;

use crate::{
    browser::*,
    compare::{same, same_value},
    facts::{Facts, read},
};

/// What Logto announces and this provider does not serve, so does not announce either.
const MEMBERS_NOT_SERVED: [&str; 4] = [
    "backchannel_logout_session_supported",
    "backchannel_logout_supported",
    "device_authorization_endpoint",
    "token_endpoint_auth_signing_alg_values_supported",
];
const VALUES_NOT_SERVED: [(&str, &[&str]); 4] = [
    ("claims_supported", &["sid"]),
    (
        "grant_types_supported",
        &[
            "implicit",
            "client_credentials",
            "urn:ietf:params:oauth:grant-type:device_code",
            "urn:ietf:params:oauth:grant-type:token-exchange",
        ],
    ),
    (
        "response_types_supported",
        &["code id_token", "id_token", "none"],
    ),
    (
        "token_endpoint_auth_methods_supported",
        &["client_secret_jwt", "private_key_jwt"],
    ),
];

fn remove_not_served(document: &mut Value) {
    if document["issuer"].is_null() {
        return;
    }
    let members = document.as_object_mut().unwrap();
    for name in MEMBERS_NOT_SERVED {
        assert!(members.shift_remove(name).is_some(), "{name} was recorded");
    }
    for (name, values) in VALUES_NOT_SERVED {
        let recorded = members[name].as_array_mut().unwrap();
        let before = recorded.len();
        recorded.retain(|value| !values.contains(&value.as_str().unwrap()));
        assert_eq!(before - recorded.len(), values.len(), "{name}");
    }
}

#[tokio::test]
async fn documents_are_served_as_recorded() {
    let provider = provider().await;
    let documents = [
        ("discovery.json", "/.well-known/openid-configuration"),
        (
            "oauth-authorization-server.json",
            "/.well-known/oauth-authorization-server",
        ),
        ("jwks.json", "/jwks"),
    ];
    for (file, path) in documents {
        let recorded = read(file).replace("http://localhost:3301/", &provider.endpoint());
        let mut recorded: Value = serde_json::from_str(&recorded).unwrap();
        remove_not_served(&mut recorded);
        let answer = Answer::of(http().get(format!("{}{path}", provider.issuer())))
            .await
            .json();
        match &recorded["keys"] {
            Value::Array(keys) => same_value(file, "key", &keys[0], &answer["keys"][0]),
            _ => same_value(file, "document", &recorded, &answer),
        }
    }
}

#[tokio::test]
async fn headers_unknown_routes_and_pushed_requests_are_as_recorded() {
    let provider = provider().await;
    let mut facts = Facts::open("discovery-notes.json", &provider);
    let at = |path: &str| format!("{}{path}", provider.issuer());
    for case in
        facts.take_where(|name| name.starts_with("GET /") && !name.contains("If-None-Match"))
    {
        let path = case.name.trim_start_matches("GET ");
        same(
            &case.name,
            case.response(),
            &Answer::of(http().get(at(path))).await,
        );
    }

    let case = facts.take("GET /jwks with If-None-Match");
    let tag = Answer::of(http().get(at("/jwks"))).await.headers["etag"].clone();
    // The recorded client said no-cache itself; without that the answer is 304.
    let conditional = http().get(at("/jwks")).header("if-none-match", &tag);
    let reloaded = conditional
        .try_clone()
        .unwrap()
        .header("cache-control", "no-cache");
    same(&case.name, case.response(), &Answer::of(reloaded).await);
    assert_eq!(Answer::of(conditional).await.status, 304);

    let case = facts.take("PAR with client auth (POST /request)");
    let ask = Ask::new(WEB, "openid");
    let pairs: Vec<(&str, &str)> = ask
        .0
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let pushed = web(&provider).post("/request", &pairs).await;
    same(&case.name, case.response(), &pushed);
    let case = facts.take("authorize with PAR request_uri");
    let pushed = pushed.json()["request_uri"].as_str().unwrap().to_owned();
    let answer = Answer::of(http().get(format!(
        "{}?client_id={WEB}&request_uri={pushed}",
        at("/auth")
    )))
    .await;
    same(&case.name, case.response(), &answer);
    let case = facts.take("PAR without client auth (POST /request)");
    same(
        &case.name,
        case.response(),
        &Answer::of(http().post(at("/request")).form(&pairs)).await,
    );
    facts.finish();
}
