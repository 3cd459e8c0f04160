//! The handlers of the sign-in flow, for applications that have no server functions for it.

use axum::{
    Extension, Router,
    body::Bytes,
    extract::{RawQuery, State},
    http::HeaderMap,
    response::Html,
    routing::{get, post},
};
use logto_types::{SignOutExtent, paths};

use crate::{
    auth::{Auth, Who},
    flow::{ProblemDetail, RefusalText, SignInRequest},
    logto_auth::LogtoAuth,
    outcome::Outcome,
    plain_pages::{LanguageHeaders, problem_page},
    problem_query::ProblemQuery,
};

impl LogtoAuth {
    /// The routes of the sign-in flow: [`flow_routes`](Self::flow_routes), and a plain problem page
    /// at [`paths::PROBLEM`] in English and Japanese ([`problem_route`](Self::problem_route)). They
    /// belong inside [`protect`](Self::protect).
    ///
    /// An application with a problem page of its own merges [`flow_routes`](Self::flow_routes)
    /// instead, and reads [`ProblemQuery`] there.
    pub fn routes<S>(&self) -> Router<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        self.flow_routes().merge(self.problem_route())
    }

    /// The routes that stand beside server functions which carry out the flow: the
    /// [plain problem page](Self::problem_route), the
    /// [back-channel logout](Self::backchannel_logout_route) and the
    /// [session events](Self::session_events_route).
    pub fn supporting_routes<S>(&self) -> Router<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        self.problem_route()
            .merge(self.backchannel_logout_route())
            .merge(self.session_events_route())
    }

    /// The plain problem page alone.
    pub fn problem_route<S>(&self) -> Router<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        Router::new()
            .route(paths::PROBLEM, get(problem))
            .with_state(self.clone())
    }

    /// The three steps of the flow, the [back-channel logout](Self::backchannel_logout_route) and
    /// the [session events](Self::session_events_route):
    ///
    /// | route | takes |
    /// |---|---|
    /// | GET [`paths::SIGN_IN`] | the query of [`SignInRequest::from_query`], all of it optional |
    /// | GET the path of the redirect URI, [`paths::CALLBACK`] unless it was changed | what Logto sends (RFC 6749 section 4.1.2, RFC 9207) |
    /// | POST [`paths::SIGN_OUT`] | a form, which may be empty: `extent=everywhere` or `extent=application`, see [`SignOutExtent`]; `viewer`, the `sub` the form was drawn for, signs nobody else out |
    /// | POST [`paths::BACKCHANNEL_LOGOUT`] | a form of Logto's with a `logout_token` |
    /// | GET [`paths::SESSION_EVENTS`] | nothing |
    ///
    /// Each of the first three answers with a redirect, or with 503 and a page while Logto or the session
    /// store does not answer.
    pub fn flow_routes<S>(&self) -> Router<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        Router::new()
            .route(paths::SIGN_IN, get(sign_in))
            .route(paths::SIGN_OUT, post(sign_out))
            .with_state(self.clone())
            .merge(self.callback_route())
            .merge(self.backchannel_logout_route())
            .merge(self.session_events_route())
    }

    /// The callback alone, for an application whose server functions carry out the flow and whose
    /// redirect URI has another path than [`paths::CALLBACK`], where the server function is.
    pub fn callback_route<S>(&self) -> Router<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        Router::new()
            .route(self.flow_paths().callback(), get(callback))
            .with_state(self.clone())
    }
}

async fn sign_in(auth: Auth, RawQuery(query): RawQuery) -> Outcome {
    let request = SignInRequest::from_query(&query.unwrap_or_default());
    auth.begin_sign_in(request).await
}

async fn callback(auth: Auth, RawQuery(query): RawQuery) -> Outcome {
    auth.finish_sign_in(&query.unwrap_or_default()).await
}

async fn sign_out(auth: Auth, form: Bytes) -> Outcome {
    let find = |name: &str| {
        let mut pairs = url::form_urlencoded::parse(&form);
        pairs.find_map(|(found, value)| (found == name).then_some(value))
    };
    let extent = find(SignOutExtent::FIELD);
    let extent = extent.and_then(|extent| SignOutExtent::from_name(&extent));
    let extent = extent.unwrap_or_default();
    auth.sign_out_for(find("viewer").as_deref(), extent).await
}

async fn problem(
    State(app): State<LogtoAuth>,
    auth: Auth,
    query: ProblemQuery,
    detail: Option<Extension<ProblemDetail>>,
    refusal: Option<Extension<RefusalText>>,
    headers: HeaderMap,
) -> Html<String> {
    let language = LanguageHeaders::of(&headers).language(&app);
    let is_signed_in = matches!(auth.who(), Who::SignedIn(_));
    let detail = detail.as_ref().map(|Extension(detail)| detail);
    let refusal = refusal.as_ref().map(|Extension(refusal)| refusal);
    problem_page(language, &query, is_signed_in, detail, refusal)
}
