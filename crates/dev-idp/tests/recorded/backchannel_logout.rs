//! Logout tokens, as applications receive them.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
    routing::post,
};
use dev_idp::Provider;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::{
    browser::*,
    compare::{between, same_token, same_value},
    facts::Facts,
};

/// An application that receives logout tokens.
#[derive(Clone, Default)]
struct Listener(Arc<Mutex<Answers>>);

#[derive(Default)]
struct Answers {
    received: Vec<(String, Value)>,
    status: StatusCode,
    wait: Duration,
}

impl Listener {
    /// Starts one, and gives its address.
    async fn start(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new()
            .route("/bc", post(receive))
            .with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        format!("http://{address}/bc")
    }

    fn answer_with(&self, status: StatusCode, wait: Duration) {
        let mut answers = self.0.lock().unwrap();
        (answers.status, answers.wait) = (status, wait);
    }

    /// What came since the last time: path and token, by their path.
    fn take(&self) -> Vec<(String, Value)> {
        let mut received = std::mem::take(&mut self.0.lock().unwrap().received);
        received.sort_by(|one, other| one.0.cmp(&other.0));
        received
    }
}

async fn receive(
    State(listener): State<Listener>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    assert_eq!(headers["content-type"], "application/x-www-form-urlencoded");
    let form: Vec<(String, String)> = url::form_urlencoded::parse(&body).into_owned().collect();
    let [(name, token)] = &form[..] else {
        panic!("{form:?}");
    };
    assert_eq!(name, "logout_token");
    let (status, wait) = {
        let mut answers = listener.0.lock().unwrap();
        answers
            .received
            .push((uri.to_string(), Value::String(token.clone())));
        (answers.status, answers.wait)
    };
    tokio::time::sleep(wait).await;
    status
}

/// A provider whose two applications are notified.
async fn provider(listener: &Listener, session_required: bool) -> Provider {
    let at = listener.start().await;
    provider_of(|fixture| {
        for (application, name) in fixture.applications.iter_mut().zip(["web", "plain"]) {
            application.backchannel_logout_uri = Some(format!("{at}?app={name}"));
            application.backchannel_logout_session_required = session_required;
        }
    })
    .await
}

/// Signs out, and gives the answer and how long it took.
async fn sign_out(browser: &mut Browser) -> (Answer, Duration) {
    let query = format!("client_id={WEB}&post_logout_redirect_uri=http://localhost:3000/");
    let page = browser.get(&format!("/oidc/session/end?{query}")).await;
    let guard = between(&page.text, "name=\"xsrf\" value=\"", "\"").to_owned();
    let form = [("xsrf", guard.as_str()), ("logout", "yes")];
    let begun = Instant::now();
    let answer = browser.post("/oidc/session/end/confirm", &form).await;
    (answer, begun.elapsed())
}

/// The recorded claims, with another issuer and a session of now.
fn expected(recorded: &Value, provider: &Provider, sid: Option<&Value>) -> Value {
    let mut decoded = recorded.clone();
    decoded["payload"]["iss"] = provider.issuer().into();
    if let Some(sid) = sid {
        decoded["payload"]["sid"] = sid.clone();
    }
    decoded
}

#[tokio::test]
async fn applications_are_told_as_recorded() {
    let listener = Listener::default();
    let quick = Duration::ZERO;
    listener.answer_with(StatusCode::OK, quick);
    let without_sid = provider(&listener, false).await;
    let with_sid = provider(&listener, true).await;
    let mut facts = Facts::open("backchannel-logout.json", &with_sid);
    for (name, provider) in [
        ("backchannelLogoutSessionRequired=false", &without_sid),
        ("backchannelLogoutSessionRequired=true", &with_sid),
    ] {
        let case = facts.take(name);
        let mut browser = Browser::new(provider);
        let ask = Ask::new(WEB, "openid profile urn:logto:scope:organizations");
        let code = browser.authorize(&ask, "alice").await.sent("code").unwrap();
        let tokens = web(provider).exchange(&code, &[]).await.json();
        let id_token = claims(&tokens["id_token"]).unwrap();
        let has_sid = case.member("id_token_payload").get("sid").is_some();
        assert_eq!(id_token.get("sid").is_some(), has_sid, "{name}");
        let (answer, _) = sign_out(&mut browser).await;
        let recorded = case.member("logout_response");
        assert_eq!(recorded["status"], answer.status, "{name}");
        assert_eq!(recorded["location"], answer.location(), "{name}");
        let [(path, token)] = &listener.take()[..] else {
            panic!("{name}: one application was signed in to");
        };
        let received = &case.member("received")[0];
        assert_eq!(received["path"], *path, "{name}");
        let decoded = expected(&received["decoded"], provider, id_token.get("sid"));
        same_token(name, &decoded, token);
        let said = claims(token).unwrap();
        let life = said["exp"].as_i64().unwrap() - said["iat"].as_i64().unwrap();
        assert_eq!(life, 120, "{name}");
    }

    let name = "one Logto session, two apps: both are notified";
    let case = facts.take(name);
    let mut browser = Browser::new(&with_sid);
    for application in [WEB, PLAIN] {
        let ask = Ask::new(application, "openid profile");
        browser.authorize(&ask, "alice").await.sent("code").unwrap();
    }
    sign_out(&mut browser).await;
    let received = listener.take();
    let recorded = case.member("received").as_array().unwrap();
    assert_eq!(received.len(), recorded.len());
    for ((path, token), recorded) in received.iter().zip(recorded) {
        assert_eq!(recorded["path"], *path);
        let said = claims(token).unwrap();
        let held = json!({ "payload": recorded["payload"] });
        let held = expected(&held, &with_sid, said.get("sid"));
        same_value(name, path, &held["payload"], &said);
    }
    let sid = |number: usize| claims(&received[number].1).unwrap()["sid"].clone();
    assert_ne!(
        sid(0),
        sid(1),
        "each application has an id of its own for the session"
    );

    let case = facts.take("listener answers 500");
    listener.answer_with(StatusCode::INTERNAL_SERVER_ERROR, quick);
    let mut browser = signed_in(&with_sid).await;
    let (answer, _) = sign_out(&mut browser).await;
    assert_eq!(case.member("logout_response")["status"], answer.status);
    assert_eq!(*case.member("deliveries"), listener.take().len());
    listener.answer_with(StatusCode::OK, quick);

    let case = facts.take("receiver takes 4 s to answer");
    listener.answer_with(StatusCode::OK, Duration::from_secs(4));
    let mut browser = signed_in(&with_sid).await;
    let (answer, took) = sign_out(&mut browser).await;
    assert_eq!(case.response()["logout_status"], answer.status);
    let recorded = case.response()["logout_took_ms"].as_u64().unwrap();
    let difference = took.abs_diff(Duration::from_millis(recorded));
    assert!(difference < Duration::from_secs(1), "{took:?}");
    listener.take();
    listener.answer_with(StatusCode::OK, quick);

    let case = facts.take("user suspended");
    let added = with_sid.add_like("alice").unwrap();
    let mut browser = Browser::new(&with_sid);
    let ask = Ask::new(WEB, "openid profile");
    let code = browser.authorize(&ask, &added.username).await.sent("code");
    let tokens = web(&with_sid).exchange(&code.unwrap(), &[]).await.json();
    with_sid.suspend(&added.username);
    let refresh_token = tokens["refresh_token"].as_str().unwrap();
    let refresh = web(&with_sid).refresh(refresh_token, &[]).await;
    assert_eq!(*case.member("refresh"), refresh.status);
    assert_eq!(*case.member("received"), listener.take().len());

    let case = facts.take("refresh token revoked");
    let tokens = web(&with_sid).tokens(&ask, "alice").await;
    let form = [("token", tokens["refresh_token"].as_str().unwrap())];
    web(&with_sid).post("/token/revocation", &form).await;
    assert_eq!(*case.member("received"), listener.take().len());

    let name = "another user signs in over alice's session (prompt=login)";
    let case = facts.take(name);
    let mut browser = signed_in(&with_sid).await;
    let ask = Ask::new(WEB, "openid profile").set("prompt", "login");
    assert!(browser.authorize(&ask, "bob").await.sent("code").is_some());
    let recorded = case.member("received").as_array().unwrap();
    assert_eq!(recorded.len(), listener.take().len());
    facts.finish();
}

/// A browser in which Alice has signed in to an application.
async fn signed_in(provider: &Provider) -> Browser {
    let mut browser = Browser::new(provider);
    let ask = Ask::new(WEB, "openid profile");
    assert!(
        browser
            .authorize(&ask, "alice")
            .await
            .sent("code")
            .is_some()
    );
    browser
}

#[tokio::test]
async fn a_test_ends_the_sessions_of_a_person() {
    let listener = Listener::default();
    listener.answer_with(StatusCode::OK, Duration::ZERO);
    let provider = provider(&listener, true).await;
    let mut browsers = [signed_in(&provider).await, signed_in(&provider).await];
    provider.end_sessions("bob").await;
    provider.end_sessions("nobody").await;
    assert_eq!(listener.take().len(), 0);
    let address = format!("{}controls/people/alice/sessions", provider.endpoint());
    let answer = Answer::of(http().delete(address)).await;
    assert_eq!((answer.status, listener.take().len()), (204, 2));
    for browser in &mut browsers {
        let ask = Ask::new(WEB, "openid").set("prompt", "none");
        let answer = browser.get(&ask.address()).await;
        assert_eq!(answer.sent("error").unwrap(), "login_required");
    }
}
