use serde_json::Value;

use crate::{
    browser::*,
    compare::{between, same},
    facts::{Case, Facts},
};

const OFFLINE: &str = "openid offline_access profile";

/// The parameters of a recorded sign-out, with a hint made now in place of the recorded one.
fn parameters<'a>(case: &'a Case, hint: &'a str) -> Vec<(&'a str, &'a str)> {
    let recorded = case.request()["params"].as_object().unwrap();
    let made_now = |value: &str| value.starts_with("eyJ");
    let value = |value: &'a Value| {
        value
            .as_str()
            .map(|text| if made_now(text) { hint } else { text })
            .unwrap()
    };
    recorded
        .iter()
        .map(|(name, held)| (name.as_str(), value(held)))
        .collect()
}

async fn session(browser: &mut Browser) -> Value {
    let answer = browser
        .get(&Ask::new(WEB, "openid").set("prompt", "none").address())
        .await;
    answer
        .sent("error")
        .map_or(Value::Bool(answer.sent("code").is_some()), Value::String)
}

#[tokio::test]
async fn sign_out_goes_as_recorded() {
    let provider = provider().await;
    let mut facts = Facts::open("end-session.json", &provider);
    let server = web(&provider);
    let tokens_after = [
        (
            "id_token_hint + post_logout_redirect_uri + state, session cookie",
            "  tokens after that logout (offline_access was granted)",
        ),
        (
            "client_id + post_logout_redirect_uri (no id_token_hint), session cookie",
            "  tokens after that logout (offline_access was not granted, refresh token by alwaysIssueRefreshToken)",
        ),
    ];
    for case in facts.take_where(|name| !name.starts_with("  ")) {
        let name = case.name.as_str();
        provider.set_time_offset(0);
        let mut browser = Browser::new(&provider);
        let ask = if name.contains("no id_token_hint") {
            Ask::new(WEB, "openid profile")
        } else {
            Ask::new(WEB, OFFLINE).set("prompt", "consent")
        };
        let code = browser.authorize(&ask, "alice").await.sent("code").unwrap();
        let tokens = server.exchange(&code, &[]).await.json();
        let mut hint = tokens["id_token"].as_str().unwrap().to_owned();
        if name.contains("hint of bob") {
            hint = server.tokens(&ask, "bob").await["id_token"]
                .as_str()
                .unwrap()
                .to_owned();
        }
        if name.contains("broken signature") {
            let place = hint.len() - 10;
            hint.replace_range(
                place..,
                if hint.ends_with("AAAAAAAAAA") {
                    "BBBBBBBBBB"
                } else {
                    "AAAAAAAAAA"
                },
            );
        }
        if name.starts_with("expired") {
            provider.set_time_offset(3601);
        }
        if name.starts_with("no session cookie") {
            browser = Browser::new(&provider);
        }

        let pairs = parameters(&case, &hint);
        let answer = if case.asked("method") == Some("POST") {
            browser.post("/oidc/session/end", &pairs).await
        } else {
            let query = url::form_urlencoded::Serializer::new(String::new())
                .extend_pairs(&pairs)
                .finish();
            browser.get(&format!("/oidc/session/end?{query}")).await
        };
        same(name, case.response(), &answer);

        let after = case.member("after_form");
        if !after.is_null() {
            let guard = between(&answer.text, "name=\"xsrf\" value=\"", "\"").to_owned();
            let fields = case.member("auto_submitted_form")["fields"]
                .as_array()
                .unwrap();
            let mut form = vec![("xsrf", guard.as_str())];
            form.extend(
                fields
                    .contains(&"logout=yes".into())
                    .then_some(("logout", "yes")),
            );
            let action = case.member("auto_submitted_form")["action"]
                .as_str()
                .unwrap();
            let gone = browser.post(action, &form).await;
            same(name, after, &gone);
            let cleared = gone
                .set_cookies
                .iter()
                .any(|set| set.starts_with("_session=;"));
            let recorded = after["headers"]["set-cookie"][0].as_str().unwrap();
            assert_eq!(
                cleared,
                recorded.starts_with("_session=;"),
                "{name}: the session cookie"
            );
            if let Some(status) = case.member("final")["status"].as_u64() {
                let page = browser.get(gone.location()).await;
                assert_eq!(
                    (
                        u64::from(page.status),
                        page.text.contains("<h1>You are signed out</h1>")
                    ),
                    (status, true)
                );
            }
        }
        assert_eq!(
            *case.member("session_alive_afterwards"),
            session(&mut browser).await,
            "{name}: session"
        );

        if let Some((_, next)) = tokens_after.iter().find(|(held, _)| *held == name) {
            let recorded = facts.take(next);
            let info = server
                .user_info(tokens["access_token"].as_str().unwrap())
                .await;
            assert_eq!(
                recorded.response()["userinfo_status"],
                info.status,
                "{next}"
            );
            let refresh = server
                .refresh(tokens["refresh_token"].as_str().unwrap(), &[])
                .await;
            assert_eq!(
                recorded.response()["refresh"]["status"],
                refresh.status,
                "{next}"
            );
        }
    }
    facts.finish();
}
