//! Orders: the pages call an API over HTTP with the person's own access token, and show a notice about the result.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::{
    helpers::{Answer, Browser, TestApp},
    scopes::{ORGANIZATIONS, press},
};

const ACME: &str = "asl5guymvnj4";
const GLOBEX: &str = "1xld34l574eb";

/// Fills the form in and sends it, as a browser without JavaScript does.
async fn place(browser: &mut Browser, organization: &str, item: &str, quantity: &str) -> Answer {
    let fields = [
        ("organization", organization),
        ("item", item),
        ("quantity", quantity),
    ];
    let answer = browser
        .send(browser.form("/api/orders/place").form(&fields))
        .await;
    assert_eq!(answer.status, 302, "{}", answer.body);
    assert!(answer.location().starts_with("/orders?"));
    answer
}

/// The page that the form leads to.
async fn placed(browser: &mut Browser, organization: &str, item: &str, quantity: &str) -> String {
    let address = place(browser, organization, item, quantity).await;
    let page = browser.get(address.location()).await;
    assert_eq!(page.status, 200);
    page.body
}

#[tokio::test]
async fn an_order_is_placed_and_listed_by_a_form_alone() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    let page = browser.get("/orders").await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("No orders yet."));
    assert!(page.body.contains("action=\"/api/orders/place\""));

    let address = place(&mut browser, "", "Coffee & cake", "3").await;
    let page = browser.get(address.location()).await.body;
    assert!(page.contains("Order placed."));
    assert!(page.contains("POST") && page.contains("201"));
    assert!(page.contains("Coffee &amp; cake"));
    assert!(
        !page.contains("value=\"Coffee"),
        "the form is ready for another"
    );
    // It is said once: whoever reloads the page has placed no other order.
    let again = browser.get(address.location()).await.body;
    assert!(!again.contains("Order placed.") && again.contains("Coffee &amp; cake"));
    // Nothing is said to be placed that is not there: here, in the list of the organization.
    let note = address.sent("notice").unwrap();
    let elsewhere = format!("/orders?organization={ACME}&notice={note}");
    let page = browser.get(&elsewhere).await.body;
    assert!(!page.contains("Order placed."));
}

/// The page that a form on the page of access tokens leads to.
async fn pressed(browser: &mut Browser, path: &str) -> Answer {
    let visit = browser.request("GET", path);
    browser
        .send(visit.header("sec-fetch-site", "same-origin"))
        .await
}

/// A page with its quotation marks as they are read.
fn text(page: &str) -> String {
    page.replace("&quot;", "\"")
}

#[tokio::test]
async fn the_page_of_access_tokens_calls_the_api_and_shows_its_answer() {
    let app = TestApp::start().await;
    let mut alice = app.signed_in("alice").await;
    assert!(!alice.get("/apis").await.body.contains("call-line"));
    let page = text(&pressed(&mut alice, "/apis?call=1").await.body);
    assert!(page.contains("call-line") && page.contains("\"orders\": []"));
    place(&mut alice, ACME, "For acme", "1").await;
    let inside =
        format!("/apis?resource=https%3A%2F%2Fshop.example%2Fapi&organization={ACME}&call=2");
    let page = text(&pressed(&mut alice, &inside).await.body);
    assert!(page.contains("\"item\": \"For acme\""));

    let mut bob = app.signed_in("bob").await;
    let page = text(&pressed(&mut bob, "/apis?call=1").await.body);
    assert!(page.contains("\"status\": 403"));
    let call = format!("/api/orders/call?organization={ACME}");
    let call = bob.request_for("application/json", "GET", &call);
    let refused = Answer::of(call.header("sec-fetch-site", "same-origin")).await;
    assert_eq!(refused.status, 200);
    assert_eq!(refused.body, r#"{"Err":{"NoToken":"NotMember"}}"#);
}

#[tokio::test]
async fn a_link_of_another_site_calls_no_api() {
    let app = TestApp::start().await;
    let mut alice = app.signed_in("alice").await;
    for (site, is_called) in [
        ("cross-site", false),
        ("same-site", false),
        ("none", false),
        ("same-origin", true),
    ] {
        let visit = alice
            .request("GET", "/apis?call=1")
            .header("sec-fetch-site", site)
            .header("sec-fetch-mode", "navigate")
            .header("sec-fetch-dest", "document");
        let page = alice.send(visit).await;
        assert_eq!(page.status, 200, "{site}");
        assert!(page.body.contains("Call the API"), "{site}");
        assert_eq!(page.body.contains("call-line"), is_called, "{site}");
    }
    // A browser of before 2023 says only which page it comes from, and of a visit no origin.
    let base = app.base.clone();
    for (referer, is_called) in [
        (String::new(), false),
        ("https://evil.example/apis".to_owned(), false),
        (format!("{base}.evil.example/apis"), false),
        (format!("{base}/apis"), true),
    ] {
        let visit = alice.request("GET", "/apis?call=1");
        let page = alice.send(visit.header("referer", &referer)).await;
        assert!(page.body.contains("Call the API"), "{referer}");
        assert_eq!(page.body.contains("call-line"), is_called, "{referer}");
    }
    assert!(!alice.get("/apis?call=1").await.body.contains("call-line"));
}

#[tokio::test]
async fn the_orders_of_people_and_of_organizations_are_apart() {
    let app = TestApp::start().await;
    let mut alice = app.signed_in("alice").await;
    placed(&mut alice, "", "For myself", "1").await;
    let page = placed(&mut alice, ACME, "For acme", "1").await;
    assert!(page.contains("For acme") && !page.contains("For myself"));
    assert!(page.contains("acme orders"));
    let own = alice.get("/orders").await.body;
    assert!(own.contains("For myself") && !own.contains("For acme"));
    let globex = alice
        .get(&format!("/orders?organization={GLOBEX}"))
        .await
        .body;
    assert!(globex.contains("No orders yet."));

    let mut carol = app.signed_in("carol").await;
    let page = carol
        .get(&format!("/orders?organization={ACME}"))
        .await
        .body;
    assert!(page.contains("For acme") && !page.contains("For myself"));
}

#[tokio::test]
async fn what_is_missing_and_who_can_give_it_is_said() {
    let app = TestApp::start().await;
    let mut bob = app.signed_in("bob").await;
    let page = bob.get("/orders").await;
    assert_eq!(page.status, 200, "a refusal is no fault of the page");
    assert!(page.body.contains("Missing permission: read:orders"));
    assert!(page.body.contains("Ask an administrator for a role"));
    let (_, placing) = page.body.split_once("New order").unwrap();
    assert!(placing.contains("Missing permission: write:orders"));
    assert!(placing.contains("Ask an administrator for a role"));
    assert!(
        !page.body.contains("/api/orders/place"),
        "there is no form that would be refused"
    );
    // Whoever has it still open is refused by the API.
    let page = placed(&mut bob, "", "Coffee", "2").await;
    assert!(page.contains("Order not placed."));
    assert!(page.contains("Missing permission: write:orders"));

    // Not a member, and no organization at all, are the same.
    for organization in [ACME, "doesnotexist", "no%20id"] {
        let page = bob
            .get(&format!("/orders?organization={organization}"))
            .await;
        assert!(
            page.body
                .contains("You are not a member of this organization")
        );
        assert!(!page.body.contains("/api/orders/place"), "{organization}");
    }

    let mut alice = app.signed_in("alice").await;
    let page = placed(&mut alice, GLOBEX, "Coffee", "1").await;
    assert!(page.contains("Missing permission in this organization: write:orders"));
    assert!(page.contains("No orders yet."), "she may read them");
}

#[tokio::test]
async fn what_is_no_order_is_refused_by_its_field() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    let long = "x".repeat(101);
    for (item, quantity, wrong) in [
        ("", "1", "item"),
        ("   ", "1", "item"),
        ("\u{200b}", "1", "item"),
        ("\u{3164}\u{3000}\u{2060}", "1", "item"),
        (long.as_str(), "1", "item"),
        ("Coffee", "0", "quantity"),
        ("Coffee", "1001", "quantity"),
        ("Coffee", "two", "quantity"),
        ("Coffee", "1.5", "quantity"),
        ("Coffee", "", "quantity"),
        ("   ", "two", "item quantity"),
        ("", "0", "item quantity"),
        (long.as_str(), "", "item quantity"),
    ] {
        let page = placed(&mut browser, "", item, quantity).await;
        assert!(page.contains("Check the highlighted fields."), "{item}");
        for field in ["item", "quantity"] {
            let is_marked = page.contains(&format!("id=\"{field}-error\""));
            assert_eq!(
                is_marked,
                wrong.contains(field),
                "{item} {quantity}: {field}"
            );
        }
    }
    let endless = place(&mut browser, "", &"x".repeat(50_000), "1").await;
    assert!(endless.location().len() < 1000);
    let page = browser.get(endless.location()).await.body;
    assert!(page.contains("id=\"item-error\"") && !page.contains("id=\"quantity-error\""));
    let page = browser.get("/orders").await.body;
    assert!(page.contains("No orders yet."));
}

#[tokio::test]
async fn a_quantity_may_be_typed_in_full_width_digits() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    let page = placed(&mut browser, "", "\u{200b} 緑茶", "１２").await;
    assert!(page.contains("Order placed."));
    let row = page.split_once("order-table__row").unwrap().1;
    let quantity = row.split_once("order-table__quantity").unwrap().1;
    let quantity = quantity.split_once('>').unwrap().1;
    assert!(quantity.starts_with("12<"), "{quantity}");
    let refused = placed(&mut browser, "", "緑茶", "１００１").await;
    assert!(refused.contains("id=\"quantity-error\"") && refused.contains("value=\"1001\""));
}

/// What a page says and what its form holds: all but the times of calls, which differ.
fn shown(page: &str) -> String {
    let main = page.split_once("<main").unwrap().1;
    let main = main.split_once("</main>").unwrap().0;
    let mut parts = main.split("call-line__time");
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |shown, part| {
        shown + part.split_once("</span>").unwrap().1
    })
}

/// CB-15, LX-09: a notice after a form is from that form, in that session, and from no link.
#[tokio::test]
async fn no_link_says_anything_or_fills_the_form_in() {
    let app = TestApp::start().await;
    let mut alice = app.signed_in("alice").await;
    let plain = shown(&alice.get("/orders").await.body);
    assert!(plain.contains("No orders yet.") && !plain.contains("logto-notice"));

    let refused = place(&mut alice, "", "Coffee", "0").await;
    let note = refused.sent("notice").unwrap();
    let noticed = alice.get(refused.location()).await.body;
    assert_ne!(shown(&noticed), plain);
    assert!(noticed.contains("Order not placed.") && noticed.contains("value=\"Coffee\""));

    let mut changed = note.clone().into_bytes();
    changed[40] ^= 1;
    let changed = String::from_utf8(changed).unwrap();
    let cut = &note[..note.len() - 4];
    let long = "A".repeat(8000);
    for query in [
        "problem=invalid&item=Coffee&quantity=0&wrong=quantity",
        "problem=refused&missing=write:orders&status=403&ms=1",
        "problem=failed&status=500&ms=1",
        "placed=something&status=201&ms=1",
        "item=Coffee&quantity=1000",
        "notice=",
        "notice=evil-text",
        "notice=%00",
        &format!("notice={changed}"),
        &format!("notice={cut}"),
        &format!("notice={long}"),
    ] {
        let page = alice.get(&format!("/orders?{query}")).await;
        assert_eq!(page.status, 200, "{query}");
        assert_eq!(shown(&page.body), plain, "{query}");
    }
    // Not of another person, nor of another session of the same one, nor of one that has ended.
    let mut again = app.signed_in("alice").await;
    assert_eq!(shown(&again.get(refused.location()).await.body), plain);
    let mut frank = app.signed_in("frank").await;
    let his = place(&mut frank, "", "Evil text", "0").await;
    assert_eq!(shown(&alice.get(his.location()).await.body), plain);
    alice.sign_in("alice").await;
    assert_eq!(shown(&alice.get(refused.location()).await.body), plain);
}

/// LX-09
#[tokio::test]
async fn what_was_typed_is_shown_as_text() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    let typed = "\"><img src=x>\u{202e}\u{0}";
    let page = placed(&mut browser, "", typed, typed).await;
    assert!(page.contains("&lt;img src=x"));
    assert!(!page.contains("<img src=x"));
}

/// ASVS 2.4.1
#[tokio::test]
async fn that_there_are_too_many_orders_is_said_in_words() {
    let stub = Stub::answering([(409, json!({ "detail": "evil-text" }))]);
    let app = with_stub(&stub).await;
    let mut browser = app.signed_in("alice").await;
    for (language, text) in [
        ("en", "You have reached the limit of 1,000 orders."),
        ("ja", "注文は 1,000 件までです。"),
    ] {
        let answer = place(&mut browser, ACME, "Coffee", "2").await;
        let request = browser.request("GET", answer.location());
        let page = browser
            .send(request.header("accept-language", language))
            .await
            .body;
        assert!(page.contains(text), "{language}");
        assert!(page.contains("409") && page.contains("value=\"Coffee\""));
        assert!(!page.contains("evil-text"));
    }
}

/// An API that answers what a test says, and notes what it was sent.
#[derive(Clone, Default)]
struct Stub {
    answers: Arc<Mutex<Vec<(StatusCode, String)>>>,
    seen: Arc<Mutex<Vec<HeaderMap>>>,
    addresses: Arc<Mutex<Vec<String>>>,
    location: Option<String>,
}

impl Stub {
    fn answering(answers: impl IntoIterator<Item = (u16, Value)>) -> Self {
        let answers = answers.into_iter().map(|(status, body)| {
            let status = StatusCode::from_u16(status).unwrap();
            (status, body.to_string())
        });
        Self {
            answers: Arc::new(Mutex::new(answers.collect())),
            ..Self::default()
        }
    }

    /// Where it listens.
    async fn start(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router: Router = Router::new().fallback(stub).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        format!("http://{address}/shop")
    }

    fn tokens(&self) -> Vec<String> {
        let seen = self.seen.lock().unwrap();
        let token =
            |headers: &HeaderMap| headers[header::AUTHORIZATION].to_str().unwrap().to_owned();
        seen.iter().map(token).collect()
    }
}

async fn stub(State(stub): State<Stub>, request: Request) -> Response {
    stub.seen.lock().unwrap().push(request.headers().clone());
    let address = request.uri().to_string();
    stub.addresses.lock().unwrap().push(address);
    let mut answers = stub.answers.lock().unwrap();
    let (status, body) = if answers.len() > 1 {
        answers.remove(0)
    } else {
        answers[0].clone()
    };
    let mut response = (status, body).into_response();
    if let Some(location) = &stub.location {
        response
            .headers_mut()
            .insert(header::LOCATION, location.parse().unwrap());
    }
    response
}

async fn with_stub(stub: &Stub) -> TestApp {
    let at = stub.start().await.parse().unwrap();
    TestApp::with(|setup| setup.orders_at = Some(at)).await
}

/// OR-01, RD-07: what cannot be an id goes neither to the API nor into an address.
#[tokio::test]
async fn what_is_no_id_goes_no_further() {
    let list = json!({ "orders": [], "next": null });
    let stub = Stub::answering([(200, list)]);
    let app = with_stub(&stub).await;
    let mut browser = app.signed_in("alice").await;
    let long = "x".repeat(10_000);
    for organization in [&long, "a b", "a&b=c", "\r\nx: y", "../..", "é"] {
        let answer = place(&mut browser, organization, "Coffee", "1").await;
        assert_eq!(answer.sent("organization"), None, "{organization:?}");
        assert!(answer.location().len() < 500, "{organization:?}");
        let page = browser.get(answer.location()).await.body;
        assert!(page.contains("Order not placed."));
    }
    stub.addresses.lock().unwrap().clear();
    for before in [&long[..8000], "", "a%20b", "a%26limit=1", "..%2F", "%0d%0a"] {
        let page = browser.get(&format!("/orders?before={before}")).await;
        assert_eq!(page.status, 200, "{before}");
        assert!(page.body.contains("No orders yet."));
    }
    let id = "019a5f00-0000-7000-8000-000000000001";
    browser.get(&format!("/orders?before={id}")).await;
    let mut addresses = stub.addresses.lock().unwrap().clone();
    assert_eq!(addresses.pop(), Some(format!("/shop/orders?before={id}")));
    assert_eq!(addresses, ["/shop/orders"; 6]);
}

/// RF-14
#[tokio::test]
async fn a_refused_token_is_replaced_once_and_never_a_third_time() {
    let list = json!({ "orders": [], "next": null });
    let stub = Stub::answering([(401, json!({})), (200, list)]);
    let app = with_stub(&stub).await;
    let mut browser = app.signed_in("alice").await;
    let before = app.provider.token_requests();
    let page = browser.get("/orders").await.body;
    assert!(page.contains("the request was retried with a new one"));
    let tokens = stub.tokens();
    assert_eq!(tokens.len(), 2);
    assert_ne!(tokens[0], tokens[1]);
    assert_eq!(app.provider.token_requests(), before + 2);

    let stub = Stub::answering([(401, json!({}))]);
    let app = with_stub(&stub).await;
    let mut browser = app.signed_in("alice").await;
    let page = browser.get("/orders").await;
    assert_eq!(page.status, 200);
    assert!(
        page.body
            .contains("rejected your access token and a newly issued one")
    );
    assert_eq!(stub.tokens().len(), 2);
    let page = placed(&mut browser, "", "Coffee", "1").await;
    assert!(page.contains("and a newly issued one"));
    assert_eq!(
        stub.tokens().len(),
        2 + 2 + 2,
        "the order, and the list after it"
    );
    assert!(
        browser.get("/").await.body.contains("Alice Example"),
        "the session goes on"
    );
}

/// SL-11, SL-12
#[tokio::test]
async fn the_api_gets_the_token_and_nothing_else_and_nobody_else_gets_it() {
    let elsewhere = Stub::answering([(200, json!({ "orders": [], "next": null }))]);
    let mut stub = Stub::answering([(307, json!({}))]);
    stub.location = Some(elsewhere.start().await);
    let app = with_stub(&stub).await;
    let mut browser = app.signed_in("alice").await;
    let request = browser
        .request("GET", "/orders")
        .header("x-forwarded-for", "10.0.0.1")
        .header("authorization", "Bearer of-the-browser");
    let page = browser.send(request).await;
    assert!(page.body.contains("The orders API is not responding."));
    placed(&mut browser, ACME, "Coffee", "1").await;
    assert!(
        elsewhere.seen.lock().unwrap().is_empty(),
        "no redirect is followed"
    );
    let seen = stub.seen.lock().unwrap().clone();
    assert_eq!(seen.len(), 3);
    for headers in &seen {
        let mut names: Vec<_> = headers.keys().map(header::HeaderName::as_str).collect();
        names.retain(|name| !["accept", "host", "content-type", "content-length"].contains(name));
        assert_eq!(names, ["authorization"]);
        let token = headers[header::AUTHORIZATION].to_str().unwrap();
        assert!(
            token.starts_with("Bearer eyJ"),
            "one for an API, not the opaque one"
        );
    }
    // With that of the right organization: no token is for both.
    let tokens = stub.tokens();
    assert_ne!(tokens[0], tokens[1]);
}

#[tokio::test]
async fn an_api_that_does_not_answer_sensibly_is_said_to_have_failed() {
    let long = json!({ "orders": [], "next": "x".repeat(300 * 1024) });
    for (status, body) in [
        (500, json!({})),
        (503, json!({})),
        (200, json!({})),
        (200, json!("evil")),
        (200, long),
        (404, json!({})),
    ] {
        let stub = Stub::answering([(status, body)]);
        let app = with_stub(&stub).await;
        let mut browser = app.signed_in("alice").await;
        let page = browser.get("/orders").await;
        assert_eq!(page.status, 200);
        assert!(
            page.body.contains("The orders API is not responding."),
            "{status}"
        );
        let page = placed(&mut browser, "", "Coffee", "1").await;
        assert!(page.contains("Order not placed.") && page.contains("value=\"Coffee\""));
    }
    let nobody = "http://127.0.0.1:9/shop".parse().unwrap();
    let app = TestApp::with(|setup| setup.orders_at = Some(nobody)).await;
    let page = app.signed_in("alice").await.get("/orders").await;
    assert!(page.body.contains("The orders API is not responding."));
}

#[tokio::test]
async fn without_an_api_the_page_says_so() {
    let app = TestApp::with(|setup| setup.shop = false).await;
    let mut browser = app.signed_in("alice").await;
    let page = browser.get("/orders").await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("The orders API is off."));
    assert!(!page.body.contains("/api/orders/place"));
    let page = browser.get("/apis").await;
    assert!(
        !page.body.contains("href=\"/orders"),
        "there is nothing to call"
    );
    let page = placed(&mut browser, "", "Coffee", "1").await;
    assert!(page.contains("The orders API is off."));
}

/// RF-10: no token can be had, and the page says why in the place of the list.
#[tokio::test]
async fn while_logto_does_not_answer_there_is_no_token_and_the_page_is_there() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    app.provider.set_down(true);
    let page = browser.get("/orders").await;
    assert_eq!(page.status, 200);
    assert!(
        page.body
            .contains("Logto is not responding and no stored token is available.")
    );
    assert!(
        page.body
            .contains("<p><a href=\"/orders\" rel=\"external\"")
    );
    app.provider.set_down(false);
    let page = browser.get("/orders").await;
    assert!(page.body.contains("No orders yet."));
}

/// OR-05: whoever is taken out of an organization does not go on with its orders for as long as a token lives.
#[tokio::test]
async fn a_removal_closes_the_orders_of_an_organization_within_five_minutes() {
    let app = TestApp::start().await;
    let path = format!("/orders?organization={ACME}");
    let mut browser = app.signed_in("alice").await;
    assert!(browser.get(&path).await.body.contains("200"));
    app.provider.controls.leave("alice", ACME).unwrap();
    app.pass(5 * 60 + 1);
    let page = browser.get(&path).await;
    assert!(
        page.body
            .contains("You are not a member of this organization")
    );
    let page = placed(&mut browser, ACME, "Coffee", "1").await;
    assert!(!page.contains("Order placed."));
}

/// OR-05
#[tokio::test]
async fn once_a_removal_is_known_no_token_of_that_organization_is_used_any_more() {
    let app = TestApp::start().await;
    let path = format!("/orders?organization={ACME}");
    let mut browser = app.signed_in("alice").await;
    browser.get(&path).await;
    app.provider.controls.leave("alice", ACME).unwrap();
    // Logto says so when it is asked about the organization itself, for which no token is held yet.
    assert_eq!(browser.get(&format!("/org/{ACME}")).await.status, 404);
    let page = browser.get(&path).await;
    assert!(
        page.body
            .contains("You are not a member of this organization")
    );
    let own = browser.get("/orders").await;
    assert!(own.body.contains("Your orders"), "and nothing else is lost");
}

#[tokio::test]
async fn what_is_switched_off_is_said_with_the_way_to_its_switch() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    for switches in [&["manage:billing", "invite:member"][..], &[ORGANIZATIONS]] {
        press(&mut browser, switches).await;
    }
    let page = browser
        .get(&format!("/orders?organization={ACME}"))
        .await
        .body;
    for part in [
        "The requested permissions are off in Scopes.",
        ORGANIZATIONS,
        "href=\"/scopes?scope=urn%3Alogto%3Ascope%3Aorganizations#scope-urn%3Alogto%3Ascope%3Aorganizations\"",
    ] {
        assert!(page.contains(part), "{part}");
    }
    assert!(!page.contains("There is no token"));
}
