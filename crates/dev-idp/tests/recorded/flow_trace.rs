use crate::{browser::*, compare::same, facts::Facts};

/// Compares a redirect whose address holds a random part, up to that part.
#[track_caller]
fn same_start(name: &str, recorded: &serde_json::Value, answer: &Answer, start: &str) {
    assert_eq!(recorded["status"], answer.status, "{name}");
    assert!(
        recorded["headers"]["location"]
            .as_str()
            .unwrap()
            .starts_with(start),
        "{name}: {recorded}"
    );
    assert!(
        answer.location().starts_with(start),
        "{name}: {}",
        answer.location()
    );
}

#[tokio::test]
async fn one_whole_sign_in_goes_hop_by_hop_as_recorded() {
    let provider = provider().await;
    let mut facts = Facts::open("flow-trace.json", &provider);
    let mut browser = Browser::new(&provider);
    let ask = Ask::new(WEB, "openid offline_access profile email").set("prompt", "login consent");
    let mut waiting = facts
        .take_where(|name| name.starts_with("GET /oidc/auth/"))
        .into_iter();

    let case = facts
        .take_where(|name| name.starts_with("GET /oidc/auth?"))
        .remove(0);
    let start = browser.get(&ask.address()).await;
    same("start", &without_body(case.response()), &start);

    let form = [("identifier", "alice"), ("password", "alice")];
    let signed_in = browser.post(start.location(), &form).await;
    let case = waiting.next().unwrap();
    let resumed = browser.get(signed_in.location()).await;
    same(
        "resume after sign-in",
        &without_body(case.response()),
        &resumed,
    );

    let case = facts.take("GET /consent?app_id=9llbk1n9eiovviw3z58b2");
    let consented = browser.get(resumed.location()).await;
    same_start(
        "consent",
        case.response(),
        &consented,
        &format!("{}/auth/", provider.issuer()),
    );

    let case = waiting.next().unwrap();
    let back = browser.get(consented.location()).await;
    same_start(
        "resume after consent",
        case.response(),
        &back,
        "http://localhost:3000/callback?code=",
    );
    let names = |location: &str| {
        let url = url::Url::parse(location).unwrap();
        url.query_pairs()
            .map(|(name, _)| name.into_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        names(case.response()["headers"]["location"].as_str().unwrap()),
        names(back.location())
    );

    let case = facts.take("POST /oidc/token");
    let answer = web(&provider)
        .exchange(&back.sent("code").unwrap(), &[])
        .await;
    same(&case.name, case.response(), &answer);
    facts.finish();
}

fn without_body(recorded: &serde_json::Value) -> serde_json::Value {
    let mut recorded = recorded.clone();
    recorded["body"].take();
    recorded
}
