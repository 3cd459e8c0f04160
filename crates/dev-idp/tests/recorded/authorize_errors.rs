use crate::{browser::*, compare::same, facts::Facts};

/// The request of a case whose name alone tells what it leaves out.
fn left_out(name: &str, ask: Ask) -> Ask {
    match name {
        "missing client_id" => ask.without("client_id"),
        "missing redirect_uri (several registered)" => ask.without("redirect_uri"),
        "missing response_type" => ask.without("response_type"),
        "missing scope" => ask.without("scope"),
        "missing code_challenge, confidential app" => ask
            .without("code_challenge")
            .without("code_challenge_method"),
        "code_challenge without method" => ask.without("code_challenge_method"),
        "missing state" => ask.without("state"),
        "missing nonce" => ask.without("nonce"),
        "missing code_challenge, SPA (public) app" => ask
            .without("code_challenge")
            .without("code_challenge_method")
            .set("client_id", SPA),
        "m2m app at the authorization endpoint" => ask.set("client_id", MACHINE),
        "parse_error=false on an unredirectable error" => {
            ask.set("client_id", "nope").set("parse_error", "false")
        }
        "unknown client_id, browser Accept" => ask.set("client_id", "nope"),
        _ => ask,
    }
}

#[tokio::test]
async fn authorization_requests_are_judged_as_recorded() {
    let provider = provider_with_machine().await;
    let mut facts = Facts::open("authorize-errors.json", &provider);

    let case = facts.take("POST to the authorization endpoint");
    let form = Ask::new(WEB, "openid profile").0;
    let form: Vec<(&str, &str)> = form
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    same(
        &case.name,
        case.response(),
        &Browser::new(&provider).post("/oidc/auth", &form).await,
    );

    let case = facts.take("cookies set on a fresh authorization request");
    let answer = Browser::new(&provider)
        .get(&Ask::new(WEB, "openid").address())
        .await;
    same(&case.name, case.response(), &answer);
    let recorded = case.response()["headers"]["set-cookie"].as_array().unwrap();
    for set in &answer.set_cookies {
        let name = set.split('=').next().unwrap();
        let held = recorded
            .iter()
            .filter_map(|held| held.as_str())
            .find(|held| held.starts_with(&format!("{name}=")));
        let held = held.unwrap_or_else(|| panic!("{name} is no cookie of Logto's"));
        assert_eq!(
            held.contains("httponly"),
            set.contains("httponly"),
            "{name}"
        );
        assert!(set.contains("samesite=lax"), "{name}");
    }
    assert_eq!(answer.set_cookies.len(), 3);
    assert_eq!(answer.set_cookies[0], recorded[0].as_str().unwrap());

    for case in facts.take_where(|_| true) {
        let ask = left_out(&case.name, Ask::new(WEB, "openid profile")).with(case.request());
        let request = http().get(format!("{}/auth?{}", provider.issuer(), ask.query()));
        let accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        same(
            &case.name,
            case.response(),
            &Answer::of(request.header("accept", accept)).await,
        );
    }
    facts.finish();
}
