//! What takes a new authorization.

use super::{
    APPLIED, Row, SESSIONS, UNCHANGED, page_with_notice, press, press_and_sign_in, press_on,
    pressed, results,
};
use crate::helpers::TestApp;

const ACME: &str = "asl5guymvnj4";
const GLOBEX: &str = "1xld34l574eb";

#[tokio::test]
async fn what_was_never_granted_takes_a_new_authorization_that_asks_for_all_that_is_on() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    let session = browser.session().unwrap().to_owned();
    let answer = press(&mut browser, &[SESSIONS, "phone"]).await;
    let asked = answer.sent("scope").unwrap();
    let asked: Vec<_> = asked.split(' ').collect();
    for scope in [
        "openid",
        "offline_access",
        "profile",
        "email",
        SESSIONS,
        "read:orders",
    ] {
        assert!(asked.contains(&scope), "{scope}");
    }
    assert!(!asked.contains(&"phone"), "it was turned off");
    assert!(asked.contains(&"view:invoices"), "it stays requested");
    assert_eq!(
        browser.session(),
        Some(&*session),
        "the session stays until then"
    );
    assert!(browser.get("/profile").await.body.contains("15550000001"));

    let back = browser.at_provider(answer.location(), "alice").await;
    let landed = browser.get(&back).await;
    assert_ne!(browser.session(), Some(&*session));
    let page = browser.get(landed.location()).await.body;
    assert_eq!(
        results(&page),
        [
            APPLIED,
            &format!("Granted: {SESSIONS}"),
            "Turned off: phone"
        ]
    );
    assert!(Row::of(&page, SESSIONS).says(">Granted<"));
    assert!(Row::of(&page, "phone").says("Not requested"));
    assert!(Row::of(&page, "view:invoices").says("Requested, not granted"));
    assert!(!browser.get("/profile").await.body.contains("15550000001"));

    // Nobody else sees the notice (CB-15).
    let mut bob = app.signed_in("bob").await;
    let page = bob.get(landed.location()).await.body;
    assert_eq!(results(&page), [""; 0]);
}

#[tokio::test]
async fn cancelling_leaves_everything_as_it_was_and_leads_back() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    let before = browser.get("/scopes").await.body;
    let session = browser.session().unwrap().to_owned();
    press(&mut browser, &[SESSIONS]).await;
    // Logto sends the browser to the bare address (`third-party-consent.json`).
    let landed = browser.get("/callback").await;
    assert!(
        landed.location().starts_with("/scopes?scopes="),
        "{}",
        landed.location()
    );
    let page = browser.get(landed.location()).await.body;
    assert!(page.contains("Authorization cancelled. Nothing changed."));
    assert_eq!(browser.session(), Some(&*session));
    for (row, earlier) in Row::all(&page).iter().zip(Row::all(&before)) {
        assert_eq!(row.is_on(), earlier.is_on(), "{}", row.scope);
    }
}

/// Unknown scopes and permissions that somebody lacks are dropped silently (`unknown scope is dropped silently`).
#[tokio::test]
async fn what_logto_leaves_out_is_named_with_who_can_grant_it() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("bob").await;
    let devices = "urn:logto:scope:trusted_devices";
    let page = press_and_sign_in(&mut browser, &["write:orders", devices], "bob").await;
    assert_eq!(
        results(&page),
        [
            "Not granted by Logto",
            "Ask an administrator for a role with write:orders, then request again.",
            &format!(
                "Ask an administrator to enable {devices} for this app in Logto Console, then request again."
            ),
        ],
        "nobody pressed view:invoices"
    );
    for (scope, who) in [
        ("write:orders", "Ask an administrator for one"),
        (devices, "in Logto Console"),
    ] {
        let row = Row::of(&page, scope);
        assert!(
            !row.is_on() && row.says("Requested, not granted") && row.says(who),
            "{}",
            row.html
        );
    }
    assert!(Row::of(&page, "view:invoices").says("Requested, not granted"));
    // To apply again without pressing them is no change, and they stay what they are.
    let answer = press(&mut browser, &[]).await;
    page_with_notice(&mut browser, &answer, UNCHANGED).await;
    press(&mut browser, &["email"]).await;
    let page = browser.get("/scopes").await.body;
    assert!(Row::of(&page, "write:orders").says("Requested, not granted"));
}

/// What the session says was requested and what was granted: every page says the same of it.
#[tokio::test]
async fn rows_that_nobody_pressed_stay_what_they_were_and_all_pages_agree() {
    let app = TestApp::start().await;
    let mut bob = app.signed_in("bob").await;
    let before = bob.get("/scopes").await.body;
    let page = press_and_sign_in(&mut bob, &["write:orders"], "bob").await;
    for (row, earlier) in Row::all(&page).iter().zip(Row::all(&before)) {
        assert_eq!(row.state(), earlier.state(), "{}", row.scope);
    }
    for scope in ["read:orders", "view:invoices", "manage:billing"] {
        let row = Row::of(&page, scope);
        assert!(row.says("Requested, not granted"), "{}", row.html);
    }
    let home = bob.get("/").await.body;
    assert!(home.contains("<code>read:orders, write:orders<"), "{home}");
    let apis = bob.get("/apis").await.body;
    assert!(apis.matches("Not granted: ").count() >= 3, "{apis}");

    // What somebody turned off is not requested in the new authorization, nor shown as missing.
    let mut alice = app.signed_in("alice").await;
    press(&mut alice, &["write:orders", "manage:billing"]).await;
    let page = press_and_sign_in(&mut alice, &[SESSIONS], "alice").await;
    for scope in ["write:orders", "manage:billing"] {
        assert!(Row::of(&page, scope).says("Not requested"), "{scope}");
    }
    for path in ["/", "/apis", &format!("/org/{ACME}")] {
        let page = alice.get(path).await.body;
        let (_, main) = page.split_once("<main").unwrap();
        let (main, _) = main.split_once("</main>").unwrap();
        assert!(
            !main.contains("write:orders") && !main.contains("manage:billing"),
            "{path}: {main}"
        );
    }
    // Nobody but the person can help.
    let page = alice.get(&format!("/org/{ACME}/billing")).await;
    assert_eq!(page.status, 403);
    for part in [
        "Off in Scopes.",
        "href=\"/scopes?scope=manage%3Abilling#scope-manage%3Abilling\"",
    ] {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    assert!(!page.body.contains("Ask an organization administrator"));
}

#[tokio::test]
async fn what_the_answer_changed_besides_is_said_in_a_sentence_of_its_own() {
    let app = TestApp::start().await;
    let mut bob = app.signed_in("bob").await;
    let answer = press(&mut bob, &[SESSIONS]).await;
    app.provider
        .controls
        .join("bob", ACME, &["member"])
        .unwrap();
    let back = bob.at_provider(answer.location(), "bob").await;
    let landed = bob.get(&back).await;
    let page = bob.get(landed.location()).await.body;
    assert_eq!(
        results(&page),
        [
            APPLIED,
            &format!("Granted: {SESSIONS}"),
            "Now also granted: invite:member, read:orders"
        ]
    );
    assert!(Row::of(&page, "invite:member").says(">Changed<"));
}

/// The page is open, and meanwhile the person leaves the organization that gave the permission: it was on, and is
/// pressed off.
#[tokio::test]
async fn what_is_turned_off_on_an_open_page_does_not_come_back_by_itself() {
    let app = TestApp::start().await;
    let mut alice = app.signed_in("alice").await;
    let page = alice.get("/scopes").await.body;
    assert!(Row::of(&page, "manage:billing").is_on());
    let leave = || {
        for organization in [ACME, GLOBEX] {
            app.provider.controls.leave("alice", organization).unwrap();
        }
        app.pass(3601);
    };
    leave();
    let answer = press_on(&mut alice, &page, &["manage:billing", SESSIONS]).await;
    let asked = answer.sent("scope").unwrap();
    assert!(!asked.contains("manage:billing"), "{asked}");
    assert!(
        asked.contains("invite:member"),
        "nobody pressed it: {asked}"
    );
    let back = alice.at_provider(answer.location(), "alice").await;
    let landed = alice.get(&back).await;
    let after = alice.get(landed.location()).await.body;
    assert_eq!(
        results(&after),
        [
            "Not granted by Logto",
            "Ask an administrator for a role with write:orders, then request again.",
            "Ask an organization administrator for a role with invite:member.",
            &format!("Granted: {SESSIONS}"),
            "Turned off: manage:billing",
        ]
    );
    assert!(Row::of(&after, "manage:billing").says("Not requested"));

    // Without a new authorization it is off at once, and stays off when the role is back.
    let join = || {
        app.provider
            .controls
            .join("alice", ACME, &["admin"])
            .unwrap();
        app.pass(3601);
    };
    join();
    let mut other = app.signed_in("alice").await;
    let page = other.get("/scopes").await.body;
    assert!(Row::of(&page, "manage:billing").is_on());
    leave();
    let lost = ["manage:billing", "invite:member", "write:orders"];
    let answer = press_on(&mut other, &page, &lost).await;
    let after = page_with_notice(&mut other, &answer, APPLIED).await;
    let shown = results(&after);
    assert!(shown[1].starts_with("Turned off: "), "{shown:?}");
    assert!(
        lost.iter().all(|scope| shown[1].contains(scope)),
        "{shown:?}"
    );
    join();
    let row = |page: &str| Row::of(page, "manage:billing");
    let after = other.get("/scopes").await.body;
    assert!(!row(&after).is_on() && row(&after).says(">Off<"));

    // A page from before says nothing of what was on: what is not granted counts as left off.
    let mut earlier = app.signed_in("alice").await;
    let page = earlier.get("/scopes").await.body;
    leave();
    let mut form = pressed(&page, &["manage:billing", SESSIONS]);
    form.retain(|(name, _)| name != "drawn");
    let answer = earlier.form("/api/scopes/choose").form(&form);
    let answer = earlier.send(answer).await;
    assert!(answer.sent("scope").unwrap().contains("manage:billing"));
}

/// The page to come back to is in a cookie, so its address is not as long as one likes.
#[tokio::test]
async fn with_many_permissions_the_result_of_an_authorization_is_told_all_the_same() {
    let names: Vec<String> = (0..60)
        .map(|number| format!("manage:part-{number}"))
        .collect();
    let app = TestApp::with(|setup| {
        let permissions = &mut setup.fixture.resources[0].permissions;
        permissions.extend(names.iter().cloned());
    })
    .await;
    let mut bob = app.signed_in("bob").await;
    let answer = press(&mut bob, &[SESSIONS]).await;
    let back = bob.at_provider(answer.location(), "bob").await;
    let landed = bob.get(&back).await;
    let place = format!("#scope-{}", SESSIONS.replace(':', "%3A"));
    assert!(landed.location().ends_with(&place), "{}", landed.location());
    let page = bob.get(landed.location()).await.body;
    assert_eq!(results(&page), [APPLIED, &format!("Granted: {SESSIONS}")]);

    // Of many that were pressed, those are named that there is room for.
    let all: Vec<_> = names.iter().map(|name| &**name).collect();
    let page = press_and_sign_in(&mut bob, &all, "bob").await;
    let shown = results(&page);
    assert_eq!(shown[0], "Not granted by Logto");
    let (first, rest) = names.split_at(8);
    assert!(
        first.iter().all(|name| shown[1].contains(name)),
        "{shown:?}"
    );
    assert!(!shown[1].contains(rest.last().unwrap()), "{shown:?}");
}
