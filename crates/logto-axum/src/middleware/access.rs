//! The access middleware, which is the innermost: reads who is signed in, once, and answers where
//! they may not go.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use logto_types::{Access, paths};
use tower_sessions::Session;

use super::refusal::{
    accepts_pages, endpoint_unavailable, page_of, refuse_endpoint, refuse_page, store_down,
};
use crate::{
    auth::{Auth, Who},
    client_info::RequestSummary,
    cookies::{FlowCookies, find_cookie},
    endpoints::Endpoints,
    error::ProblemReason,
    error_chain::chain,
    flow::About,
    guards::Guards,
    log_limit::LogLimit,
    logto_auth::LogtoAuth,
    member::AccessDecision,
    plain_pages::LanguageHeaders,
    session::{SIGNED_IN, read_person},
};

/// The state of the middleware.
#[derive(Clone)]
pub(super) struct AccessState {
    app: LogtoAuth,
    guards: Arc<Guards>,
    endpoints: Arc<Endpoints>,
    store_failures: Arc<LogLimit>,
}

/// A response that came out of the router, and not out of tower-sessions.
#[derive(Clone, Copy)]
struct Handled;

impl AccessState {
    pub(super) fn new(app: LogtoAuth, guards: Guards, endpoints: Endpoints) -> Self {
        for (guard, scope) in guards.unmeetable(app.client().config()) {
            tracing::warn!(
                path = guard.path.as_str(),
                requires = %guard.requires,
                scope,
                "nobody can open a guarded page: its scope or permission is not requested at a sign-in; add it to `scopes`, \
                 `resources` or `organization_permissions` of the configuration"
            );
        }
        Self {
            app,
            guards: Arc::new(guards),
            endpoints: Arc::new(endpoints),
            store_failures: Arc::default(),
        }
    }

    async fn who(&self, session: &Session) -> Who {
        use tower_sessions::{session::Error, session_store::Error as Store};

        match session.get_value(SIGNED_IN).await {
            Ok(Some(person)) => match read_person(&person) {
                Some(person) => return Who::SignedIn(Arc::new(person)),
                None => self.app.parts().sessions.note_unknown_shape(),
            },
            Ok(None) => return Who::SignedOut,
            // The log knows already.
            Err(Error::Store(Store::Decode(_))) => {}
            Err(error) => {
                if let Some(left_out) = self.store_failures.permit() {
                    tracing::error!(
                        error = chain(&error),
                        left_out,
                        "the session store cannot say who is signed in"
                    );
                }
            }
        }
        Who::Unknown
    }
}

/// Around tower-sessions, which answers 500 without a word when the end of a request cannot be
/// written.
pub(super) async fn answer_unsaved(
    State(state): State<AccessState>,
    request: Request,
    next: Next,
) -> Response {
    let headers = request.headers();
    let navigates = accepts_pages(headers);
    let languages = LanguageHeaders::of(headers);
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let response = next.run(request).await;
    let is_handled = response.extensions().get::<Handled>().is_some();
    if is_handled || response.status() != StatusCode::INTERNAL_SERVER_ERROR {
        return response;
    }
    tracing::error!("a session could not be written at the end of a request");
    if !navigates {
        return endpoint_unavailable(&state.endpoints);
    }
    let page = page_of(&method, &uri, &state.app);
    store_down(languages.language(&state.app), page.as_deref())
}

pub(super) async fn access(
    State(state): State<AccessState>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = answer(state, request, next).await;
    response.extensions_mut().insert(Handled);
    response
}

async fn answer(state: AccessState, mut request: Request, next: Next) -> Response {
    if request.uri().path() == paths::SESSION_EVENTS {
        // Reading the session here would be a use of it.
        return next.run(request).await;
    }
    let Some(session) = request.extensions().get::<Session>().cloned() else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let auth = Auth {
        who: state.who(&session).await,
        session,
        cookies: FlowCookies::read(request.headers(), &state.app.parts().names),
        app: state.app.clone(),
        member: Arc::default(),
        request: RequestSummary::of(&request),
    };
    add_about_problem(&mut request, &state.app);
    let is_unavailable = reason(&request).as_deref() == Some(ProblemReason::Unavailable.as_str());
    let path = request.uri().path();
    // The routes of the flow are for everybody, whatever a guard or a closed prefix covers.
    let is_of_the_flow = state.app.flow_paths().contains(path);
    let guarded = state.guards.requirement(path).filter(|_| !is_of_the_flow);
    let decision = match &guarded {
        Some((requirement, organization)) => auth.check(*requirement, organization.as_ref()).await,
        None if !is_of_the_flow && state.endpoints.is_closed(path) => {
            auth.signed_in().map(|_| Access::Granted.into())
        }
        None => Ok(Access::Granted.into()),
    };
    let AccessDecision { access, member } = match decision {
        Ok(decision) => decision,
        Err(error) if guarded.is_some() => return refuse_page(&error, &request, &state.app),
        Err(error) => return refuse_endpoint(&error, &request, &state.endpoints, &state.app),
    };
    if let Some((requirement, organization)) = &guarded {
        auth.report_denied(*requirement, organization.as_ref(), access);
    }
    // A page draws its own refusal. A write is refused before anything runs, whoever may have
    // forgotten to look.
    if access != Access::Granted && !request.method().is_safe() {
        return status_of(access).into_response();
    }
    request.extensions_mut().insert(auth);
    if guarded.is_some() {
        request.extensions_mut().insert(access);
    }
    if let Some(member) = member {
        request.extensions_mut().insert(member);
    }
    let mut response = next.run(request).await;
    if response.status() == StatusCode::OK {
        *response.status_mut() = if is_unavailable {
            StatusCode::SERVICE_UNAVAILABLE
        } else {
            status_of(access)
        };
    }
    if access == Access::Unavailable || is_unavailable {
        let seconds = HeaderValue::from(state.app.retry_after());
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    response
}

/// The reason that the problem page is shown for.
fn reason(request: &Request) -> Option<String> {
    let uri = request.uri();
    let query = uri.query().filter(|_| uri.path() == paths::PROBLEM)?;
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    let reason = pairs.find(|(name, _)| name == "reason")?;
    Some(reason.1.into_owned())
}

/// Gives the problem page the text of a refusal, or the details for developers.
fn add_about_problem(request: &mut Request, app: &LogtoAuth) {
    let Some(reason) = reason(request) else {
        return;
    };
    let names = &app.parts().names;
    let cookie = find_cookie(request.headers(), &names.detail);
    match cookie.and_then(|cookie| app.about_problem(cookie.value(), &reason)) {
        Some(About::Error(detail)) => drop(request.extensions_mut().insert(detail)),
        Some(About::Refusal(text)) => drop(request.extensions_mut().insert(text)),
        None => {}
    }
}

fn status_of(access: Access) -> StatusCode {
    match access {
        Access::Granted => StatusCode::OK,
        Access::NotFound => StatusCode::NOT_FOUND,
        Access::SignedOut => StatusCode::UNAUTHORIZED,
        Access::Forbidden => StatusCode::FORBIDDEN,
        Access::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
    }
}
