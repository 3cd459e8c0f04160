//! Tokens by request: for an audience, narrowed, as fresh as it must be.

use logto::Scopes;
use serde_json::Value;

use crate::support::{
    ACME, ALICE, Answer, App, BILLING, BOB, Browser, GLOBEX, SHOP, greeting, until,
};

const MINUTE: i64 = 60;

/// What Logto was recorded to answer.
/// Recorded refreshes that are not for us to send, or not in that form.
const OTHERS: [&str; 5] = [
    // One token is for one audience.
    "refresh: two resource params",
    "refresh: client_secret_post instead of basic",
    // There is no organization of that id, so no request.
    "refresh: empty organization_id",
    // `openid` is asked for along with it: else a grant with one resource would give a token for
    // that.
    "refresh: narrowed scope without openid (scope=profile)",
    // A scope nobody knows does not leave the house; the next test has one that Logto knows.
    "refresh: scope never granted (scope=openid bogus)",
];

fn query(request: &Value) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::from("/obtain?"));
    for (recorded, ours) in [
        ("resource", "resource"),
        ("organization_id", "organization"),
        ("scope", "scope"),
    ] {
        if let Some(value) = request[recorded].as_str() {
            query.append_pair(ours, value);
        }
    }
    query.finish()
}

async fn obtain(browser: &mut Browser, query: &str) -> Value {
    let answer = browser.get(&format!("/obtain?{query}")).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

fn scopes(value: &Value) -> Scopes {
    Scopes::parse(value.as_str().unwrap())
}

/// What the provider was asked for last at the token endpoint.
fn asked(app: &App, parameter: &str) -> Option<String> {
    let seen = app.provider.seen_at("/oidc/token");
    seen.last().unwrap().parameter(parameter)
}

/// `token-responses.json`: every refresh for a resource, an organization and scopes.
#[tokio::test]
async fn each_combination_of_resource_organization_and_scope_gives_what_logto_gives() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let recorded: Value =
        serde_json::from_str(dev_idp::recorded("token-responses").unwrap()).unwrap();
    let mut compared = 0;
    for case in recorded["cases"].as_array().unwrap() {
        let name = case["name"].as_str().unwrap();
        if !name.starts_with("refresh: ") || OTHERS.contains(&name) {
            continue;
        }
        let answer = browser.get(&query(&case["request"])).await;
        let response = &case["response"];
        match (
            response["status"].as_u64(),
            response["body"]["error"].as_str(),
        ) {
            (Some(200), _) => {
                assert_eq!(answer.status, 200, "{name}: {}", answer.body);
                let token: Value = serde_json::from_str(&answer.body).unwrap();
                assert_eq!(
                    scopes(&token["scope"]),
                    scopes(&response["body"]["scope"]),
                    "{name}"
                );
                let claims = &response["decoded_access_token"]["payload"];
                for claim in ["aud", "organization_id", "scope"] {
                    assert_eq!(token["claims"][claim], claims[claim], "{name}: {claim}");
                }
            }
            (Some(403), _) => {
                assert_eq!(
                    (answer.status, answer.body.as_str()),
                    (403, "forbidden"),
                    "{name}"
                );
            }
            (_, Some("invalid_target")) => {
                let why = "the API resource was not asked for at the sign-in";
                assert_eq!((answer.status, answer.body.as_str()), (409, why), "{name}");
            }
            other => panic!("{name}: {other:?}"),
        }
        compared += 1;
    }
    assert_eq!(compared, 17);
    assert_eq!(browser.get("/").await.body, greeting(ALICE));
}

/// A scope that Logto knows and that was not asked for at the sign-in.
#[tokio::test]
async fn narrowing_beyond_the_granted_scopes_has_its_own_error() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let answer = browser
        .get("/obtain?scope=openid+urn:logto:scope:sessions")
        .await;
    let why = "these scopes were not granted at the sign-in: urn:logto:scope:sessions";
    assert_eq!((answer.status, answer.body.as_str()), (409, why));
    assert_eq!(browser.get("/").await.body, greeting(ALICE));
    assert_eq!(browser.get("/token").await.status, 200);
}

/// CB-20: what nobody may ask for is not asked for.
#[tokio::test]
async fn narrowing_to_a_scope_that_is_not_offered_asks_nobody() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    for scope in ["bogus", "openid+bogus", "all%22", "read:orders+admin"] {
        let answer = browser.get(&format!("/obtain?scope={scope}")).await;
        assert_eq!(
            (answer.status, answer.body.as_str()),
            (400, "not offered"),
            "{scope}"
        );
    }
    assert_eq!(app.provider.token_requests(), 1);
}

/// Also when a stored refusal would answer.
#[tokio::test]
async fn stored_tokens_answer_no_request_for_a_scope_that_is_not_offered() {
    let app = App::start().await;
    let mut browser = app.signed_in("bob").await;
    let acme = format!("/obtain?organization={ACME}");
    for (query, outcome) in [
        ("", (403, "forbidden")),
        ("&stored=true", (403, "forbidden")),
        ("&stored=true&scope=invite:member", (403, "forbidden")),
        ("&stored=true&scope=admin", (400, "not offered")),
        ("&scope=admin", (400, "not offered")),
    ] {
        let answer = browser.get(&format!("{acme}{query}")).await;
        assert_eq!((answer.status, answer.body.as_str()), outcome, "{query}");
    }
}

/// Without the scope that opens organizations, it is not the organization that is wrong.
#[tokio::test]
async fn an_organization_without_the_scope_for_organizations_is_not_granted() {
    let app = App::with(|setup| setup.scopes = "email").await;
    let mut browser = app.browser();
    let back = browser
        .come_back("/sign-in?scope=email+read:orders", "alice")
        .await;
    browser.get(&back).await;
    let answer = browser.get(&format!("/obtain?organization={ACME}")).await;
    let why = "these scopes were not granted at the sign-in: urn:logto:scope:organizations";
    assert_eq!((answer.status, answer.body.as_str()), (409, why));
}

/// Success is no permission: bob has no role at all.
#[tokio::test]
async fn a_token_that_opens_nothing_is_given_as_such() {
    let app = App::start().await;
    let mut browser = app.signed_in("bob").await;
    let token = obtain(&mut browser, &format!("resource={SHOP}")).await;
    assert_eq!(token["scope"], "");
    assert_eq!(token["claims"]["sub"], BOB);
}

#[tokio::test]
async fn a_token_is_kept_for_its_audience_and_its_scopes() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let all = format!("resource={SHOP}");
    let few = format!("resource={SHOP}&scope=read:orders");
    let none = format!("resource={SHOP}&scope=");
    for (query, scope) in [
        (&all, "read:orders write:orders"),
        (&few, "read:orders"),
        (&none, ""),
    ] {
        let first = obtain(&mut browser, query).await;
        assert_eq!(
            (first["scope"].as_str(), &first["cached"]),
            (Some(scope), &false.into())
        );
        let again = obtain(&mut browser, query).await;
        assert_eq!(
            (&again["token"], &again["cached"]),
            (&first["token"], &true.into())
        );
    }
    assert_eq!(app.provider.token_requests(), 4);
    // The same scopes in another order are the same.
    obtain(
        &mut browser,
        &format!("resource={SHOP}&scope=write:orders+read:orders"),
    )
    .await;
    let again = format!("resource={SHOP}&scope=read:orders+write:orders");
    assert_eq!(obtain(&mut browser, &again).await["cached"], true);
}

/// `token-responses.json`: an ID token of a narrowed refresh says less, and is not what the session
/// is about.
#[tokio::test]
async fn narrowing_one_token_takes_no_claim_from_the_session() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let before = browser.get("/person").await.body;
    for query in [
        "scope=openid".to_owned(),
        "scope=".to_owned(),
        format!("organization={ACME}&scope=openid"),
        format!("resource={SHOP}&scope=openid+read:orders"),
    ] {
        obtain(&mut browser, &query).await;
        assert_eq!(browser.get("/person").await.body, before, "{query}");
    }
    // A refresh that is not narrowed brings them again.
    app.pass(10);
    obtain(&mut browser, &format!("resource={SHOP}")).await;
    let after: Value = serde_json::from_str(&browser.get("/person").await.body).unwrap();
    let before: Value = serde_json::from_str(&before).unwrap();
    assert_ne!(after["claims"]["iat"], before["claims"]["iat"]);
    assert_eq!(after["claims"]["email"], before["claims"]["email"]);
}

/// OR-05
#[tokio::test]
async fn a_token_may_be_asked_for_as_fresh_as_needed() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let of = |fresh: &str| format!("resource={SHOP}{fresh}");
    let first = obtain(&mut browser, &of("")).await["token"].clone();
    app.pass(5 * MINUTE - 2);
    assert_eq!(
        obtain(&mut browser, &of("&fresh=300")).await["token"],
        first
    );
    app.pass(3);
    assert_eq!(
        obtain(&mut browser, &of("")).await["token"],
        first,
        "it is still good"
    );
    let second = obtain(&mut browser, &of("&fresh=300")).await;
    assert_ne!(second["token"], first);
    assert_eq!(second["cached"], false);
    assert_eq!(
        obtain(&mut browser, &of("")).await["token"],
        second["token"],
        "it took the place"
    );
    let third = obtain(&mut browser, &of("&fresh=now")).await;
    assert_ne!(third["token"], second["token"]);
    assert_eq!(app.provider.token_requests(), 4);
}

/// RF-01, RF-04
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_asks_for_a_new_token_at_once_gets_one_between_them() {
    let app = App::start().await;
    let browser = app.signed_in("alice").await;
    app.provider.controls.delay_next("/oidc/token", 300);
    let mut waiting = Vec::new();
    for number in 0..20 {
        let resource = if number % 2 == 0 { SHOP } else { BILLING };
        let mut tab = browser.clone();
        waiting.push(tokio::spawn(async move {
            let token = obtain(&mut tab, &format!("resource={resource}&fresh=now")).await;
            assert_eq!(token["claims"]["aud"], resource);
        }));
    }
    for one in waiting {
        one.await.unwrap();
    }
    assert_eq!(
        app.provider.token_requests(),
        3,
        "the sign-in, and one for each API"
    );
}

/// OR-03, RF-04: a person switches from one organization to another while requests of the first are
/// on their way.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn switching_organizations_mixes_no_tokens_up() {
    let app = App::start().await;
    let browser = app.signed_in("alice").await;
    let ask = |organization: &'static str, with: &str| {
        let (mut tab, query) = (
            browser.clone(),
            format!("organization={organization}{with}"),
        );
        tokio::spawn(async move { (organization, obtain(&mut tab, &query).await) })
    };
    app.provider.controls.delay_next("/oidc/token", 300);
    let mut waiting: Vec<_> = (0..20).map(|_| ask(ACME, "&fresh=now")).collect();
    until(|| app.provider.token_requests() == 2).await;
    waiting.extend((0..20).map(|_| ask(GLOBEX, "")));
    waiting.extend((0..5).map(|_| ask(ACME, "&resource=https://shop.example/api")));
    waiting.extend((0..5).map(|_| ask(GLOBEX, "&resource=https://shop.example/api")));
    for one in waiting {
        let (organization, token) = one.await.unwrap();
        let claims = &token["claims"];
        let expected = format!("urn:logto:organization:{organization}");
        let fits = claims["aud"] == expected || claims["organization_id"] == organization;
        assert!(fits, "{organization}: {claims}");
    }
    // What was kept is kept under its own name.
    for organization in [ACME, GLOBEX] {
        let (_, token) = ask(organization, "").await.unwrap();
        assert_eq!(token["cached"], true);
        assert_eq!(
            token["claims"]["aud"],
            format!("urn:logto:organization:{organization}")
        );
    }
}

/// Whoever asks again at once gets the same answer, and Logto is not asked; soon after somebody is
/// let in, it shows.
#[tokio::test]
async fn a_refusal_holds_for_twenty_seconds() {
    let app = App::start().await;
    let mut bob = app.signed_in("bob").await;
    let acme = format!("/obtain?organization={ACME}");
    for (query, status) in [
        (acme.clone(), 403),
        (format!("{acme}&fresh=300"), 403),
        (format!("{acme}&scope=manage:billing"), 403),
        (format!("/org/{ACME}"), 404),
    ] {
        assert_eq!(bob.get(&query).await.status, status, "{query}");
    }
    assert_eq!(app.provider.token_requests(), 2, "the sign-in, and one");
    let unknown = "/obtain?resource=https://unknown.example";
    for _ in 0..2 {
        let answer = bob.get(unknown).await;
        let why = "the API resource was not asked for at the sign-in";
        assert_eq!((answer.status, answer.body.as_str()), (409, why));
    }
    assert_eq!(app.provider.token_requests(), 3, "for each audience");
    assert_eq!(bob.get(&format!("{acme}&fresh=now")).await.status, 403);
    assert_eq!(
        app.provider.token_requests(),
        4,
        "a fresh answer is requested again"
    );

    app.provider
        .controls
        .join("bob", ACME, &["member"])
        .unwrap();
    assert_eq!(bob.get(&acme).await.status, 403);
    assert_eq!(app.provider.token_requests(), 4);
    app.pass(21);
    assert_eq!(bob.get(&acme).await.status, 200);
    assert_eq!(app.provider.token_requests(), 5);
}

#[tokio::test]
async fn a_fault_that_passes_is_no_refusal() {
    let app = App::start().await;
    let mut alice = app.signed_in("alice").await;
    let acme = format!("/obtain?organization={ACME}");
    for status in [503, 429] {
        app.provider.controls.fail_next("/oidc/token", status, 1);
        assert_eq!(alice.get(&acme).await.status, 502);
    }
    assert_eq!(alice.get(&acme).await.status, 200);
}

/// Whatever a browser makes up, Logto is asked 120 things at once for one person, and then two each
/// second.
#[tokio::test]
async fn nobody_makes_this_server_ask_logto_as_often_as_they_can() {
    let app = App::start().await;
    let mut alice = app.signed_in("alice").await;
    let mut another = app.signed_in("alice").await;
    let asked = || app.provider.token_and_user_info_requests();
    let before = asked();
    for number in 0..40 {
        let query = format!("/obtain?organization=nowhere{number}");
        assert_eq!(alice.get(&query).await.status, 403, "{number}");
        let narrowed = format!("/obtain?resource={SHOP}&scope=read:orders&fresh=now");
        assert_eq!(alice.get(&narrowed).await.status, 200, "{number}");
        assert_eq!(another.get("/user-info").await.status, 200, "{number}");
    }
    assert_eq!(asked(), before + 120);
    for query in [
        "/obtain?organization=nowhere40".to_owned(),
        format!("/obtain?resource={SHOP}&fresh=now"),
        "/user-info".to_owned(),
    ] {
        for browser in [&mut alice, &mut another] {
            let answer = browser.get(&query).await;
            assert_eq!(
                (answer.status, &*answer.body),
                (429, "throttled"),
                "{query}"
            );
        }
    }
    assert_eq!(asked(), before + 120, "in any session of the person");
    assert_eq!(
        alice.get("/").await.body,
        greeting(ALICE),
        "the session goes on"
    );
    let at_hand = format!("resource={SHOP}&scope=read:orders");
    assert_eq!(obtain(&mut alice, &at_hand).await["cached"], true);
    let mut bob = app.signed_in("bob").await;
    assert_eq!(
        bob.get("/user-info").await.status,
        200,
        "others are not held up"
    );

    app.pass(1);
    for status in [200, 200, 429] {
        assert_eq!(alice.get("/user-info").await.status, status);
    }
    app.pass(60);
    assert_eq!(alice.get(&format!("/org/{ACME}/orders")).await.status, 200);
}

/// OR-05: whoever was taken out of an organization cannot delay it by spending the request budget.
#[tokio::test]
async fn asking_too_much_keeps_nobody_in_an_organization() {
    let app = App::start().await;
    let mut alice = app.signed_in("alice").await;
    let acme = format!("/org/{ACME}");
    assert_eq!(alice.get(&acme).await.status, 200);
    app.provider.controls.leave("alice", ACME).unwrap();
    app.pass(5 * MINUTE + 1);
    while alice.get("/user-info").await.status == 200 {}
    assert_eq!(alice.get(&acme).await.status, 503);
    app.pass(1);
    assert_eq!(alice.get(&acme).await.status, 404);
}

/// What was refused before the scopes were other ones, or before another sign-in, says nothing any
/// more.
#[tokio::test]
async fn refusals_are_forgotten_with_the_scopes_and_with_the_session() {
    let app = App::start().await;
    let mut bob = app.signed_in("bob").await;
    let acme = format!("/obtain?organization={ACME}");
    assert_eq!(bob.get(&acme).await.status, 403);
    app.provider
        .controls
        .join("bob", ACME, &["member"])
        .unwrap();
    let switch = bob.form("/scopes").form(&[(
        "scope",
        "phone address custom_data identities roles urn:logto:scope:organizations urn:logto:scope:organization_roles \
         read:orders write:orders view:invoices manage:billing invite:member",
    )]);
    let answer = bob.send(switch).await;
    assert_eq!(answer.body, r#"{"changed":true}"#);
    assert_eq!(bob.get(&acme).await.status, 200);

    assert_eq!(bob.get("/org/nowhere").await.status, 404);
    bob.sign_in("bob").await;
    let before = app.provider.token_requests();
    assert_eq!(bob.get("/org/nowhere").await.status, 404);
    assert_eq!(app.provider.token_requests(), before + 1);
}

/// OR-05: who is taken out of an organization loses that, and nothing else.
#[tokio::test]
async fn a_removal_from_an_organization_ends_no_session() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let acme = format!("organization={ACME}&fresh=300");
    obtain(&mut browser, &acme).await;
    app.provider.controls.leave("alice", ACME).unwrap();
    assert_eq!(
        obtain(&mut browser, &acme).await["cached"],
        true,
        "for as long as was said"
    );
    app.pass(5 * MINUTE + 1);
    let refused: Answer = browser.get(&format!("/obtain?{acme}")).await;
    assert_eq!((refused.status, refused.body.as_str()), (403, "forbidden"));
    assert_eq!(browser.get("/").await.body, greeting(ALICE));
    obtain(&mut browser, &format!("organization={GLOBEX}")).await;
    obtain(&mut browser, "fresh=now").await;
}

/// A permission in the configuration that Logto does not know is left out silently at the sign-in.
#[tokio::test]
async fn a_permission_that_logto_left_out_does_not_stand_in_the_way() {
    let app = App::with(|setup| {
        setup.resources[0]
            .permissions
            .push("misspelt:orders".into());
    })
    .await;
    let mut browser = app.signed_in("alice").await;
    let switch = browser.form("/scopes").form(&[(
        "scope",
        "email phone address custom_data identities roles urn:logto:scope:organizations \
         urn:logto:scope:organization_roles read:orders misspelt:orders view:invoices manage:billing invite:member",
    )]);
    assert_eq!(browser.send(switch).await.body, r#"{"changed":true}"#);
    let token = obtain(&mut browser, &format!("resource={SHOP}")).await;
    assert_eq!(token["scope"], "read:orders");
    let narrowed = asked(&app, "scope").unwrap();
    assert!(
        !narrowed.contains("misspelt") && !narrowed.contains("write:orders"),
        "{narrowed}"
    );
    assert_eq!(
        obtain(&mut browser, &format!("resource={SHOP}")).await["cached"],
        true
    );
}
