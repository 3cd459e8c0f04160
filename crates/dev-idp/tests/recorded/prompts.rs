use serde_json::{Value, json};

use crate::{browser::*, facts::Facts};

#[tokio::test]
async fn prompts_and_extra_parameters_lead_where_recorded() {
    let provider = provider().await;
    let mut facts = Facts::open("prompts-and-extra-parameters.json", &provider);
    let mut live = Browser::new(&provider);
    let ask = || Ask::new(WEB, "openid profile").set("state", "st");
    live.authorize(&ask(), "alice").await;
    let hint = async |username| {
        web(&provider).tokens(&ask(), username).await["id_token"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let (alice, bob) = (hint("alice").await, hint("bob").await);

    for case in facts.take_where(|name| name.starts_with("live session")) {
        let mut request = ask().with(case.request());
        if case.name.contains("other app") {
            request = request.set("client_id", PLAIN);
        }
        if case.asked("id_token_hint").is_some() {
            request = request.set(
                "id_token_hint",
                if case.name.contains("of bob") {
                    &bob
                } else {
                    &alice
                },
            );
        }
        let hops = hops(&mut live, &request).await;
        assert_eq!(case.response()["hops"], hops, "{}", case.name);
    }
    for case in facts.take_where(|name| name.starts_with("no session")) {
        let hops = hops(&mut Browser::new(&provider), &ask().with(case.request())).await;
        assert_eq!(case.response()["hops"], hops, "{}", case.name);
    }
    facts.finish();
}

/// The redirects up to a page or the application, without what is random in them.
async fn hops(browser: &mut Browser, ask: &Ask) -> Value {
    let answer = browser.get(&ask.address()).await;
    let hops = browser.follow(answer).await.1;
    hops.into_iter()
        .map(
            |hop| match (hop.split_once("code="), hop.split_once("/oidc/auth/")) {
                (Some((start, rest)), _) => json!(format!("{start}code=…{}", &rest[43..])),
                (None, Some((start, _))) => json!(format!("{start}/oidc/auth/<uid>")),
                (None, None) => json!(hop),
            },
        )
        .collect()
}
