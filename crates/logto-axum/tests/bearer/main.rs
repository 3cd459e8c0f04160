//! An API behind [`Bearer`], with real tokens of the development identity provider.

use axum::{Router, extract::FromRef, routing::get};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use dev_idp::Fixture;
use logto::{Audience, ResourceServer};
use logto_axum::{Bearer, ForOrganization, InOrganization, NoPermission, Permissions};
use reqwest::RequestBuilder;
use serde_json::Value;
use tokio::net::TcpListener;

use test_support::{
    Answer, TestProvider,
    browser::http,
    person::{ACME, BILLING, GLOBEX, Person, SHOP, all_organizations, organization, shop, shop_in},
};

struct ReadOrders;
impl Permissions for ReadOrders {
    const REQUIRED: &'static [&'static str] = &["read:orders"];
}

struct ChangeOrders;
impl Permissions for ChangeOrders {
    const REQUIRED: &'static [&'static str] = &["read:orders", "write:orders"];
}

struct ManageBilling;
impl Permissions for ManageBilling {
    const REQUIRED: &'static [&'static str] = &["manage:billing"];
}

/// As an application has it: the resource server is one part of its state.
#[derive(Clone)]
struct State {
    api: ResourceServer,
}

impl FromRef<State> for ResourceServer {
    fn from_ref(state: &State) -> Self {
        state.api.clone()
    }
}

struct Api {
    provider: TestProvider,
    at: String,
}

impl Api {
    async fn start() -> Self {
        let provider = TestProvider::start(Fixture::default()).await;
        let api = ResourceServer::new(provider.endpoint.parse().unwrap(), SHOP).unwrap();
        let router = Router::new()
            .route(
                "/anyone",
                get(|bearer: Bearer<NoPermission>| async { bearer.token.subject }),
            )
            .route(
                "/read",
                get(|bearer: Bearer<ReadOrders>| async { bearer.token.subject }),
            )
            .route("/change", get(|_: Bearer<ChangeOrders>| async {}))
            .route(
                "/in/{organization}",
                get(|bearer: Bearer<ReadOrders, InOrganization>| async move {
                    bearer.organization.to_string()
                }),
            )
            .route(
                "/in/{organization}/change",
                get(|_: Bearer<ChangeOrders, InOrganization>| async {}),
            )
            .route(
                "/for/{organization}",
                get(
                    |bearer: Bearer<ManageBilling, ForOrganization>| async move {
                        bearer.organization.to_string()
                    },
                ),
            )
            .route(
                "/misplaced/{id}",
                get(|_: Bearer<ReadOrders, InOrganization>| async {}),
            )
            .with_state(State { api });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { provider, at }
    }

    fn request(&self, path: &str) -> RequestBuilder {
        http().get(format!("{}{path}", self.at))
    }

    async fn with(&self, path: &str, token: &str) -> Answer {
        Answer::of(self.request(path).bearer_auth(token)).await
    }

    async fn status(&self, path: &str, token: &str) -> u16 {
        self.with(path, token).await.status
    }

    async fn person(&self, username: &str) -> Person {
        Person::sign_in(&self.provider.endpoint, username).await
    }
}

fn challenge(answer: &Answer) -> &str {
    answer.header("www-authenticate")
}

/// What every refusal has: the status also in the body, and nothing of the token.
#[track_caller]
fn is_problem(answer: &Answer, status: u16, token: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let problem: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(problem["status"], status);
    assert!(problem["detail"].is_string() && problem["title"].is_string());
    let shown = format!("{} {}", answer.body, challenge(answer));
    assert!(
        token
            .split('.')
            .all(|part| part.len() < 8 || !shown.contains(part)),
        "{shown}"
    );
}

/// JW-01, JW-13
#[tokio::test]
async fn a_right_token_with_the_permission_opens_and_says_who_asks() {
    let api = Api::start().await;
    let alice = api.person("alice").await;
    let token = alice.token(shop()).await;
    for path in ["/anyone", "/read", "/change"] {
        assert_eq!(api.status(path, &token).await, 200, "{path}");
    }
    assert_eq!(api.with("/read", &token).await.body, "vy5uejihtdj7");
    let lower = api
        .request("/read")
        .header("authorization", format!("bearer {token}"));
    assert_eq!(Answer::of(lower).await.status, 200);
}

/// RFC 6750 section 3
#[tokio::test]
async fn who_sends_no_token_gets_a_challenge_without_an_error_code() {
    let api = Api::start().await;
    let realm = r#"Bearer realm="https://shop.example/api""#;
    for request in [
        api.request("/read"),
        api.request("/read").basic_auth("alice", Some("alice")),
        api.request("/in/asl5guymvnj4"),
        api.request("/for/asl5guymvnj4"),
        api.request("/in/%ff%20"),
    ] {
        let answer = Answer::of(request).await;
        is_problem(&answer, 401, "");
        assert_eq!(challenge(&answer), realm);
    }
    assert_eq!(api.provider.seen().len(), 0, "nobody is asked for keys");
}

/// JW-13: success of Logto's token endpoint proves nothing; the scope does.
#[tokio::test]
async fn a_token_without_the_permission_is_forbidden_with_the_scope_that_is_needed() {
    let api = Api::start().await;
    let (alice, bob) = (api.person("alice").await, api.person("bob").await);
    let narrow = alice.narrowed(shop(), Some("read:orders")).await;
    assert_eq!(api.status("/read", &narrow).await, 200);
    let answer = api.with("/change", &narrow).await;
    is_problem(&answer, 403, &narrow);
    assert_eq!(
        challenge(&answer),
        r#"Bearer realm="https://shop.example/api", error="insufficient_scope", error_description="The access token does not allow this.", scope="read:orders write:orders""#
    );
    // Bob has no role, and gets a token with an empty scope.
    let empty = bob.token(shop()).await;
    assert_eq!(api.status("/anyone", &empty).await, 200);
    is_problem(&api.with("/read", &empty).await, 403, &empty);
}

/// JW-02, JW-03, JW-06
#[tokio::test]
async fn what_is_no_access_token_for_this_api_is_refused() {
    let api = Api::start().await;
    let alice = api.person("alice").await;
    let opaque = alice.token(Audience::Default).await;
    assert!(
        !opaque.contains('.'),
        "Logto's token for userinfo is no JWT"
    );
    let billing = alice.token(Audience::Resource(BILLING.into())).await;
    let mut forged = alice.token(shop()).await;
    forged.replace_range(forged.len() - 8.., "AAAAAAAA");
    api.provider.controls.set_time_offset(-2 * 3600);
    // Without `openid`, no ID token comes along, which the client would refuse for the same reason.
    let expired = alice.narrowed(shop(), Some("read:orders")).await;
    for (token, detail) in [
        (
            alice.id_token.expose(),
            "This is no access token for an API.",
        ),
        (opaque.as_str(), "This is no access token for an API."),
        (billing.as_str(), "The access token is for another API."),
        (forged.as_str(), "The access token is not valid here."),
        (expired.as_str(), "The access token has expired."),
    ] {
        for path in ["/read", "/anyone", "/in/asl5guymvnj4", "/for/asl5guymvnj4"] {
            let answer = api.with(path, token).await;
            is_problem(&answer, 401, token);
            assert!(challenge(&answer).contains(r#"error="invalid_token""#));
            if path == "/read" {
                assert!(answer.body.contains(detail), "{}", answer.body);
                assert!(challenge(&answer).contains(detail));
            }
        }
    }
}

/// JW-14: every kind of token at every endpoint.
#[tokio::test]
async fn each_kind_of_token_opens_its_own_endpoint_and_its_own_organization() {
    let api = Api::start().await;
    let alice = api.person("alice").await;
    let paths = [
        "/read".to_owned(),
        format!("/in/{ACME}"),
        format!("/in/{GLOBEX}"),
        format!("/for/{ACME}"),
    ];
    let tokens = [
        alice.token(shop()).await,
        alice.token(shop_in(ACME)).await,
        alice.token(shop_in(GLOBEX)).await,
        alice.token(organization(ACME)).await,
    ];
    for (at, token) in tokens.iter().enumerate() {
        for (number, path) in paths.iter().enumerate() {
            let expected = if at == number { 200 } else { 401 };
            assert_eq!(api.status(path, token).await, expected, "{at} at {path}");
        }
        for path in [
            "/in/nobody",
            "/in/ASL5GUYMVNJ4",
            "/for/nobody",
            "/in/%ff",
            "/in/%20",
            "/in/..%2f",
        ] {
            assert_eq!(api.status(path, token).await, 401, "{at} at {path}");
        }
    }
    assert_eq!(api.with(&paths[1], &tokens[1]).await.body, ACME);
    // Alice is only a member at globex: the shop's orders may be read there, and billing is not
    // hers to manage.
    assert_eq!(
        api.status(&format!("/in/{ACME}/change"), &tokens[1]).await,
        200
    );
    assert_eq!(
        api.status(&format!("/in/{GLOBEX}/change"), &tokens[2])
            .await,
        403
    );
    let member = alice.token(organization(GLOBEX)).await;
    assert_eq!(api.status(&format!("/for/{GLOBEX}"), &member).await, 403);
}

/// Whether an organization exists is not to be learnt here.
#[tokio::test]
async fn a_strange_organization_and_one_that_does_not_exist_look_the_same() {
    let api = Api::start().await;
    let alice = api.person("alice").await;
    let token = alice.token(shop_in(ACME)).await;
    let answers = [
        api.with(&format!("/in/{GLOBEX}"), &token).await,
        api.with("/in/no-such-one", &token).await,
        api.with("/in/%E2%98%83", &token).await,
    ];
    for answer in &answers {
        assert_eq!(answer.body, answers[0].body);
        assert_eq!(challenge(answer), challenge(&answers[0]));
    }
}

/// JW-16
#[tokio::test]
async fn a_malformed_header_is_refused_and_never_a_failure() {
    let api = Api::start().await;
    let alice = api.person("alice").await;
    let token = alice.token(shop()).await;
    let header = |value: String| api.request("/read").header("authorization", value);
    for request in [
        header("Bearer".into()),
        header("Bearer ".into()),
        header(format!("Bearer {token} {token}")),
        header(format!("Bearer {token}, Bearer {token}")),
        header(format!("Bearer \"{token}\"")),
        header("Bearer %00%0d%0a".into()),
        header("Bearer ../../etc/passwd?".into()),
        header(format!("Bearer {token}")).header("authorization", format!("Bearer {token}")),
        header(format!("Bearer {token}")).header("authorization", "Basic YTpi"),
        api.request("/read")
            .header("authorization", b"Bearer \xff\xfe".as_slice()),
    ] {
        let answer = Answer::of(request).await;
        is_problem(&answer, 401, &token);
        assert!(
            challenge(&answer).starts_with("Bearer realm="),
            "{}",
            challenge(&answer)
        );
    }
    for value in ["", token.as_str(), "token", "Digest username=x"] {
        let answer = Answer::of(header(value.into())).await;
        is_problem(&answer, 401, &token);
        assert!(!challenge(&answer).contains("error"));
    }
}

/// JW-17, JW-18
#[tokio::test]
async fn neither_a_parameter_nor_a_body_nor_a_cookie_can_stand_for_the_header() {
    let api = Api::start().await;
    let (alice, bob) = (api.person("alice").await, api.person("bob").await);
    let token = alice.token(shop()).await;
    for request in [
        api.request(&format!("/read?access_token={token}")),
        api.request("/read").form(&[("access_token", &token)]),
        api.request("/read").header(
            "cookie",
            format!("access_token={token}; logto-session={token}"),
        ),
        api.request("/read").header("x-access-token", &token),
    ] {
        is_problem(&Answer::of(request).await, 401, &token);
    }
    let of_bob = bob.token(shop()).await;
    let both = api
        .request(&format!("/anyone?access_token={token}"))
        .header("cookie", format!("access_token={token}"))
        .bearer_auth(of_bob);
    assert_eq!(Answer::of(both).await.body, "0jcp3swajm9l");
}

/// JW-19
#[tokio::test]
async fn a_huge_token_is_refused_quickly() {
    let api = Api::start().await;
    for length in [10_000, 70_000, 300_000] {
        let status = api.status("/read", &"a".repeat(length)).await;
        assert!(status == 401 || status == 431, "{length}: {status}");
    }
    assert_eq!(api.provider.seen().len(), 0);
}

/// OU-01, OU-03: without keys there is no verdict, and that is our fault and not the token's.
#[tokio::test]
async fn while_keys_cannot_be_had_the_answer_is_503_and_then_it_works() {
    let api = Api::start().await;
    let alice = api.person("alice").await;
    let token = alice.token(shop()).await;
    api.provider.set_down(true);
    let answer = api.with("/read", &token).await;
    is_problem(&answer, 503, &token);
    assert_eq!(
        (challenge(&answer), answer.header("retry-after")),
        ("", "5")
    );
    assert!(!answer.body.contains(&api.provider.endpoint));
    // A token that is invalid without any key is still refused.
    assert_eq!(api.status("/read", "opaque").await, 401);
    api.provider.set_down(false);
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    assert_eq!(api.status("/read", &token).await, 200);
    api.provider.set_down(true);
    assert_eq!(api.status("/read", &token).await, 200);
}

/// RP-20
#[tokio::test]
async fn a_key_that_was_rotated_is_found() {
    let api = Api::start().await;
    let alice = api.person("alice").await;
    let before = alice.token(shop()).await;
    assert_eq!(api.status("/read", &before).await, 200);
    api.provider.controls.rotate_signing_key();
    let after = alice.token(shop()).await;
    assert_eq!(api.status("/read", &after).await, 200);
    assert_eq!(api.status("/read", &before).await, 200);
}

#[tokio::test]
async fn a_handler_in_the_wrong_place_opens_for_nobody() {
    let api = Api::start().await;
    let alice = api.person("alice").await;
    for token in [
        alice.token(shop()).await,
        alice.token(shop_in(ACME)).await,
        String::new(),
    ] {
        let answer = api.with(&format!("/misplaced/{ACME}"), &token).await;
        is_problem(&answer, 500, &token);
    }
}

/// OR-06: Bob is in no organization, and his token for all of them carries every permission in
/// organizations.
#[tokio::test]
async fn a_token_for_all_organizations_is_taken_for_no_permission() {
    let api = Api::start().await;
    let token = api.person("bob").await.token(all_organizations()).await;
    let payload = token.split('.').nth(1).unwrap();
    let claims = URL_SAFE_NO_PAD.decode(payload).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(claims["scope"], "manage:billing invite:member");
    for path in [
        "/anyone",
        "/read",
        "/change",
        "/in/asl5guymvnj4",
        "/for/asl5guymvnj4",
    ] {
        let answer = api.with(path, &token).await;
        is_problem(&answer, 401, &token);
        assert!(
            challenge(&answer).contains(r#"error="invalid_token""#),
            "{path}"
        );
    }
}
