use std::error::Error as _;
use std::time::Duration;

use logto::{Audience, Error, Identity, Secret, SignIn};
use serde_json::json;

use crate::stub::{ACCESS_TOKEN, CODE, REFRESH_TOKEN, Reply, Stub};

/// All that an error shows, and all that its causes show.
fn everything(error: &Error) -> String {
    let mut shown = vec![format!("{error} {error:?} {error:#?}")];
    let mut cause = error.source();
    while let Some(error) = cause {
        shown.push(format!("{error} {error:?}"));
        cause = error.source();
    }
    shown.join(" ")
}

/// SL-02, SL-05
#[tokio::test]
async fn no_error_shows_a_secret_even_when_the_provider_repeats_it() {
    let stub = Stub::start().await;
    let client = stub.client();
    stub.sign_in(&client).await.unwrap();
    let (_, pending) = client.sign_in(&SignIn::default()).await.unwrap();
    let id_token = stub.sign(&stub.claims("another nonce"));
    let (_, signature) = id_token.rsplit_once('.').unwrap();
    let secrets = [
        CODE,
        ACCESS_TOKEN,
        REFRESH_TOKEN,
        "s3cr3t",
        &pending.state,
        &pending.nonce,
        pending.code_verifier.expose(),
        signature,
    ];
    let echo = format!(
        "{} Basic dGhlK2FwcDpzM2NyM3Qrd2l0aCtzcGFjZSUyNm1vcmU= {id_token}",
        secrets.join(" ")
    );
    let echo = echo.replace("s3cr3t", "");
    let given = |id_token: &str, kind: &str| {
        json!({ "access_token": ACCESS_TOKEN, "refresh_token": REFRESH_TOKEN, "id_token": id_token,
            "token_type": kind, "sub": ACCESS_TOKEN })
    };
    let refusal =
        json!({ "error": "invalid_grant", "error_description": echo, "code": echo, "scope": echo });
    for reply in [
        Reply::Json(200, given(&id_token, "Bearer")),
        Reply::Json(200, given(&format!("{id_token}x"), "Bearer")),
        Reply::Json(200, given(CODE, "Bearer")),
        Reply::Json(200, given(&id_token, "mac")),
        Reply::Json(400, refusal),
        Reply::Json(500, given(&id_token, "Bearer")),
        Reply::Text("text/html", echo.clone()),
        Reply::Redirect(format!("https://evil.example/?{CODE}")),
        Reply::Late(Duration::from_mins(1)),
    ] {
        for path in ["/oidc/token", "/oidc/me", "/oidc/token/revocation"] {
            stub.reply(path, reply.clone());
        }
        let old = Secret::new(REFRESH_TOKEN);
        let bob = Identity::new("bob");
        let errors = [
            client
                .finish_sign_in(&stub.callback(&pending), &pending)
                .await
                .err(),
            client
                .refresh(&old, &Audience::Default, None, Some(&bob))
                .await
                .err(),
            client
                .user_info(&Secret::new(ACCESS_TOKEN), "bob")
                .await
                .err(),
            client.revoke(&old).await.err(),
        ];
        assert!(errors[..3].iter().all(Option::is_some));
        for text in errors.iter().flatten().map(everything) {
            for secret in secrets {
                assert!(
                    !text.contains(secret) && !text.contains("Basic d"),
                    "{secret}: {text}"
                );
            }
        }
    }
}

/// SL-05
#[tokio::test]
async fn nothing_prints_a_secret() {
    let stub = Stub::start().await;
    let client = stub.client();
    let (_, pending) = client.sign_in(&SignIn::default()).await.unwrap();
    let callback = stub.callback(&pending);
    let signed_in = stub.sign_in(&client).await.unwrap();
    let text = format!(
        "{client:?} {:?} {pending:?} {callback:?} {signed_in:?}",
        client.config()
    );
    let secrets = [
        "s3cr3t",
        CODE,
        ACCESS_TOKEN,
        REFRESH_TOKEN,
        &pending.state,
        &pending.nonce,
        pending.code_verifier.expose(),
        signed_in.tokens.id_token.expose(),
    ];
    for secret in secrets {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
}
