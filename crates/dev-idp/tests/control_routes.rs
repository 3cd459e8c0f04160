//! The controls over HTTP, which only programs on this machine may use.

mod browser;

use std::time::Instant;

use browser::*;
use reqwest::Method;
use serde_json::Value;

/// Calls a control.
async fn call(
    provider: &dev_idp::Provider,
    method: &str,
    path: &str,
    form: &[(&str, &str)],
) -> Answer {
    let address = format!("{}controls/{path}", provider.endpoint());
    let method: Method = method.parse().unwrap();
    Answer::of(http().request(method, address).form(form)).await
}

async fn done(provider: &dev_idp::Provider, method: &str, path: &str, form: &[(&str, &str)]) {
    let answer = call(provider, method, path, form).await;
    assert_eq!(answer.status, 204, "{method} {path}: {}", answer.text);
}

fn full() -> Ask {
    Ask::new(WEB, FULL_SCOPE)
        .set("prompt", "consent")
        .add("resource", ORGANIZATIONS)
}

fn refresh_token(tokens: &Value) -> &str {
    tokens["refresh_token"].as_str().unwrap()
}

#[tokio::test]
async fn somebody_like_another_has_all_of_theirs_but_the_names() {
    let provider = provider().await;
    let added = call(&provider, "POST", "people", &[("like", "alice")]).await;
    assert_eq!(added.status, 201, "{}", added.text);
    let added = added.json();
    let username = added["username"].as_str().unwrap();
    assert!(username.starts_with("alice_"), "{username}");
    assert_eq!(added["password"], username);
    assert_eq!(added["name"], "Alice Example");

    let server = web(&provider);
    let theirs = claims(&server.tokens(&full(), username).await["id_token"]).unwrap();
    let hers = claims(&server.tokens(&full(), "alice").await["id_token"]).unwrap();
    assert_eq!(theirs["sub"], added["id"]);
    assert_eq!(theirs["organization_roles"], hers["organization_roles"]);
    for claim in ["sub", "username", "email", "phone_number"] {
        assert_ne!(theirs[claim], hers[claim], "{claim}");
    }
    let page = Browser::new(&provider).get("/").await;
    assert!(!page.text.contains(username), "they are not listed");
}

#[tokio::test]
async fn whoever_is_taken_out_of_an_organization_gets_no_token_for_it() {
    let provider = provider().await;
    let server = web(&provider);
    let tokens = server.tokens(&full(), "alice").await;
    let token = async || {
        let more = [("organization_id", ACME)];
        server.refresh(refresh_token(&tokens), &more).await
    };
    let place = format!("people/alice/organizations/{ACME}");
    assert_eq!(
        token().await.json()["scope"],
        "invite:member manage:billing"
    );

    done(&provider, "DELETE", &place, &[]).await;
    let refused = token().await;
    assert_eq!(
        (refused.status, &refused.json()["error"]),
        (403, &"access_denied".into())
    );
    done(&provider, "DELETE", &place, &[]).await;

    done(&provider, "PUT", &place, &[("roles", "member")]).await;
    assert_eq!(token().await.json()["scope"], "invite:member");
    done(&provider, "PUT", &place, &[("roles", "member admin")]).await;
    assert_eq!(
        token().await.json()["scope"],
        "invite:member manage:billing"
    );
    done(&provider, "PUT", &place, &[]).await;
    assert_eq!(token().await.json()["scope"], "", "a member without a role");
}

#[tokio::test]
async fn a_suspension_ends() {
    let provider = provider().await;
    let server = web(&provider);
    let tokens = server.tokens(&full(), "alice").await;
    done(&provider, "PUT", "people/alice/suspension", &[]).await;
    assert_eq!(
        server.refresh(refresh_token(&tokens), &[]).await.status,
        400
    );
    done(&provider, "DELETE", "people/alice/suspension", &[]).await;
    assert_eq!(
        server.refresh(refresh_token(&tokens), &[]).await.status,
        200
    );
}

#[tokio::test]
async fn access_tokens_live_as_long_as_is_said() {
    let provider = provider().await;
    let server = web(&provider);
    done(
        &provider,
        "PUT",
        "people/alice/access-token-life",
        &[("seconds", "60")],
    )
    .await;
    let tokens = server.tokens(&full(), "alice").await;
    assert_eq!(tokens["expires_in"], 60);
    let organization = server
        .refresh(refresh_token(&tokens), &[("organization_id", ACME)])
        .await
        .json();
    let jwt = claims(&organization["access_token"]).unwrap();
    assert_eq!(
        jwt["exp"].as_i64().unwrap() - jwt["iat"].as_i64().unwrap(),
        60
    );
    assert_eq!(server.tokens(&full(), "bob").await["expires_in"], 3600);

    let access = tokens["access_token"].as_str().unwrap();
    assert_eq!(server.user_info(access).await.status, 200);
    done(&provider, "PUT", "clock", &[("ahead", "61")]).await;
    assert_eq!(server.user_info(access).await.status, 401);
    done(&provider, "PUT", "clock", &[("ahead", "0")]).await;
    done(&provider, "DELETE", "people/alice/access-token-life", &[]).await;
    assert_eq!(server.tokens(&full(), "alice").await["expires_in"], 3600);
}

#[tokio::test]
async fn a_fault_meets_the_person_it_is_for() {
    let provider = provider().await;
    let server = web(&provider);
    let (alice, bob) = (
        server.tokens(&full(), "alice").await,
        server.tokens(&full(), "bob").await,
    );
    let refresh = async |tokens: &Value| server.refresh(refresh_token(tokens), &[]).await.status;
    let outage = [
        ("person", "alice"),
        ("path", "/oidc/token"),
        ("status", "503"),
        ("times", "2"),
    ];
    done(&provider, "POST", "faults", &outage).await;
    assert_eq!(refresh(&bob).await, 200);
    assert_eq!((refresh(&alice).await, refresh(&alice).await), (503, 503));
    assert_eq!(refresh(&alice).await, 200);

    // Everywhere she is known: by a token, by a code, by the cookie of her session.
    let mut browser = Browser::new(&provider);
    let code = browser
        .authorize(&full(), "alice")
        .await
        .sent("code")
        .unwrap();
    done(
        &provider,
        "POST",
        "faults",
        &[("person", "alice"), ("status", "500"), ("times", "9")],
    )
    .await;
    let access = alice["access_token"].as_str().unwrap();
    assert_eq!(server.user_info(access).await.status, 500);
    assert_eq!(server.exchange(&code, &[]).await.status, 500);
    assert_eq!(
        server
            .post("/token/revocation", &[("token", access)])
            .await
            .status,
        500
    );
    assert_eq!(browser.get(&full().address()).await.status, 500);
    let jwks = format!("{}/jwks", provider.issuer());
    assert_eq!(
        Answer::of(http().get(&jwks)).await.status,
        200,
        "that is nobody's"
    );
    done(&provider, "DELETE", "faults", &[("person", "bob")]).await;
    assert_eq!(refresh(&alice).await, 500);
    done(&provider, "DELETE", "faults", &[("person", "alice")]).await;
    assert_eq!(refresh(&alice).await, 200);
}

#[tokio::test]
async fn faults_for_everybody_leave_the_controls_alone() {
    let provider = provider().await;
    done(
        &provider,
        "POST",
        "faults",
        &[("status", "503"), ("times", "100")],
    )
    .await;
    let jwks = format!("{}/jwks", provider.issuer());
    assert_eq!(Answer::of(http().get(&jwks)).await.status, 503);
    assert_eq!(Browser::new(&provider).get("/sign-in").await.status, 503);
    done(&provider, "DELETE", "faults", &[]).await;
    assert_eq!(Answer::of(http().get(&jwks)).await.status, 200);

    done(
        &provider,
        "POST",
        "faults",
        &[("path", "/oidc/jwks"), ("wait", "300")],
    )
    .await;
    let start = Instant::now();
    assert_eq!(Answer::of(http().get(&jwks)).await.status, 200);
    assert!(start.elapsed().as_millis() >= 300);
}

#[tokio::test]
async fn json_bodies_work_too() {
    let provider = provider().await;
    let address = format!("{}controls/people", provider.endpoint());
    let request = http()
        .post(address)
        .header("content-type", "application/json");
    assert_eq!(
        Answer::of(request.body(r#"{"like":"bob"}"#)).await.status,
        201
    );
}

#[tokio::test]
async fn what_is_wrong_is_said() {
    type Case<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)], u16, &'a str);

    let provider = provider().await;
    let cases: [Case; 16] = [
        ("POST", "people", &[], 400, "like=alice"),
        (
            "POST",
            "people",
            &[("like", "nobody")],
            404,
            "the person \"nobody\"",
        ),
        ("POST", "people", &[("as", "alice")], 400, "only like"),
        (
            "PUT",
            "people/alice/organizations/none",
            &[],
            404,
            "the organization \"none\"",
        ),
        (
            "DELETE",
            "people/alice/organizations/none",
            &[],
            404,
            "the organization \"none\"",
        ),
        (
            "PUT",
            "people/alice/organizations/asl5guymvnj4",
            &[("roles", "king")],
            404,
            "role \"king\"",
        ),
        (
            "PUT",
            "people/nobody/suspension",
            &[],
            404,
            "the person \"nobody\"",
        ),
        (
            "PUT",
            "people/alice/suspension",
            &[("until", "1")],
            400,
            "no parameters",
        ),
        (
            "PUT",
            "people/alice/access-token-life",
            &[("seconds", "-1")],
            400,
            "whole number",
        ),
        ("POST", "faults", &[("status", "99")], 400, "status=503"),
        (
            "POST",
            "faults",
            &[("person", "alice")],
            400,
            "say what happens",
        ),
        (
            "POST",
            "faults",
            &[("path", "oidc/token"), ("status", "503")],
            400,
            "slash",
        ),
        ("POST", "faults", &[("lost", "yes")], 400, "true"),
        (
            "POST",
            "faults",
            &[("lost", "true"), ("status", "503")],
            400,
            "one of the two",
        ),
        ("PUT", "clock", &[("ahead", "soon")], 400, "whole number"),
        ("POST", "nothing", &[], 404, "Page not found"),
    ];
    for (method, path, form, status, text) in cases {
        let answer = call(&provider, method, path, form).await;
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.text);
        assert!(
            answer.text.contains(text),
            "{method} {path}: {}",
            answer.text
        );
    }
}

/// The request is served, and whoever asked does not hear of it.
#[tokio::test]
async fn an_answer_can_be_lost() {
    let provider = provider().await;
    let lost = [("path", "/oidc/jwks"), ("lost", "true")];
    done(&provider, "POST", "faults", &lost).await;
    let ask = || {
        http()
            .get(format!("{}oidc/jwks", provider.endpoint()))
            .send()
    };
    let heard = match ask().await {
        Ok(answer) => answer.bytes().await.is_ok(),
        Err(_) => false,
    };
    assert!(!heard);
    assert_eq!(provider.count("/oidc/jwks"), 1);
    assert_eq!(ask().await.unwrap().status(), 200);
}

#[tokio::test]
async fn no_page_uses_a_control() {
    let provider = provider().await;
    let address = format!("{}controls/faults", provider.endpoint());
    let pages = [
        ("origin", "http://localhost:3000"),
        ("sec-fetch-site", "same-site"),
        ("host", "rebound.example"),
    ];
    for (name, value) in pages {
        let request = http().delete(&address).header(name, value);
        assert_eq!(Answer::of(request).await.status, 403, "{name}");
    }
    assert_eq!(Answer::of(http().delete(&address)).await.status, 204);
}

#[tokio::test]
async fn an_access_token_comes_without_a_sign_in_for_each_kind_of_audience() {
    let provider = provider().await;
    let both = [("organization", ACME), ("resource", SHOP)];
    let of_acme = format!("urn:logto:organization:{ACME}");
    for (parameters, audience, scope) in [
        (&both[1..], SHOP, "read:orders write:orders"),
        (&both[..], SHOP, "read:orders write:orders"),
        (&both[..1], &of_acme, "invite:member manage:billing"),
    ] {
        let form = [&[("person", "alice")], parameters].concat();
        let answer = call(&provider, "POST", "access-token", &form).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let said = claims(&Value::String(answer.text)).unwrap();
        assert_eq!(
            (&said["aud"], &said["scope"]),
            (&audience.into(), &scope.into())
        );
        assert_eq!(said["organization_id"].is_string(), parameters.len() == 2);
        assert_eq!(said["sub"], "vy5uejihtdj7");
    }
    for (form, status, said) in [
        (&[][..], 400, "person=alice"),
        (&[("person", "alice")], 400, "resource="),
        (&[("person", "nobody"), both[1]], 404, "nobody"),
        (&[("person", "alice"), ("resource", "urn:x")], 404, "urn:x"),
        (&[("person", "alice"), ("organization", "x")], 404, "\"x\""),
        (&[("person", "bob"), both[0]], 404, "membership"),
    ] {
        let answer = call(&provider, "POST", "access-token", form).await;
        assert_eq!(answer.status, status, "{form:?}");
        assert!(answer.text.contains(said), "{}", answer.text);
    }
}
