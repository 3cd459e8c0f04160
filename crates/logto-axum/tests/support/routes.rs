//! The tiny application.

use std::{
    cell::Cell,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Extension, Form, Json, Router,
    extract::{Path, Query, RawQuery, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{any, get, post},
};
use logto::{Audience, Scopes, Secret};
use logto_axum::{
    Access, Auth, Error, Freshness, Member, Obtained, PermissionGrants, ProblemDetail, Requirement,
    ReturnTo, ScopeChoice, SessionEnd, SignInRequest, SignOutExtent, TokenRequest, Who,
};
use serde::Deserialize;
use serde_json::{Value, json};
use tower_sessions::Session;

use super::{Latch, SIGNED_OUT, UNKNOWN, greeting};

pub fn routes(latch: Arc<Latch>) -> Router {
    Router::new()
        .route("/", get(home))
        .route("/profile", get(home).post(home))
        .route("/profile/{*rest}", get(home))
        .route("/sign-in", get(sign_in))
        .route("/callback", get(callback))
        .route("/sign-out", post(sign_out))
        .route("/sign-in-problem", get(problem))
        .route("/token", get(token))
        .route("/tokens", get(many_tokens))
        .route("/user-info", get(user_info))
        .route(
            "/recent-organization-claims",
            get(recent_organization_claims),
        )
        .route("/user-infos", get(many_user_infos))
        .route("/broken", get(broken))
        .route("/cart", get(read_cart).post(write_cart))
        .route("/slow", get(slow))
        .route("/obtain", get(obtain))
        .route("/call", get(call))
        .route("/obtain-slowly", get(obtain_slowly))
        .route("/note", get(note))
        .route("/person", get(person))
        .route("/scopes", post(choose_scopes))
        .route("/permissions", get(permissions))
        .route("/session-end", get(session_end))
        .route("/stay", post(stay))
        .route("/sign-out-everywhere", post(sign_out_everywhere))
        .route("/sign-out-of-application", post(sign_out_of_application))
        .route("/own-sessions", get(own_sessions))
        .route("/own-sessions/end", post(end_other_session))
        .route("/own-sessions/end-others", post(end_other_sessions))
        .route("/check", get(check))
        .route("/readers", get(page))
        .route("/writers", get(page))
        .route("/invoices", get(page))
        .route("/unknown", get(page))
        .route("/anywhere", get(page))
        .route("/org/{organization}", get(page))
        .route("/org/{organization}/member", get(member))
        .route("/org/{organization}/member-slowly", get(member_slowly))
        .route("/org/{organization}/{*rest}", get(page))
        .route("/api/open", any(|| async { "open" }))
        .route("/api/closed", any(closed))
        .with_state(latch)
}

async fn problem(detail: Option<Extension<ProblemDetail>>) -> String {
    match detail {
        Some(Extension(detail)) => format!("{detail:?}"),
        None => "a problem".into(),
    }
}

async fn home(auth: Auth) -> String {
    match auth.who() {
        Who::SignedIn(person) => greeting(&person.claims.sub),
        Who::SignedOut => SIGNED_OUT.into(),
        Who::Unknown => UNKNOWN.into(),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    return_to: Option<String>,
    first_screen: Option<String>,
    prompt: Option<String>,
    login_hint: Option<String>,
    direct_sign_in: Option<String>,
    identifier: Option<String>,
    organization_id: Option<String>,
    ui_locales: Option<String>,
    one_time_token: Option<String>,
    scope: Option<String>,
}

/// Parses a space-separated list that a browser sent. Invalid items are left out.
fn parse_list<T: std::str::FromStr>(text: Option<&str>) -> Vec<T> {
    let items = text.unwrap_or_default().split_ascii_whitespace();
    items.filter_map(|item| item.parse().ok()).collect()
}

async fn sign_in(auth: Auth, Query(asked): Query<Asked>) -> Response {
    let mut request = SignInRequest::default();
    request.return_to = asked
        .return_to
        .as_deref()
        .map(ReturnTo::parse)
        .unwrap_or_default();
    request.first_screen = asked.first_screen.and_then(|screen| screen.parse().ok());
    request.prompts = asked
        .prompt
        .as_deref()
        .map(|prompts| parse_list(Some(prompts)));
    request.login_hint = asked.login_hint;
    request.direct_sign_in = asked.direct_sign_in.and_then(|method| method.parse().ok());
    request.identifiers = parse_list(asked.identifier.as_deref());
    request.organization = asked.organization_id.and_then(|id| id.parse().ok());
    request.ui_locales = asked.ui_locales;
    request.one_time_token = asked.one_time_token.map(Secret::new);
    request.scopes = asked.scope.as_deref().map(Scopes::parse);
    auth.begin_sign_in(request).await.into_response()
}

async fn callback(auth: Auth, RawQuery(query): RawQuery) -> Response {
    auth.finish_sign_in(&query.unwrap_or_default())
        .await
        .into_response()
}

async fn sign_out(auth: Auth) -> Response {
    auth.sign_out(SignOutExtent::ThisDevice)
        .await
        .into_response()
}

async fn sign_out_everywhere(auth: Auth) -> Response {
    auth.sign_out(SignOutExtent::Everywhere)
        .await
        .into_response()
}

async fn sign_out_of_application(auth: Auth) -> Response {
    auth.sign_out(SignOutExtent::ThisApplication)
        .await
        .into_response()
}

async fn own_sessions(auth: Auth) -> Response {
    let sessions = match auth.own_sessions().await {
        Ok(sessions) => sessions,
        Err(error) => return refusal(&error).into_response(),
    };
    let list = sessions.list.iter().map(|session| {
        json!({
            "handle": session.handle,
            "is_current": session.is_current(),
            "device": session.device,
            "signed_in_at": session.signed_in_at,
            "last_used_at": session.last_used_at,
            "ends_at": session.ends_at,
        })
    });
    let list: Vec<_> = list.collect();
    Json(json!({ "list": list, "total": sessions.total })).into_response()
}

#[derive(Deserialize)]
struct Handle {
    handle: String,
}

async fn end_other_session(auth: Auth, Query(Handle { handle }): Query<Handle>) -> Response {
    match auth.end_other_session(&handle).await {
        Ok(ended) => ended.is_some().to_string().into_response(),
        Err(error) => refusal(&error).into_response(),
    }
}

async fn end_other_sessions(auth: Auth) -> Response {
    match auth.end_other_sessions().await {
        Ok(ended) => ended.to_string().into_response(),
        Err(error) => refusal(&error).into_response(),
    }
}

#[derive(Deserialize)]
struct For {
    resource: Option<String>,
    organization: Option<String>,
    scope: Option<String>,
    /// `now`, or the seconds it may be old.
    fresh: Option<String>,
    /// From the stored tokens, read once.
    #[serde(default)]
    stored: bool,
}

impl For {
    fn audience(self) -> Audience {
        let organization = self.organization.map(|id| id.parse().unwrap());
        match (organization, self.resource) {
            (None, None) => Audience::Default,
            (None, Some(resource)) => Audience::Resource(resource),
            (Some(organization), None) => Audience::Organization(organization),
            (Some(organization), Some(resource)) => Audience::OrganizationResource {
                organization,
                resource,
            },
        }
    }
}

fn refusal(error: &Error) -> (StatusCode, &'static str) {
    match error {
        Error::SignedOut => (StatusCode::UNAUTHORIZED, "signed out"),
        Error::Forbidden(_) => (StatusCode::FORBIDDEN, "forbidden"),
        Error::NotGranted(_) => (StatusCode::CONFLICT, "not granted"),
        Error::NotOffered => (StatusCode::BAD_REQUEST, "not offered"),
        Error::Throttled => (StatusCode::TOO_MANY_REQUESTS, "throttled"),
        Error::Logto(_) => (StatusCode::BAD_GATEWAY, "provider"),
        Error::TimedOut => (StatusCode::GATEWAY_TIMEOUT, "timed out"),
        Error::Store(_) => (StatusCode::SERVICE_UNAVAILABLE, "store"),
        Error::Interrupted => (StatusCode::INTERNAL_SERVER_ERROR, "interrupted"),
        another => panic!("{another}"),
    }
}

async fn token(auth: Auth, Query(asked): Query<For>) -> Response {
    match auth.access_token(asked.audience()).await {
        Ok(token) => token.token.expose().to_owned().into_response(),
        Err(error) => refusal(&error).into_response(),
    }
}

/// Fifty at once, inside one request.
async fn many_tokens(auth: Auth) -> Response {
    let asked: Vec<_> = (0..50)
        .map(|_| {
            let auth = auth.clone();
            tokio::spawn(async move { auth.access_token(Audience::Default).await })
        })
        .collect();
    let mut tokens = Vec::new();
    for task in asked {
        match task.await.unwrap() {
            Ok(token) => tokens.push(token.token.expose().to_owned()),
            Err(error) => return refusal(&error).into_response(),
        }
    }
    tokens.dedup();
    tokens.join("\n").into_response()
}

async fn user_info(auth: Auth) -> Response {
    match auth.user_info().await {
        Ok(claims) => Json(claims).into_response(),
        Err(error) => refusal(&error).into_response(),
    }
}

async fn recent_organization_claims(auth: Auth) -> Response {
    match auth.recent_organization_claims().await {
        Ok(claims) => Json(&*claims).into_response(),
        Err(error) => refusal(&error).into_response(),
    }
}

/// Twenty at once, inside one request: how many got each answer.
async fn many_user_infos(auth: Auth) -> String {
    let asked: Vec<_> = (0..20)
        .map(|_| {
            let auth = auth.clone();
            tokio::spawn(async move { auth.user_info().await })
        })
        .collect();
    let mut answers: Vec<(String, usize)> = Vec::new();
    for task in asked {
        let answer = match task.await.unwrap() {
            Ok(claims) => claims.sub,
            Err(error) => refusal(&error).1.to_owned(),
        };
        match answers.iter_mut().find(|(known, _)| *known == answer) {
            Some((_, count)) => *count += 1,
            None => answers.push((answer, 1)),
        }
    }
    format!("{answers:?}")
}

/// Refreshes, and then fails for another reason.
async fn broken(auth: Auth) -> Response {
    let _ = auth.access_token(Audience::Default).await;
    (StatusCode::BAD_GATEWAY, "the shop does not answer").into_response()
}

async fn read_cart(session: Session) -> String {
    session
        .get::<String>("cart")
        .await
        .unwrap()
        .unwrap_or_default()
}

async fn write_cart(session: Session) {
    session.insert("cart", "apples").await.unwrap();
}

/// Reads the session, waits for the latch, then writes to it.
async fn slow(auth: Auth, session: Session, State(latch): State<Arc<Latch>>) -> String {
    latch.entered.notify_one();
    latch.leave.notified().await;
    session.insert("cart", "pears").await.unwrap();
    home(auth).await
}

/// A token as a page shows it, and itself, for the eyes of a test.
async fn obtain(auth: Auth, Query(mut asked): Query<For>) -> Response {
    let mut request = TokenRequest::default();
    request.scopes = asked.scope.take().as_deref().map(Scopes::parse);
    request.freshness = match asked.fresh.take().as_deref() {
        None => Freshness::Any,
        Some("now") => Freshness::Now,
        Some(seconds) => Freshness::Within(Duration::from_secs(seconds.parse().unwrap())),
    };
    let stored = asked.stored;
    request.audience = asked.audience();
    let obtained = if stored {
        auth.stored_tokens().await.unwrap().token(&request).await
    } else {
        auth.token(&request).await
    };
    match obtained {
        Ok(Obtained { token, cached }) => Json(json!({
            "token": token.token.expose(),
            "scope": token.scope,
            "claims": token.claims(),
            "cached": cached,
        }))
        .into_response(),
        Err(error) => {
            let (status, word) = refusal(&error);
            let why = match &error {
                Error::NotGranted(why) => why.to_string(),
                _ => word.to_owned(),
            };
            (status, why).into_response()
        }
    }
}

#[derive(Deserialize)]
struct Api {
    /// So many calls are refused.
    refuses: usize,
}

/// Calls an API that refuses the first tokens it gets: the tokens of all calls, and what came.
async fn call(auth: Auth, Query(api): Query<Api>, Query(asked): Query<For>) -> Response {
    let tokens = Mutex::new(Vec::new());
    let call = async |token: Secret| {
        let mut tokens = tokens.lock().unwrap();
        tokens.push(token.expose().to_owned());
        tokens.len()
    };
    let is_refused = |calls: &usize| *calls <= api.refuses;
    let called = auth.call_api(asked.audience(), call, is_refused).await;
    match called {
        Ok(called) => Json(json!({
            "tokens": *tokens.lock().unwrap(),
            "refused": is_refused(&called.answer),
            "retried": called.retried,
            "scope": called.scope,
        }))
        .into_response(),
        Err(error) => {
            let calls = tokens.lock().unwrap().len();
            let (status, word) = refusal(&error);
            (status, format!("{word} after {calls} calls")).into_response()
        }
    }
}

/// Reads the session, waits for the latch, then asks for a token.
async fn obtain_slowly(auth: Auth, State(latch): State<Arc<Latch>>, asked: Query<For>) -> Response {
    latch.entered.notify_one();
    latch.leave.notified().await;
    obtain(auth, asked).await
}

#[derive(Deserialize)]
struct NoteQuery {
    about: String,
    /// Of another session of the same person.
    #[serde(default)]
    person: bool,
    note: Option<String>,
}

/// Seals a note, or opens it.
async fn note(auth: Auth, Query(query): Query<NoteQuery>) -> Response {
    let found: Option<String> = match query.note {
        None => auth.seal_note(&query.about, &"it was placed"),
        Some(note) if query.person => auth.open_note_of_another_session(&query.about, &note),
        Some(note) => auth.open_note(&query.about, &note),
    };
    found.ok_or(StatusCode::NOT_FOUND).into_response()
}

async fn person(auth: Auth) -> Response {
    match auth.signed_in() {
        Ok(person) => Json(json!({
            "claims": person.claims,
            "scope": person.scope,
            "asked": person.asked,
            "switched_off": person.switched_off,
            "not_granted": person.not_granted(),
        }))
        .into_response(),
        Err(error) => refusal(&error).into_response(),
    }
}

#[derive(Deserialize)]
struct Chosen {
    scope: String,
    /// What was on before, and was turned off.
    #[serde(default)]
    off: String,
    /// Whether it is looked up which permissions were granted.
    #[serde(default)]
    look: bool,
    return_to: Option<String>,
}

#[derive(Deserialize)]
struct First {
    first: Option<String>,
}

async fn permissions(auth: Auth, Query(First { first }): Query<First>) -> Response {
    let first = first.map(|id| id.parse().unwrap());
    match auth.permission_grants(first.as_ref()).await {
        Ok(grants) => {
            let organizations = grants.organizations.iter();
            let organizations = organizations.map(|held| format!("{} {}", held.id, held.granted));
            Json(json!({
                "granted": grants.granted,
                "refused": grants.refused,
                "unknown": grants.unknown,
                "unavailable": grants.unavailable,
                "organizations": organizations.collect::<Vec<_>>(),
                "unchecked": grants.unchecked,
            }))
            .into_response()
        }
        Err(error) => refusal(&error).into_response(),
    }
}

/// Without a look at the permissions, or with one.
async fn choose_scopes(auth: Auth, Form(chosen): Form<Chosen>) -> Response {
    match choice(&auth, &chosen).await {
        Ok(ScopeChoice::Unchanged { kept }) if kept.is_empty() => {
            Json(json!({ "changed": false })).into_response()
        }
        Ok(ScopeChoice::Unchanged { kept }) => Json(json!({ "kept": kept })).into_response(),
        Ok(ScopeChoice::Applied) => Json(json!({ "changed": true })).into_response(),
        Ok(ScopeChoice::Authorize(scopes)) => {
            let return_to = ReturnTo::parse(&chosen.return_to.unwrap_or_default());
            let mut request = SignInRequest::new(return_to);
            request.scopes = Some(scopes);
            auth.begin_sign_in(request).await.into_response()
        }
        Err(error) => refusal(&error).into_response(),
    }
}

async fn choice(auth: &Auth, chosen: &Chosen) -> Result<ScopeChoice, Error> {
    let permissions = if chosen.look {
        auth.permission_grants(None).await?
    } else {
        PermissionGrants::default()
    };
    let turned_off = Scopes::parse(&chosen.off);
    auth.choose_scopes(&Scopes::parse(&chosen.scope), &turned_off, &permissions)
        .await
}

fn shown(end: SessionEnd) -> Json<Value> {
    Json(json!({
        "now": end.now,
        "at": end.at,
        "absolute": end.latest,
        "can_be_prolonged": end.can_be_prolonged(),
    }))
}

async fn session_end(auth: Auth) -> Json<Option<Value>> {
    Json(auth.session_end().map(|end| shown(end).0))
}

async fn stay(auth: Auth) -> Response {
    match auth.stay().await {
        Ok(end) => shown(end).into_response(),
        Err(error) => refusal(&error).into_response(),
    }
}

#[derive(Deserialize)]
struct CheckQuery {
    role: String,
    organization: Option<String>,
}

/// The same check in a handler: an organization role, in an organization or in none.
async fn check(auth: Auth, Query(query): Query<CheckQuery>) -> Response {
    let organization = query.organization.map(|id| id.parse().unwrap());
    let requirement = Requirement::OrganizationRole(&query.role);
    match auth.check(requirement, organization.as_ref()).await {
        Ok(decision) => format!("{:?}", decision.access).into_response(),
        Err(error) => refusal(&error).into_response(),
    }
}

/// A page that says what the layer found.
async fn page(Extension(access): Extension<Access>, path: Option<Path<Vec<String>>>) -> String {
    let place = path.map(|Path(parts)| parts.join("/")).unwrap_or_default();
    format!("{access:?} {place}")
}

/// The member that the layer found, and what the same check finds now.
async fn member(auth: Auth, Extension(member): Extension<Member>) -> Response {
    let id = member.organization();
    match auth.check(Requirement::Member, Some(id)).await {
        Ok(decision) => {
            let is_same = decision.member.as_ref() == Some(&member);
            let scope = &member.token().scope;
            let found = decision.access;
            format!("{id} [{scope}] {found:?}, the same: {is_same}").into_response()
        }
        Err(error) => refusal(&error).into_response(),
    }
}

/// The same, after a wait for the latch.
async fn member_slowly(
    auth: Auth,
    State(latch): State<Arc<Latch>>,
    member: Extension<Member>,
) -> Response {
    latch.entered.notify_one();
    latch.leave.notified().await;
    self::member(auth, member).await
}

thread_local! {
    static RAN: Cell<usize> = const { Cell::new(0) };
}

/// How often the closed endpoint ran, in this test: its application runs on its thread.
pub fn ran() -> usize {
    RAN.get()
}

async fn closed(auth: Auth) -> String {
    RAN.set(RAN.get() + 1);
    home(auth).await
}
