//! The innermost layer: reads who is looking, once, and answers where they may not go.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use logto_types::{Access, paths};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tower_sessions::Session;
use url::Url;

use crate::{
    access::AccessDecision,
    endpoints::Endpoints,
    error::{Error, Problem, chain},
    extract::{Auth, Who},
    flow::FlowCookies,
    guards::Guards,
    layer::all_cookies,
    log_limit::LogLimit,
    logto_auth::LogtoAuth,
    plain_pages::{LanguageHeaders, PageLanguage, store_unavailable},
    return_to::ReturnTo,
    session::{SIGNED_IN, SignedIn},
};

const AGAIN: (header::HeaderName, &str) = (header::RETRY_AFTER, "5");
const JSON: (header::HeaderName, &str) = (header::CONTENT_TYPE, "application/json");

/// What the layer knows.
#[derive(Clone)]
pub(crate) struct Gate {
    app: LogtoAuth,
    guards: Arc<Guards>,
    endpoints: Arc<Endpoints>,
    store_failures: Arc<LogLimit>,
}

/// A response that came out of the router, and not out of tower-sessions.
#[derive(Clone, Copy)]
struct Handled;

impl Gate {
    pub(crate) fn new(app: LogtoAuth, guards: Guards, endpoints: Endpoints) -> Self {
        Self {
            app,
            guards: Arc::new(guards),
            endpoints: Arc::new(endpoints),
            store_failures: Arc::default(),
        }
    }

    async fn who(&self, session: &Session) -> Who {
        use tower_sessions::{session::Error, session_store::Error as Store};

        match session.get::<SignedIn>(SIGNED_IN).await {
            Ok(Some(person)) => return Who::SignedIn(Arc::new(person)),
            Ok(None) => return Who::SignedOut,
            Err(Error::SerdeJson(_)) => self.app.parts().sessions.note_unknown_shape(),
            // The log knows already.
            Err(Error::Store(Store::Decode(_))) => {}
            Err(error) => {
                if let Some(left_out) = self.store_failures.permit() {
                    tracing::error!(
                        error = chain(&error),
                        left_out,
                        "the session store cannot say who is looking"
                    );
                }
            }
        }
        Who::Unknown
    }

    fn refuse_call(&self, error: &Error, request: &Request) -> Response {
        let headers = request.headers();
        let navigates = accepts_pages(headers);
        match error {
            Error::SignedOut if navigates => to_sign_in(page_before(headers, &self.app).as_str()),
            Error::SignedOut => {
                let body = self.endpoints.signed_out.clone();
                (StatusCode::UNAUTHORIZED, [JSON], body).into_response()
            }
            _ => {
                let language = LanguageHeaders::of(headers).language(&self.app);
                self.unavailable(
                    navigates,
                    language,
                    here(request.method(), request.uri()).as_deref(),
                )
            }
        }
    }

    fn unavailable(&self, navigates: bool, language: PageLanguage, here: Option<&str>) -> Response {
        if navigates {
            return store_down(language, here);
        }
        let body = self.endpoints.unavailable.clone();
        (StatusCode::SERVICE_UNAVAILABLE, [AGAIN, JSON], body).into_response()
    }
}

/// Around tower-sessions, which answers 500 without a word when the end of a request cannot be written.
pub(crate) async fn answer_unsaved(
    State(gate): State<Gate>,
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
    let here = here(&method, &uri);
    gate.unavailable(navigates, languages.language(&gate.app), here.as_deref())
}

pub(crate) async fn gate(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let mut response = answer(gate, request, next).await;
    response.extensions_mut().insert(Handled);
    response
}

async fn answer(gate: Gate, mut request: Request, next: Next) -> Response {
    let Some(session) = request.extensions().get::<Session>().cloned() else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let auth = Auth {
        who: gate.who(&session).await,
        session,
        cookies: FlowCookies::read(request.headers(), &gate.app),
        app: gate.app.clone(),
        member: Arc::default(),
    };
    tell_problem(&mut request, &gate.app);
    let is_unavailable = reason(&request).as_deref() == Some(Problem::Unavailable.as_str());
    let path = request.uri().path();
    let guarded = gate.guards.requirement(path);
    let verdict = match &guarded {
        Some((requirement, organization)) => auth.check(*requirement, organization.as_ref()).await,
        None if gate.endpoints.is_closed(path) => auth.signed_in().map(|_| Access::Granted.into()),
        None => Ok(Access::Granted.into()),
    };
    let AccessDecision { access, member } = match verdict {
        Ok(decision) => decision,
        Err(error) if guarded.is_some() => return refuse_page(&error, &request, &gate.app),
        Err(error) => return gate.refuse_call(&error, &request),
    };
    // A page draws its own refusal. A write is refused before anything runs, whoever may have forgotten to look.
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
        let seconds = HeaderValue::from(gate.app.retry_after());
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

/// Gives the problem page what developers are told.
fn tell_problem(request: &mut Request, app: &LogtoAuth) {
    let Some(reason) = reason(request) else {
        return;
    };
    let names = &app.parts().names;
    let cookie = all_cookies(request.headers()).find(|cookie| cookie.name() == names.detail);
    let detail = cookie.and_then(|cookie| app.problem_detail(cookie.value(), &reason));
    if let Some(detail) = detail {
        request.extensions_mut().insert(detail);
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

/// Nobody is signed in, or that is not known. A form whose session has ended leads to the sign-in and back to its page.
fn refuse_page(error: &Error, request: &Request, app: &LogtoAuth) -> Response {
    let headers = request.headers();
    match error {
        Error::SignedOut if request.method().is_safe() => {
            let target = request.uri().path_and_query();
            to_sign_in(target.map_or("/", |target| target.as_str()))
        }
        Error::SignedOut if accepts_pages(headers) => {
            to_sign_in(page_before(headers, app).as_str())
        }
        Error::SignedOut => StatusCode::UNAUTHORIZED.into_response(),
        _ => store_down(
            LanguageHeaders::of(headers).language(app),
            here(request.method(), request.uri()).as_deref(),
        ),
    }
}

/// The same for a handler that asks for somebody who is signed in: what does not navigate gets 401.
pub(crate) fn refuse_handler(error: &Error, request: &Parts, app: &LogtoAuth) -> Response {
    let headers = &request.headers;
    match error {
        Error::SignedOut if !accepts_pages(headers) => StatusCode::UNAUTHORIZED.into_response(),
        Error::SignedOut if request.method.is_safe() => {
            let target = request.uri.path_and_query();
            to_sign_in(target.map_or("/", |target| target.as_str()))
        }
        Error::SignedOut => to_sign_in(page_before(headers, app).as_str()),
        _ if accepts_pages(headers) => {
            let here = here(&request.method, &request.uri);
            store_down(LanguageHeaders::of(headers).language(app), here.as_deref())
        }
        _ => (StatusCode::SERVICE_UNAVAILABLE, [AGAIN]).into_response(),
    }
}

/// The address of a request, if a link can send it again: no write, and no path that a browser takes for another host.
fn here(method: &Method, uri: &Uri) -> Option<String> {
    let target = uri.path_and_query()?.as_str();
    let is_page = method.is_safe() && ReturnTo::parse(target).as_str() == target;
    is_page.then(|| target.to_owned())
}

fn store_down(language: PageLanguage, here: Option<&str>) -> Response {
    let vary = (header::VARY, "Accept-Language");
    let page = store_unavailable(language, here);
    (StatusCode::SERVICE_UNAVAILABLE, [AGAIN, vary], page).into_response()
}

/// An empty redirect to the sign-in, which comes back to the page asked for.
fn to_sign_in(target: &str) -> Response {
    let target = utf8_percent_encode(target, NON_ALPHANUMERIC);
    let location = format!("{}?return_to={target}", paths::SIGN_IN);
    match HeaderValue::from_str(&location) {
        Ok(location) => (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response(),
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

/// Whether a browser navigates: a form without JavaScript, or an address typed in.
#[must_use]
pub fn accepts_pages(headers: &HeaderMap) -> bool {
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

/// The page of ours that a form was on.
fn page_before(headers: &HeaderMap, app: &LogtoAuth) -> ReturnTo {
    let referer = headers
        .get(header::REFERER)
        .and_then(|value| value.to_str().ok());
    let page = referer
        .and_then(|text| Url::parse(text).ok())
        .filter(|page| page.origin() == app.base_url().origin());
    page.map(|page| ReturnTo::parse(&page[url::Position::BeforePath..url::Position::AfterQuery]))
        .unwrap_or_default()
}
