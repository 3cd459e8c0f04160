//! Whole sign-ins at the development provider, which shares no code with this crate.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use dev_idp::{Options, Provider, Tamper};
use logto::{
    ApiResource, Audience, Callback, CallbackError, Client, Config, Error, FinishedSignIn,
    IdTokenError, Identity, JwtError, OrganizationId, Pending, Prompt, Scopes, Secret, SignIn,
    scope,
};
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use url::Url;

const SHOP: &str = "https://shop.example/api";
const BILLING: &str = "https://billing.example/api";
const ACME: &str = "asl5guymvnj4";
const GLOBEX: &str = "1xld34l574eb";

async fn start() -> (Provider, Client) {
    let provider = dev_idp::start(Options::default()).await.unwrap();
    let mut config = Config::new(
        provider.endpoint().parse().unwrap(),
        "9llbk1n9eiovviw3z58b2",
        Secret::new("dev-secret-not-for-production"),
        "http://localhost:3000/callback".parse().unwrap(),
        "http://localhost:3000/".parse().unwrap(),
    );
    config.scopes.extend([
        scope::EMAIL,
        scope::ROLES,
        scope::ORGANIZATIONS,
        scope::ORGANIZATION_ROLES,
    ]);
    config.resources = vec![
        ApiResource::new(SHOP, ["read:orders", "write:orders"]),
        ApiResource::new(BILLING, ["view:invoices"]),
    ];
    config.organization_permissions = vec!["manage:billing".to_owned(), "invite:member".to_owned()];
    assert_eq!(config.issuer(), provider.issuer());
    (provider, Client::new(config).unwrap())
}

/// Sends a browser there and signs in when asked to; gives what it brings to the callback.
async fn visit(start: Url, username: &str) -> Callback {
    let http = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    let mut cookies: Vec<(String, String, String)> = Vec::new();
    let mut url = start;
    let mut form: Option<[(&str, &str); 2]> = None;
    for _ in 0..10 {
        let mine = cookies
            .iter()
            .filter(|(_, _, path)| url.path().starts_with(path.as_str()));
        let cookie: Vec<_> = mine
            .map(|(name, value, _)| format!("{name}={value}"))
            .collect();
        let request = match form.take() {
            Some(form) => http.post(url.clone()).form(&form),
            None => http.get(url.clone()),
        };
        let answer = request
            .header(COOKIE, cookie.join("; "))
            .send()
            .await
            .unwrap();
        for set in answer.headers().get_all(SET_COOKIE) {
            let mut parts = set.to_str().unwrap().split("; ");
            let (name, value) = parts.next().unwrap().split_once('=').unwrap();
            let path = parts
                .find_map(|part| part.strip_prefix("path="))
                .unwrap_or("/");
            cookies.retain(|(held, _, under)| (held.as_str(), under.as_str()) != (name, path));
            cookies.push((name.to_owned(), value.to_owned(), path.to_owned()));
        }
        match answer.headers().get(LOCATION) {
            Some(location) => url = url.join(location.to_str().unwrap()).unwrap(),
            // A page: the form to sign in.
            None => form = Some([("identifier", username), ("password", username)]),
        }
        if url.port() == Some(3000) {
            return Callback::parse(url.query().unwrap_or_default()).unwrap();
        }
    }
    panic!("the browser ended at {url}");
}

async fn sign_in(
    client: &Client,
    username: &str,
) -> Result<(FinishedSignIn, Callback, Pending), Error> {
    let (url, pending) = client.sign_in(&SignIn::default()).await?;
    let callback = visit(url, username).await;
    let signed_in = client.finish_sign_in(&callback, &pending).await?;
    Ok((signed_in, callback, pending))
}

/// RP-01
#[tokio::test]
async fn alice_signs_in_and_is_who_she_says() {
    let (_provider, client) = start().await;
    let (signed_in, ..) = sign_in(&client, "alice").await.unwrap();
    assert_eq!(signed_in.claims.sub, "vy5uejihtdj7");
    assert_eq!(signed_in.claims.email.value().unwrap(), "alice@example.com");
    let roles = signed_in.claims.organization_roles.value().unwrap();
    assert!(
        roles
            .iter()
            .any(|role| role.to_string() == format!("{ACME}:admin"))
    );
    assert!(signed_in.tokens.refresh_token.is_some());
    assert!(signed_in.tokens.scope.contains(scope::OFFLINE_ACCESS));

    let token = signed_in.tokens.access_token.unwrap().token;
    let claims = client
        .user_info(&token, &signed_in.claims.sub)
        .await
        .unwrap();
    assert_eq!(claims.name.value().unwrap(), "Alice Example");
    assert_eq!(claims.organization_data.value().unwrap().len(), 2);
}

/// RF-04, OR-01
#[tokio::test]
async fn a_refresh_gives_each_audience_what_was_recorded_at_a_real_logto() {
    let (_provider, client) = start().await;
    let (signed_in, ..) = sign_in(&client, "alice").await.unwrap();
    let refresh_token = signed_in.tokens.refresh_token.unwrap();
    let person = Identity::of(&signed_in.claims);
    let acme: OrganizationId = ACME.parse().unwrap();
    let globex: OrganizationId = GLOBEX.parse().unwrap();
    let in_shop = |organization: &OrganizationId| Audience::OrganizationResource {
        organization: organization.clone(),
        resource: SHOP.to_owned(),
    };
    for (audience, granted) in [
        (
            Audience::Resource(SHOP.to_owned()),
            "read:orders write:orders",
        ),
        (Audience::Resource(BILLING.to_owned()), ""),
        (
            Audience::Organization(acme.clone()),
            "invite:member manage:billing",
        ),
        (Audience::Organization(globex.clone()), "invite:member"),
        (in_shop(&acme), "read:orders write:orders"),
        (in_shop(&globex), "read:orders"),
    ] {
        let refreshed = client
            .refresh(&refresh_token, &audience, None, Some(&person))
            .await
            .unwrap();
        assert_eq!(
            refreshed.access_token.scope,
            Scopes::parse(granted),
            "{audience}"
        );
        assert_eq!(refreshed.access_token.audience, audience);
        assert!(refreshed.access_token.fresh_at(client.now()));
    }
    let narrow = Scopes::parse("read:orders");
    let shop = Audience::Resource(SHOP.to_owned());
    let refreshed = client
        .refresh(&refresh_token, &shop, Some(&narrow), Some(&person))
        .await
        .unwrap();
    assert_eq!(refreshed.access_token.scope, narrow);
    let refreshed = client
        .refresh(&refresh_token, &Audience::Default, None, Some(&person))
        .await
        .unwrap();
    assert_eq!(refreshed.id_token.unwrap().1.sub, person.subject);

    let stranger = Audience::Organization("somebodyelse".parse().unwrap());
    let error = client
        .refresh(&refresh_token, &stranger, None, Some(&person))
        .await
        .unwrap_err();
    assert!(error.is_forbidden() && !error.is_invalid_grant(), "{error}");
    let unknown = Audience::Resource("https://unknown.example/api".to_owned());
    let error = client
        .refresh(&refresh_token, &unknown, None, Some(&person))
        .await
        .unwrap_err();
    assert!(!error.is_forbidden() && !error.is_transient(), "{error}");
}

/// RP-02, RP-04, RP-05, RP-10, RP-11, RP-12, RP-14, RP-15
#[tokio::test]
async fn a_tampered_id_token_is_refused() {
    let (provider, client) = start().await;
    let refused = async |tamper| {
        provider.tamper(tamper);
        match sign_in(&client, "alice").await {
            Err(Error::IdToken(error)) => error,
            other => panic!("{tamper:?}: {other:?}"),
        }
    };
    assert!(matches!(
        refused(Tamper::WrongNonce).await,
        IdTokenError::Nonce
    ));
    assert!(matches!(
        refused(Tamper::WrongAudience).await,
        IdTokenError::Audience { .. }
    ));
    assert!(matches!(
        refused(Tamper::WrongIssuer).await,
        IdTokenError::Jwt(JwtError::Issuer { .. })
    ));
    assert!(matches!(
        refused(Tamper::Expired).await,
        IdTokenError::Jwt(JwtError::Expired { .. })
    ));
    assert!(matches!(
        refused(Tamper::BadSignature).await,
        IdTokenError::Jwt(JwtError::Signature)
    ));
    assert!(matches!(
        refused(Tamper::AlgNone).await,
        IdTokenError::Jwt(JwtError::Algorithm { .. })
    ));
    assert!(matches!(
        refused(Tamper::MissingSubject).await,
        IdTokenError::Jwt(JwtError::Claim(_))
    ));
    assert!(matches!(
        refused(Tamper::IssuedInFuture).await,
        IdTokenError::Jwt(JwtError::FromTheFuture { .. })
    ));
    sign_in(&client, "alice").await.unwrap();
}

/// RP-20, CB-24
#[tokio::test]
async fn rotated_keys_and_a_clock_that_is_a_little_ahead_are_no_trouble() {
    let (provider, client) = start().await;
    sign_in(&client, "alice").await.unwrap();
    provider.rotate_signing_key();
    sign_in(&client, "bob").await.unwrap();
    provider.rotate_signing_key();
    provider.set_time_offset(45);
    sign_in(&client, "alice").await.unwrap();
    provider.set_time_offset(300);
    let error = sign_in(&client, "alice").await.unwrap_err();
    assert!(
        matches!(
            error,
            Error::IdToken(IdTokenError::Jwt(JwtError::FromTheFuture { .. }))
        ),
        "{error}"
    );
}

/// CB-07: sent twice, the code revokes everything, so a pending sign-in must be taken out before it
/// is finished.
#[tokio::test]
async fn a_code_that_is_sent_twice_is_refused_and_ends_the_grant() {
    let (_provider, client) = start().await;
    let (signed_in, callback, pending) = sign_in(&client, "alice").await.unwrap();
    let error = client
        .finish_sign_in(&callback, &pending)
        .await
        .unwrap_err();
    assert!(error.is_invalid_grant(), "{error}");
    let refresh_token = signed_in.tokens.refresh_token.unwrap();
    let error = client
        .refresh(&refresh_token, &Audience::Default, None, None)
        .await
        .unwrap_err();
    assert!(error.is_invalid_grant(), "{error}");
}

/// CB-05
#[tokio::test]
async fn a_code_of_another_sign_in_does_not_fit() {
    let (_provider, client) = start().await;
    let (url, theirs) = client.sign_in(&SignIn::default()).await.unwrap();
    let stolen = visit(url, "bob").await;
    let (_, ours) = client.sign_in(&SignIn::default()).await.unwrap();
    let injected = Callback {
        state: Some(ours.state.clone()),
        ..stolen.clone()
    };
    let error = client.finish_sign_in(&injected, &ours).await.unwrap_err();
    assert!(error.is_invalid_grant(), "{error}");
    let error = client.finish_sign_in(&stolen, &ours).await.unwrap_err();
    assert!(
        matches!(error, Error::Callback(CallbackError::StateMismatch)),
        "{error}"
    );
    client.finish_sign_in(&stolen, &theirs).await.unwrap();
}

/// CB-14
#[tokio::test]
async fn asking_nobody_is_answered_with_login_required() {
    let (provider, client) = start().await;
    let mut options = SignIn::default();
    options.prompts = Some(vec![Prompt::None]);
    let (url, pending) = client.sign_in(&options).await.unwrap();
    let callback = visit(url, "alice").await;
    let error = client
        .finish_sign_in(&callback, &pending)
        .await
        .unwrap_err();
    let Error::Callback(CallbackError::Refused { error, .. }) = error else {
        panic!("{error}")
    };
    assert_eq!(error, "login_required");
    assert_eq!(provider.count("/oidc/token"), 0);
}

/// LO-01, RF-09
#[tokio::test]
async fn a_revoked_or_suspended_person_needs_to_sign_in_again() {
    let (provider, client) = start().await;
    let (signed_in, ..) = sign_in(&client, "alice").await.unwrap();
    let refresh_token = signed_in.tokens.refresh_token.unwrap();
    client.revoke(&refresh_token).await.unwrap();
    client.revoke(&refresh_token).await.unwrap();
    let error = client
        .refresh(&refresh_token, &Audience::Default, None, None)
        .await
        .unwrap_err();
    assert!(error.is_invalid_grant(), "{error}");

    let (signed_in, ..) = sign_in(&client, "bob").await.unwrap();
    provider.suspend("bob");
    let refresh_token = signed_in.tokens.refresh_token.unwrap();
    let error = client
        .refresh(&refresh_token, &Audience::Default, None, None)
        .await
        .unwrap_err();
    assert!(!error.is_transient(), "{error}");
}

/// RF-10
#[tokio::test]
async fn an_outage_differs_from_an_ended_session() {
    let (provider, client) = start().await;
    let (signed_in, ..) = sign_in(&client, "alice").await.unwrap();
    let refresh_token = signed_in.tokens.refresh_token.unwrap();
    provider.fail_next("/oidc/token", 503, 1);
    let refresh = || client.refresh(&refresh_token, &Audience::Default, None, None);
    assert!(refresh().await.unwrap_err().is_transient());
    refresh().await.unwrap();
}

/// RF-08: Logto has replaced the refresh token, and the answer that says so never comes.
#[tokio::test]
async fn a_refresh_whose_answer_was_lost_is_sent_once_more() {
    let (provider, client) = start().await;
    let (signed_in, ..) = sign_in(&client, "alice").await.unwrap();
    let refresh_token = signed_in.tokens.refresh_token.unwrap();
    provider.set_time_offset(10 * 24 * 3600);
    let before = provider.count("/oidc/token");
    provider.lose_next("/oidc/token", 1);
    #[expect(
        clippy::disallowed_methods,
        reason = "the provider's clock, which is ahead of the machine's"
    )]
    let clock = || SystemTime::now() + Duration::from_hours(10 * 24);
    let client = Client::with_clock(client.config().clone(), Arc::new(clock)).unwrap();
    let refreshed = client
        .refresh(&refresh_token, &Audience::Default, None, None)
        .await
        .unwrap();
    assert_eq!(provider.count("/oidc/token"), before + 2);
    assert_ne!(
        refreshed.refresh_token,
        Some(refresh_token.clone()),
        "it was replaced"
    );

    // Once, and not again and again.
    provider.lose_next("/oidc/token", 9);
    let token = refreshed.refresh_token.unwrap();
    let refresh = async || client.refresh(&token, &Audience::Default, None, None).await;
    let error = refresh().await.unwrap_err();
    assert!(error.is_lost_answer() && error.is_transient(), "{error}");
    assert_eq!(provider.count("/oidc/token"), before + 4);
}
