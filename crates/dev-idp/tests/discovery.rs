//! What discovery announces is served.

mod browser;

use browser::*;
use dev_idp::Provider;
use serde_json::Value;

async fn document(provider: &Provider) -> Value {
    let address = format!("{}/.well-known/openid-configuration", provider.issuer());
    Answer::of(http().get(address)).await.json()
}

fn list<'d>(document: &'d Value, name: &str) -> Vec<&'d str> {
    let values = document[name].as_array().unwrap().iter();
    values.map(|value| value.as_str().unwrap()).collect()
}

/// An authorization without a page, in a browser without a session.
async fn silent(provider: &Provider, name: &str, value: &str) -> Answer {
    let ask = Ask::new(WEB, "openid")
        .set("prompt", "none")
        .set(name, value);
    Browser::new(provider).get(&ask.address()).await
}

#[tokio::test]
async fn every_endpoint_answers() {
    let provider = provider().await;
    let document = document(&provider).await;
    let named = document.as_object().unwrap().iter();
    let endpoints: Vec<&str> = named
        .filter(|(name, _)| name.ends_with("_endpoint") || *name == "jwks_uri")
        .map(|(_, address)| address.as_str().unwrap())
        .collect();
    assert_eq!(endpoints.len(), 8, "{endpoints:?}");
    for endpoint in endpoints {
        let got = Answer::of(http().get(endpoint)).await;
        let posted = Answer::of(http().post(endpoint)).await;
        assert!(got.status != 404 || posted.status != 404, "{endpoint}");
    }
}

#[tokio::test]
async fn every_response_type_and_mode_is_answered() {
    let provider = provider().await;
    let document = document(&provider).await;
    for kind in list(&document, "response_types_supported") {
        let answer = silent(&provider, "response_type", kind).await;
        assert_eq!(answer.sent("error").unwrap(), "login_required", "{kind}");
        assert_eq!(answer.sent("iss").unwrap(), provider.issuer());
    }
    for mode in list(&document, "response_modes_supported") {
        let answer = silent(&provider, "response_mode", mode).await;
        let said = match mode {
            "query" => answer.location().contains("?error=login_required"),
            "fragment" => answer.location().contains("#error=login_required"),
            "form_post" => answer.text.contains("login_required") && answer.text.contains("<form"),
            other => panic!("{other} is not tested"),
        };
        assert!(said, "{mode}: {} {}", answer.location(), answer.text);
    }
    for method in list(&document, "code_challenge_methods_supported") {
        let answer = silent(&provider, "code_challenge_method", method).await;
        assert_eq!(answer.sent("error").unwrap(), "login_required", "{method}");
    }
}

#[tokio::test]
async fn every_grant_type_gives_tokens_signed_as_announced() {
    let provider = provider().await;
    let document = document(&provider).await;
    let server = web(&provider);
    let ask = Ask::new(WEB, FULL_SCOPE).set("prompt", "consent");
    for grant in list(&document, "grant_types_supported") {
        let tokens = match grant {
            "authorization_code" => server.tokens(&ask, "alice").await,
            "refresh_token" => {
                let tokens = server.tokens(&ask, "alice").await;
                let token = tokens["refresh_token"].as_str().unwrap();
                server.refresh(token, &[]).await.json()
            }
            other => panic!("{other} is not tested"),
        };
        let algorithm = token_header(&tokens["id_token"])["alg"].clone();
        let announced = list(&document, "id_token_signing_alg_values_supported");
        assert!(announced.contains(&algorithm.as_str().unwrap()), "{grant}");
    }
}

#[tokio::test]
async fn every_way_to_authenticate_an_application_is_accepted() {
    let provider = provider().await;
    let document = document(&provider).await;
    for method in list(&document, "token_endpoint_auth_methods_supported") {
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", "unknown"),
        ];
        let request = http().post(format!("{}/token", provider.issuer()));
        let request = match method {
            "client_secret_basic" => request.basic_auth(WEB, secret(WEB)).form(&form),
            "client_secret_post" => {
                let proof = [("client_id", WEB), ("client_secret", secret(WEB).unwrap())];
                request.form(&[form, proof].concat())
            }
            "none" => request.form(&[&form[..], &[("client_id", SPA)]].concat()),
            other => panic!("{other} is not tested"),
        };
        let answer = Answer::of(request).await.json();
        assert_eq!(answer["error"], "invalid_grant", "{method}");
    }
}

#[tokio::test]
async fn every_scope_is_granted_and_every_claim_is_told() {
    let provider = provider().await;
    let document = document(&provider).await;
    let scopes = list(&document, "scopes_supported");
    let ask = Ask::new(WEB, &scopes.join(" ")).set("prompt", "consent");
    let server = web(&provider);
    let tokens = server.tokens(&ask, "frank").await;
    let granted: Vec<&str> = tokens["scope"].as_str().unwrap().split(' ').collect();
    for scope in &scopes {
        assert!(granted.contains(scope), "{scope}: {granted:?}");
    }
    let token = tokens["access_token"].as_str().unwrap();
    let user_info = server.user_info(token).await.json();
    let id_token = claims(&tokens["id_token"]).unwrap();
    for claim in list(&document, "claims_supported") {
        let value = user_info.get(claim).or_else(|| id_token.get(claim));
        assert!(value.is_some(), "{claim}");
    }
}
