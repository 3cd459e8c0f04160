//! The sign-in page: Logto's first screens, all of them one plain form here.

use axum::{
    extract::State as Extract,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{Html, IntoResponse, Response},
};

use crate::{
    call::Call,
    cookies,
    fixture::FixtureUser,
    live::Shared,
    page::{self, Screen},
    redirect::{found, see_other},
    refusal::Refusal,
    state::{State, Step},
    texts::Texts,
};

/// Shows the page, if this browser has a sign-in pending.
pub(crate) async fn show(Extract(shared): Extract<Shared>, uri: Uri, call: Call) -> Response {
    let state = shared.state();
    if pending(&state, &call).is_none() {
        return found(&format!("{}unknown-session", shared.endpoint()));
    }
    let identifier = call.query.get("login_hint").unwrap_or_default();
    Html(form(&shared, &uri, &call, identifier, None)).into_response()
}

/// Takes what the person did on the page.
///
/// Another site cannot do it for them: the cookie that names the interaction is `SameSite=Lax`, and a page of another
/// port of this host, which counts as the same site, is refused by its `Origin`.
pub(crate) async fn submit(Extract(shared): Extract<Shared>, uri: Uri, call: Call) -> Response {
    let texts = Texts::of(&call);
    if !is_own_page(&call.headers) {
        return (
            StatusCode::FORBIDDEN,
            Html(page::note(texts, texts.foreign_form)),
        )
            .into_response();
    }
    let state = &mut *shared.state();
    let Some(id) = pending(state, &call) else {
        return Refusal::session_not_found("interaction session not found").into_response();
    };
    if call.body.get("cancel").is_some() {
        // An aid for development: Logto's own page has no such button. It does what Cancel does on the consent page that
        // third-party applications have there (third-party-consent.json): no error, no state, no iss.
        let back = state
            .interactions
            .remove(&id)
            .map(|interaction| interaction.request.back.uri);
        return see_other(&back.unwrap_or_default());
    }
    let identifier = call.body.get("identifier").unwrap_or_default();
    let refuse = |message| {
        let page = form(&shared, &uri, &call, identifier, Some(message));
        (StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response()
    };
    let Some(user) = chosen(&shared, &call) else {
        return refuse(texts.incorrect);
    };
    if state.suspended.contains(&user.id) {
        return refuse(texts.suspended);
    }
    state.touch(&user.id);
    if let Some(interaction) = state.interactions.get_mut(&id) {
        interaction.step = Step::Login(Some(user.id.clone()));
    }
    see_other(&format!("{}/auth/{id}", shared.issuer()))
}

/// The account picked at one click, or the one whose password was typed.
fn chosen<'a>(shared: &'a Shared, call: &Call) -> Option<&'a FixtureUser> {
    if let Some(username) = call.body.get("account") {
        return shared
            .fixture()
            .users
            .iter()
            .find(|user| user.username == username);
    }
    let user = shared
        .fixture()
        .user_called(call.body.get("identifier")?.trim())?;
    (call.body.get("password") == Some(&user.password)).then_some(user)
}

fn pending(state: &State, call: &Call) -> Option<String> {
    let id = cookies::interaction(&call.headers, call.query.get("app_id"))?;
    matches!(state.interaction(&id)?.step, Step::Login(_)).then_some(id)
}

fn form(
    shared: &Shared,
    uri: &Uri,
    call: &Call,
    identifier: &str,
    problem: Option<&str>,
) -> String {
    let fixture = shared.fixture();
    let application = call
        .query
        .get("app_id")
        .and_then(|id| fixture.application(id));
    page::sign_in(&Screen {
        texts: Texts::of(call),
        path: uri.path(),
        action: uri
            .path_and_query()
            .map_or("/sign-in", |path| path.as_str()),
        application: application.map(|application| application.name.as_str()),
        identifier,
        problem,
        users: &fixture.users,
    })
}

fn is_own_page(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    match (text(header::ORIGIN), text(header::HOST)) {
        (None, _) => true,
        (Some(origin), Some(host)) => origin
            .split_once("://")
            .is_some_and(|(_, held)| held == host),
        (Some(_), None) => false,
    }
}
