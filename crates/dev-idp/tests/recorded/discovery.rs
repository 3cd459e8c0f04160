use serde_json::Value;

use crate::{
    browser::*,
    compare::{same, same_value},
    facts::{Facts, read},
};

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
        let recorded: Value = serde_json::from_str(&recorded).unwrap();
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
