//! Scopes switched on and off, and requested in a new authorization.

use logto::Scopes;
use serde_json::Value;

use crate::support::{ACME, ALICE, Answer, App, BOB, Browser, GLOBEX, SHOP, greeting, until};

const HOUR: i64 = 3600;
/// What the application asks for at a sign-in, but for the reserved ones.
const ALL: &str = "email phone address custom_data identities roles urn:logto:scope:organizations \
    urn:logto:scope:organization_roles read:orders write:orders view:invoices manage:billing invite:member";

/// Memberships, and the permissions that keep them on.
const ORGANIZATIONS: &str = "urn:logto:scope:organizations manage:billing invite:member";
const PERMISSIONS: &str = "read:orders write:orders view:invoices manage:billing invite:member";

fn without(scopes: &str) -> String {
    Scopes::parse(ALL)
        .difference(&Scopes::parse(scopes))
        .to_string()
}

async fn choose(browser: &mut Browser, scopes: &str) -> Answer {
    let form = [("scope", scopes), ("return_to", "/profile?tab=scopes")];
    let request = browser.form("/scopes").form(&form);
    browser.send(request).await
}

/// The same, after a look at what was granted.
async fn look_and_choose(browser: &mut Browser, scopes: &str) -> Answer {
    look_and_turn_off(browser, scopes, "").await
}

/// The same, from a page that was drawn with other scopes on as well.
async fn look_and_turn_off(browser: &mut Browser, scopes: &str, off: &str) -> Answer {
    let request = browser.form("/scopes");
    let form = [("scope", scopes), ("look", "true"), ("off", off)];
    browser.send(request.form(&form)).await
}

async fn permissions(browser: &mut Browser, query: &str) -> Value {
    let answer = browser.get(&format!("/permissions{query}")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

async fn person(browser: &mut Browser) -> Value {
    serde_json::from_str(&browser.get("/person").await.body).unwrap()
}

async fn token(browser: &mut Browser, query: &str) -> Value {
    let answer = browser.get(&format!("/obtain?{query}")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

fn parse_scopes(value: &Value) -> Scopes {
    Scopes::parse(value.as_str().unwrap())
}

const CHANGED: &str = r#"{"changed":true}"#;
const UNCHANGED: &str = r#"{"changed":false}"#;

#[tokio::test]
async fn a_session_knows_what_was_asked_for_and_what_was_granted() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let person = person(&mut browser).await;
    let reserved = "openid offline_access profile";
    assert_eq!(
        parse_scopes(&person["asked"]),
        Scopes::parse(&format!("{reserved} {ALL}"))
    );
    let granted = format!("{reserved} {ALL}").parse::<Scopes>().unwrap();
    assert_eq!(
        parse_scopes(&person["scope"]),
        granted.difference(&granted.permissions())
    );
    assert_eq!(person["switched_off"], "");
    assert_eq!(person["not_granted"], "");
}

/// What somebody did not press stays as it was, and what they switched off is not asked for again.
#[tokio::test]
async fn what_was_not_granted_stays_asked_for_after_a_new_authorization() {
    let devices = "urn:logto:scope:trusted_devices";
    let app = App::with(|setup| setup.scopes = "email phone urn:logto:scope:trusted_devices").await;
    let mut browser = app.signed_in("bob").await;
    let answer = look_and_choose(&mut browser, "email urn:logto:scope:sessions").await;
    let back = browser.at_provider(answer.location(), "bob").await;
    browser.get(&back).await;
    let person = person(&mut browser).await;
    assert_eq!(person["not_granted"], devices);
    let asked = parse_scopes(&person["asked"]);
    assert!(
        asked.contains(devices) && asked.contains("email"),
        "{asked}"
    );
    assert!(!asked.contains("phone"), "{asked}");
}

/// Between the page and the press a role may go: then nothing else says that it was a press.
#[tokio::test]
async fn what_was_turned_off_does_not_come_back_when_it_was_refused_meanwhile() {
    const EMAIL: &str = "email urn:logto:scope:organizations";
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    for organization in [ACME, GLOBEX] {
        app.provider.controls.leave("alice", organization).unwrap();
    }
    app.pass(HOUR + 1);
    let inside = "manage:billing invite:member write:orders";
    let rest = without(&format!("view:invoices {inside}"));
    let with_sessions = format!("{rest} urn:logto:scope:sessions");
    let answer = look_and_turn_off(&mut browser, &with_sessions, "manage:billing").await;
    let asked = Scopes::parse(&answer.sent("scope").unwrap());
    assert!(!asked.contains("manage:billing"), "{asked}");
    assert!(
        asked.contains("invite:member"),
        "nobody pressed it: {asked}"
    );

    let answer = look_and_turn_off(&mut browser, &rest, "manage:billing").await;
    assert_eq!(answer.body, CHANGED);
    assert_eq!(person(&mut browser).await["switched_off"], "manage:billing");
    app.provider
        .controls
        .join("alice", ACME, &["admin"])
        .unwrap();
    app.pass(HOUR + 1);
    // The refresh brings the membership.
    token(&mut browser, "").await;
    let others = format!("{rest} invite:member write:orders");
    assert_eq!(look_and_choose(&mut browser, &others).await.body, UNCHANGED);
    let acme = token(&mut browser, &format!("organization={ACME}")).await;
    assert_eq!(acme["scope"], "invite:member");
    // In another session it may be Logto's own scope that is not granted.
    let devices = "urn:logto:scope:trusted_devices";
    let app = App::with(|setup| setup.scopes = "email urn:logto:scope:trusted_devices").await;
    let mut bob = app.signed_in("bob").await;
    let answer = look_and_turn_off(&mut bob, EMAIL, devices).await;
    assert_eq!(answer.body, CHANGED);
    let now = person(&mut bob).await;
    assert_eq!(
        (&now["switched_off"], &now["not_granted"]),
        (&devices.into(), &"".into())
    );
    assert_eq!(look_and_choose(&mut bob, EMAIL).await.body, UNCHANGED);
    let answer = look_and_choose(&mut bob, &format!("{EMAIL} phone")).await;
    assert!(!answer.sent("scope").unwrap().contains(devices));
    let answer = look_and_choose(&mut bob, &format!("{EMAIL} {devices}")).await;
    assert!(answer.sent("scope").unwrap().contains(devices));
}

/// What says nothing of this person, or is chosen all the same, was not turned off.
#[tokio::test]
async fn what_else_is_called_turned_off_changes_nothing() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let off = "openid email admin urn:logto:scope:sessions";
    let rest = without("view:invoices");
    let answer = look_and_turn_off(&mut browser, &rest, off).await;
    assert_eq!(answer.body, UNCHANGED);
    let answer = look_and_turn_off(
        &mut browser,
        &format!("{rest} urn:logto:scope:sessions"),
        off,
    )
    .await;
    let asked = Scopes::parse(&answer.sent("scope").unwrap());
    assert!(
        Scopes::parse("openid email urn:logto:scope:sessions").is_subset(&asked),
        "{asked}"
    );
}

/// Logto drops a scope it does not know without a word.
#[tokio::test]
async fn a_scope_that_was_asked_for_and_not_granted_is_listed_apart_from_the_others() {
    let app = App::with(|setup| setup.scopes = "email urn:logto:scope:trusted_devices").await;
    let mut browser = app.signed_in("alice").await;
    let person = person(&mut browser).await;
    assert_eq!(person["not_granted"], "urn:logto:scope:trusted_devices");
    assert!(parse_scopes(&person["asked"]).contains("urn:logto:scope:trusted_devices"));
}

/// `token-responses.json`: the ID token of a narrowed refresh says that much less, and the refresh
/// token stays whole.
#[tokio::test]
async fn a_granted_scope_is_switched_off_and_on_without_a_sign_in() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let session = browser.session().unwrap().to_owned();
    let before = person(&mut browser).await;
    assert_eq!(before["claims"]["email"], "alice@example.com");

    let answer = choose(&mut browser, &without("email")).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, CHANGED));
    let off = person(&mut browser).await;
    assert_eq!(off["switched_off"], "email");
    assert!(off["claims"].get("email").is_none(), "{}", off["claims"]);
    assert_eq!(
        off["claims"]["phone_number"],
        before["claims"]["phone_number"]
    );
    assert_eq!(
        (&off["scope"], &off["asked"]),
        (&before["scope"], &before["asked"])
    );
    let info: Value = serde_json::from_str(&browser.get("/user-info").await.body).unwrap();
    assert!(
        info.get("email").is_none() && info.get("custom_data").is_some(),
        "{info}"
    );
    assert!(!parse_scopes(&token(&mut browser, "").await["scope"]).contains("email"));

    let answer = choose(&mut browser, ALL).await;
    assert_eq!(answer.body, CHANGED);
    let on = person(&mut browser).await;
    assert_eq!(on["switched_off"], "");
    assert_eq!(on["claims"]["email"], "alice@example.com");
    assert!(parse_scopes(&token(&mut browser, "").await["scope"]).contains("email"));
    assert_eq!(browser.session(), Some(session.as_str()));
}

#[tokio::test]
async fn choosing_what_is_chosen_already_asks_nobody() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let requests = app.provider.seen().len();
    // With the reserved ones or without them: they are not for choosing.
    for scopes in [
        ALL.to_owned(),
        format!("openid {ALL}"),
        format!("{ALL} email email"),
    ] {
        assert_eq!(choose(&mut browser, &scopes).await.body, UNCHANGED);
    }
    assert_eq!(app.provider.seen().len(), requests);
    assert_eq!(
        choose(&mut browser, "").await.body,
        CHANGED,
        "all that can be"
    );
    let person = person(&mut browser).await;
    assert_eq!(parse_scopes(&person["switched_off"]), Scopes::parse(ALL));
    assert_eq!(person["claims"]["name"], "Alice Example", "profile stays");
}

/// Only permissions: no claim hangs on them, and no token that stays has them.
#[tokio::test]
async fn a_permission_is_switched_off_by_dropping_tokens() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let (shop, acme) = (format!("resource={SHOP}"), format!("organization={ACME}"));
    let few = format!("{shop}&scope=read:orders+write:orders");
    for query in [&shop, &acme, &few] {
        token(&mut browser, query).await;
    }
    let requests = app.provider.token_requests();
    let answer = choose(&mut browser, &without("write:orders manage:billing")).await;
    assert_eq!(answer.body, CHANGED);
    assert_eq!(
        app.provider.token_requests(),
        requests,
        "nothing was asked for"
    );
    for (query, scope) in [
        (&shop, "read:orders"),
        (&few, "read:orders"),
        (&acme, "invite:member"),
    ] {
        let fresh = token(&mut browser, query).await;
        assert_eq!(
            (&fresh["scope"], &fresh["cached"]),
            (&scope.into(), &false.into()),
            "{query}"
        );
        assert_eq!(fresh["claims"]["scope"], scope);
        assert_eq!(token(&mut browser, query).await["cached"], true);
    }
    assert_eq!(
        token(&mut browser, "").await["cached"],
        true,
        "that of Logto is as it was"
    );

    choose(&mut browser, ALL).await;
    assert_eq!(
        parse_scopes(&token(&mut browser, &shop).await["scope"]),
        Scopes::parse("read:orders write:orders")
    );
}

/// No scope at all would be all of them.
#[tokio::test]
async fn with_every_permission_off_a_token_opens_nothing() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    choose(&mut browser, &without(PERMISSIONS)).await;
    for query in [
        format!("resource={SHOP}"),
        format!("resource={SHOP}&scope=read:orders"),
        format!("organization={ACME}"),
        format!("organization={ACME}&resource={SHOP}"),
    ] {
        let token = token(&mut browser, &query).await;
        assert_eq!(
            (&token["scope"], &token["claims"]["scope"]),
            (&"".into(), &"".into()),
            "{query}"
        );
    }
}

#[tokio::test]
async fn with_organizations_off_there_is_no_token_for_one() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    token(&mut browser, &format!("organization={ACME}")).await;
    choose(&mut browser, &without(ORGANIZATIONS)).await;
    let answer = browser.get(&format!("/obtain?organization={ACME}")).await;
    let why = "the person has switched these scopes off: urn:logto:scope:organizations";
    assert_eq!((answer.status, answer.body.as_str()), (409, why));
    assert!(
        person(&mut browser).await["claims"]
            .get("organizations")
            .is_none()
    );
    assert_eq!(browser.get(&format!("/org/{ACME}")).await.status, 403);
    choose(&mut browser, ALL).await;
    assert_eq!(browser.get(&format!("/org/{ACME}")).await.status, 200);
}

/// Organization tokens need it (`refresh organization_id=acme without urn:logto:scope:organizations
/// in the granted scope`).
#[tokio::test]
async fn memberships_stay_on_while_a_permission_inside_organizations_is_on() {
    let memberships = "urn:logto:scope:organizations";
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let answer = choose(&mut browser, &without(memberships)).await;
    let kept = format!(r#"{{"kept":"{memberships}"}}"#);
    assert_eq!((answer.status, answer.body), (200, kept));
    assert_eq!(person(&mut browser).await["switched_off"], "");
    assert_eq!(
        choose(&mut browser, &without(ORGANIZATIONS)).await.body,
        CHANGED
    );
    // A permission brings them along.
    let scopes = without("urn:logto:scope:organizations manage:billing");
    assert_eq!(choose(&mut browser, &scopes).await.body, CHANGED);
    assert_eq!(person(&mut browser).await["switched_off"], "manage:billing");
}

/// Bob has no role: no token has what was asked for.
#[tokio::test]
async fn a_refused_permission_needs_a_new_authorization_when_chosen_and_nothing_when_not() {
    let app = App::start().await;
    let mut browser = app.signed_in("bob").await;
    let none = without(PERMISSIONS);
    assert_eq!(look_and_choose(&mut browser, &none).await.body, UNCHANGED);
    assert_eq!(person(&mut browser).await["switched_off"], "");
    let answer = look_and_choose(&mut browser, &format!("{none} write:orders")).await;
    assert_eq!(answer.status, 303);
    let asked = Scopes::parse(&answer.sent("scope").unwrap());
    // All of them stay asked for: a token has them once a role does.
    assert!(Scopes::parse(PERMISSIONS).is_subset(&asked), "{asked}");

    let memberships = "urn:logto:scope:organizations";
    let without_them = without(&format!("{PERMISSIONS} {memberships}"));
    let answer = look_and_choose(&mut browser, &format!("{without_them} write:orders")).await;
    let asked = Scopes::parse(&answer.sent("scope").unwrap());
    assert!(!asked.contains("manage:billing") && !asked.contains(memberships));
    assert!(asked.contains("read:orders"));
    // Without a look, what was asked for counts as granted.
    assert_eq!(choose(&mut browser, ALL).await.body, UNCHANGED);
}

#[tokio::test]
async fn only_tokens_say_which_permissions_were_granted() {
    let app = App::start().await;
    let mut alice = app.signed_in("alice").await;
    let grants = permissions(&mut alice, &format!("?first={GLOBEX}")).await;
    assert_eq!(
        parse_scopes(&grants["granted"]),
        Scopes::parse("read:orders write:orders manage:billing invite:member")
    );
    assert_eq!(
        (&grants["refused"], &grants["unknown"]),
        (&"view:invoices".into(), &"".into())
    );
    let organizations = [
        format!("{GLOBEX} invite:member"),
        format!("{ACME} manage:billing invite:member"),
    ];
    assert_eq!(grants["organizations"], serde_json::json!(organizations));
    // What is at hand is not asked for again.
    let requests = app.provider.seen().len();
    assert_eq!(
        permissions(&mut alice, &format!("?first={GLOBEX}")).await,
        grants
    );
    assert_eq!(app.provider.seen().len(), requests);
    choose(&mut alice, &without("write:orders")).await;
    let grants = permissions(&mut alice, "").await;
    assert!(!parse_scopes(&grants["granted"]).contains("write:orders"));
    assert_eq!(grants["refused"], "view:invoices");

    let grants = permissions(&mut app.signed_in("bob").await, "").await;
    assert_eq!(parse_scopes(&grants["refused"]), Scopes::parse(PERMISSIONS));
    assert_eq!(app.browser().get("/permissions").await.status, 401);
}

#[tokio::test]
async fn of_many_organizations_five_are_looked_at() {
    let app = App::start().await;
    let mut olga = app.signed_in("olga").await;
    let grants = permissions(&mut olga, "?first=team30").await;
    let organizations = grants["organizations"].as_array().unwrap();
    assert_eq!((organizations.len(), &grants["unchecked"]), (5, &45.into()));
    assert_eq!(organizations[0], "team30 invite:member");
    assert_eq!(
        parse_scopes(&grants["unknown"]),
        Scopes::parse("manage:billing")
    );
}

/// OU-02: who waits does so once.
#[tokio::test]
async fn while_logto_does_not_answer_permissions_are_unknown_and_it_is_asked_once() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let requests = app.provider.token_requests();
    app.provider.controls.fail_next("/oidc/token", 503, 1);
    let grants = permissions(&mut browser, "").await;
    assert_eq!(
        (&grants["unavailable"], &grants["granted"]),
        (&true.into(), &"".into())
    );
    assert_eq!(parse_scopes(&grants["unknown"]), Scopes::parse(PERMISSIONS));
    assert_eq!(grants["refused"], "");
    assert_eq!(app.provider.token_requests() - requests, 1);
}

/// A later refresh does not bring back a scope that is switched off.
#[tokio::test]
async fn a_later_refresh_keeps_the_choice() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    choose(&mut browser, &without("email roles")).await;
    app.pass(HOUR + 1);
    for query in [
        "",
        "fresh=now",
        &format!("resource={SHOP}"),
        &format!("organization={ACME}"),
    ] {
        token(&mut browser, query).await;
        let person = person(&mut browser).await;
        assert!(person["claims"].get("email").is_none(), "{query}");
        assert!(person["claims"].get("roles").is_none(), "{query}");
        assert_eq!(person["claims"]["name"], "Alice Example");
    }
}

/// RF-10: all or nothing.
#[tokio::test]
async fn a_choice_that_logto_does_not_answer_changes_nothing() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let before = browser.get("/person").await.body;
    app.provider.controls.fail_next("/oidc/token", 503, 1);
    let answer = choose(&mut browser, &without("email")).await;
    assert_eq!((answer.status, answer.body.as_str()), (502, "provider"));
    assert_eq!(browser.get("/person").await.body, before);
    assert_eq!(choose(&mut browser, &without("email")).await.body, CHANGED);
}

/// F2: a session that has ended stays ended.
#[tokio::test]
async fn a_choice_in_a_session_that_has_ended_brings_nothing_back() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let mut tab = browser.clone();
    app.provider.controls.delay_next("/oidc/token", 300);
    let choosing = tokio::spawn(async move { choose(&mut tab, &without("email")).await.status });
    until(|| app.provider.token_requests() == 2).await;
    browser.post("/sign-out").await;
    assert_eq!(choosing.await.unwrap(), 401);
    assert!(app.store.live().await.is_empty());
}

/// A choice while tokens are being refreshed: what lands late does not undo it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_choice_waits_for_the_pending_refresh() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    app.provider.controls.delay_next("/oidc/token", 300);
    let mut tab = browser.clone();
    let refreshing = tokio::spawn(async move { token(&mut tab, "fresh=now").await });
    until(|| app.provider.token_requests() == 2).await;
    assert_eq!(choose(&mut browser, &without("email")).await.body, CHANGED);
    assert!(
        parse_scopes(&refreshing.await.unwrap()["scope"]).contains("email"),
        "it was asked before"
    );
    let person = person(&mut browser).await;
    assert_eq!(person["switched_off"], "email");
    assert!(person["claims"].get("email").is_none());
    assert!(!parse_scopes(&token(&mut browser, "").await["scope"]).contains("email"));
}

/// F1, SE-08: a request that read the session before the choice, and writes into it after.
#[tokio::test]
async fn a_slow_request_does_not_undo_a_choice() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let mut slow = browser.clone();
    let waiting = tokio::spawn(async move { slow.get("/slow").await.body });
    app.latch.entered.notified().await;
    assert_eq!(choose(&mut browser, &without("email")).await.body, CHANGED);
    app.latch.leave.notify_one();
    assert_eq!(waiting.await.unwrap(), greeting(ALICE));
    assert_eq!(browser.get("/cart").await.body, "pears");
    let person = person(&mut browser).await;
    assert_eq!(person["switched_off"], "email");
    assert!(person["claims"].get("email").is_none());
}

/// What a request read of the session before the choice is no reason to ask for what is switched
/// off by now.
#[tokio::test]
async fn a_pending_request_gets_no_token_with_what_was_switched_off_meanwhile() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let (shop, acme) = (format!("resource={SHOP}"), format!("organization={ACME}"));
    let narrowed = format!("{shop}&scope=read:orders+write:orders");
    for (query, off, expected) in [
        (&shop, "write:orders", Ok("read:orders")),
        (&narrowed, "write:orders", Ok("read:orders")),
        (
            &acme,
            ORGANIZATIONS,
            Err("the person has switched these scopes off: urn:logto:scope:organizations"),
        ),
    ] {
        let mut tab = browser.clone();
        let address = format!("/obtain-slowly?{query}");
        let waiting = tokio::spawn(async move { tab.get(&address).await });
        app.latch.entered.notified().await;
        assert_eq!(choose(&mut browser, &without(off)).await.body, CHANGED);
        app.latch.leave.notify_one();
        let answer = waiting.await.unwrap();
        match expected {
            Ok(scope) => {
                let token: Value = serde_json::from_str(&answer.body).unwrap();
                assert_eq!(token["scope"], scope, "{query}");
            }
            Err(why) => assert_eq!((answer.status, answer.body.as_str()), (409, why)),
        }
        assert_eq!(choose(&mut browser, ALL).await.body, CHANGED);
    }
}

/// RF-18: another process, which began to refresh before the choice and lands after it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refresh_of_another_process_does_not_undo_a_choice() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let other = app.beside().await;
    let mut there = browser.clone();
    there.at.clone_from(&other.at);
    // So that it knows the provider, and only the refresh waits.
    token(&mut there, &format!("resource={SHOP}")).await;
    app.provider.controls.delay_next("/oidc/token", 500);
    let landing = tokio::spawn(async move { token(&mut there, "fresh=now").await });
    until(|| app.provider.token_requests() == 3).await;
    assert_eq!(choose(&mut browser, &without("email")).await.body, CHANGED);
    landing.await.unwrap();
    let person = person(&mut browser).await;
    assert_eq!(person["switched_off"], "email");
    assert!(
        person["claims"].get("email").is_none(),
        "{}",
        person["claims"]
    );
    assert!(!parse_scopes(&token(&mut browser, "").await["scope"]).contains("email"));
}

/// F17: the refresh token may have been replaced by it.
#[tokio::test]
async fn a_choice_goes_on_when_the_browser_hangs_up() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    app.provider.controls.delay_next("/oidc/token", 300);
    let mut impatient = browser.clone();
    impatient.http = crate::support::browser::http();
    let form = [("scope", without("email"))];
    let request = impatient.form("/scopes").form(&form);
    let hanging = tokio::spawn(request.send());
    until(|| app.provider.token_requests() == 2).await;
    hanging.abort();
    let _ = hanging.await;
    drop(impatient);
    assert!(!parse_scopes(&token(&mut browser, "").await["scope"]).contains("email"));
    let person = person(&mut browser).await;
    assert_eq!(person["switched_off"], "email");
    assert!(person["claims"].get("email").is_none());
    assert_eq!(app.provider.token_requests(), 2);
}

/// CB-20
#[tokio::test]
async fn a_scope_that_is_not_offered_is_refused() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let before = browser.get("/person").await.body;
    for scopes in ["admin", "email all", "read:orders\u{a0}x", "email%20admin"] {
        let answer = choose(&mut browser, scopes).await;
        assert_eq!(
            (answer.status, answer.body.as_str()),
            (400, "not offered"),
            "{scopes}"
        );
    }
    assert_eq!(browser.get("/person").await.body, before);
    assert_eq!(choose(&mut app.browser(), "email").await.status, 401);
}

/// A scope that was not granted needs a new authorization, for exactly the chosen scopes; the
/// session of before is there until then.
#[tokio::test]
async fn a_scope_that_was_not_granted_is_asked_for_anew() {
    let app = App::with(|setup| setup.scopes = "email").await;
    let mut browser = app.signed_in("alice").await;
    let session = browser.session().unwrap().to_owned();
    let answer = choose(&mut browser, "phone read:orders").await;
    assert_eq!(answer.status, 303);
    let scope = answer.sent("scope").unwrap();
    assert_eq!(
        Scopes::parse(&scope),
        Scopes::parse("openid offline_access profile phone read:orders")
    );
    assert_eq!(answer.sent("prompt").as_deref(), Some("consent"));
    assert!(answer.set_cookie("logto-sign-in").is_some());
    let there = person(&mut browser).await;
    assert_eq!(
        there["claims"]["email"], "alice@example.com",
        "all is as it was"
    );
    assert_eq!(browser.get("/token").await.status, 200);

    let address = answer.location().to_owned();
    let back = browser.at_provider(&address, "alice").await;
    let response = browser.get(&back).await;
    assert_eq!(
        (response.status, response.location()),
        (303, "/profile?tab=scopes")
    );
    // SE-02, SE-04
    assert_ne!(browser.session(), Some(session.as_str()));
    let person = person(&mut browser).await;
    assert_eq!(person["claims"]["sub"], ALICE);
    assert_eq!(person["claims"]["phone_number"], "15550000001");
    assert!(person["claims"].get("email").is_none());
    assert_eq!(parse_scopes(&person["asked"]), Scopes::parse(&scope));
    assert_eq!(
        token(&mut browser, &format!("resource={SHOP}")).await["scope"],
        "read:orders"
    );
    assert_eq!(app.store.live().await.len(), 1, "the old one is gone");
}

/// CB-22: somebody else signs in instead.
#[tokio::test]
async fn of_another_account_the_new_session_has_nothing_of_the_old_one() {
    let app = App::with(|setup| setup.scopes = "email").await;
    let mut browser = app.signed_in("alice").await;
    let refresh_token = app.refresh_token();
    choose(&mut browser, "").await;
    let answer = choose(&mut browser, "email phone").await;
    let address = answer.location().to_owned();
    browser.provider_cookies.clear();
    let back = browser.at_provider(&address, "bob").await;
    assert_eq!(browser.get(&back).await.location(), "/profile?tab=scopes");
    let person = person(&mut browser).await;
    assert_eq!(person["claims"]["sub"], BOB);
    assert_eq!(person["switched_off"], "");
    assert_eq!(app.store.live().await.len(), 1);
    until(|| !app.provider.seen_at("/oidc/token/revocation").is_empty()).await;
    assert_eq!(app.status_of_refresh_token(&refresh_token).await, 400);
}

/// Logto's consent page, cancelled, sends the browser to the bare address; or it says
/// `access_denied`.
#[tokio::test]
async fn a_cancelled_authorization_leaves_all_as_it_was_and_leads_back() {
    let app = App::with(|setup| setup.scopes = "email").await;
    for bare in [true, false] {
        let mut browser = app.signed_in("alice").await;
        let before = browser.get("/person").await.body;
        let session = browser.session().unwrap().to_owned();
        // Another sign-in of this browser, longer ago.
        browser.get("/sign-in?return_to=/elsewhere").await;
        app.pass(1);
        let answer = choose(&mut browser, "email phone").await;
        let back = if bare {
            "/callback".to_owned()
        } else {
            let state = answer.sent("state").unwrap();
            let issuer = app.provider.controls.issuer();
            format!("/callback?error=access_denied&state={state}&iss={issuer}")
        };
        let response = browser.get(&back).await;
        assert_eq!(
            (response.status, response.location()),
            (303, "/profile?tab=scopes"),
            "{bare}"
        );
        assert_eq!(response.set_cookie("logto-session"), None);
        assert_eq!(browser.session(), Some(session.as_str()));
        assert_eq!(browser.get("/person").await.body, before);
        assert_eq!(browser.get("/token").await.status, 200);
        browser.post("/sign-out").await;
    }
}

/// Anybody can make a browser open the bare address. It uses nothing up, and only a browser's own
/// sign-in says where to go.
#[tokio::test]
async fn a_bare_callback_leads_to_no_page_of_another_browser() {
    let app = App::start().await;
    app.browser().get("/sign-in?return_to=/secret").await;
    let mut browser = app.signed_in("alice").await;
    let response = browser.get("/callback").await;
    assert_eq!((response.status, response.location()), (303, "/"));
    let answer = choose(&mut browser, "urn:logto:scope:sessions").await;
    let address = answer.location().to_owned();
    let back = browser.at_provider(&address, "alice").await;
    browser.get("/callback").await;
    assert_eq!(
        browser.get(&back).await.location(),
        "/profile?tab=scopes",
        "it can be finished"
    );
}

/// Who is not signed in and cancels sees the problem page, with the link back to the requested
/// page.
#[tokio::test]
async fn who_cancels_without_a_session_sees_the_problem_page() {
    let app = App::start().await;
    let mut browser = app.browser();
    browser.get("/sign-in?return_to=/profile").await;
    let response = browser.get("/callback").await;
    let problem = "/sign-in-problem?reason=cancelled&return_to=%2Fprofile";
    assert_eq!((response.status, response.location()), (303, problem));
}
