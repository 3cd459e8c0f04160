//! An authorization request, read and judged in the order Logto judges it.

use axum::response::{IntoResponse, Response};
use url::Url;

use crate::{
    application::Application,
    first_screen,
    fixture::Fixture,
    keys::Keys,
    params::Params,
    permission::is_oidc_scope,
    pkce,
    redirect::{ResponseMode, ReturnAddress},
    refusal::Refusal,
};

/// A request in good order.
#[derive(Clone, Debug)]
pub(crate) struct AuthorizationRequest {
    pub(crate) application: String,
    pub(crate) back: ReturnAddress,
    pub(crate) prompts: Vec<String>,
    /// The known scopes, in the order of the request.
    pub(crate) scopes: Vec<String>,
    pub(crate) resources: Vec<String>,
    pub(crate) nonce: Option<String>,
    pub(crate) challenge: Option<String>,
    pub(crate) max_age: Option<i64>,
    /// The subject of the `id_token_hint`.
    pub(crate) hint: Option<String>,
    /// Path and query of the page where the person signs in.
    pub(crate) screen: String,
}

/// Finds who asks and where the answer goes, or the refusal shown to the person: before that is known, nothing may
/// be sent anywhere.
pub(crate) fn find_return_address<'a>(
    fixture: &'a Fixture,
    params: &Params,
) -> Result<(&'a Application, ReturnAddress), Refusal> {
    let repeated = params
        .repeated()
        .filter(|name| matches!(*name, "client_id" | "redirect_uri"));
    if let Some(name) = repeated {
        return Err(Refusal::repeated(name));
    }
    let id = params
        .get("client_id")
        .ok_or_else(|| Refusal::missing("client_id"))?;
    let application = fixture
        .application(id)
        .ok_or_else(|| Refusal::unknown_client(id))?;
    let uri = match params.get("redirect_uri") {
        None if !application.redirect_uris.is_empty() => {
            return Err(Refusal::missing("redirect_uri"));
        }
        Some(uri) if application.accepts_redirect(uri) => uri,
        _ => {
            let description =
                "redirect_uri did not match any of the client's registered redirect_uris";
            return Err(Refusal::new(
                axum::http::StatusCode::BAD_REQUEST,
                "invalid_redirect_uri",
                description,
            ));
        }
    };
    let state = params
        .get("state")
        .filter(|_| params.all("state").count() == 1);
    let back = ReturnAddress {
        uri: uri.to_owned(),
        mode: mode(params).0,
        state: state.map(str::to_owned),
    };
    Ok((application, back))
}

/// The mode to answer in, and whether the one asked for is known.
fn mode(params: &Params) -> (ResponseMode, bool) {
    let usual = match params.get("response_type") {
        Some(kind)
            if kind
                .split(' ')
                .any(|part| part == "token" || part == "id_token") =>
        {
            ResponseMode::Fragment
        }
        _ => ResponseMode::Query,
    };
    match params.get("response_mode") {
        None => (usual, true),
        Some("query") => (ResponseMode::Query, true),
        Some("fragment") => (ResponseMode::Fragment, true),
        Some("form_post") => (ResponseMode::FormPost, true),
        Some(_) => (usual, false),
    }
}

impl AuthorizationRequest {
    /// Reads a request, or makes the answer that refuses it.
    pub(crate) fn read(
        fixture: &Fixture,
        keys: &Keys,
        issuer: &str,
        params: &Params,
    ) -> Result<Self, Box<Response>> {
        let (application, back) = find_return_address(fixture, params).map_err(|refusal| {
            Box::new(
                refusal
                    .with_issuer(issuer, params.get("state"))
                    .into_response(),
            )
        })?;
        let refuse = |refusal: Refusal| Box::new(back.refuse(&refusal, issuer));
        Self::judge(fixture, keys, application, params, back.clone()).map_err(refuse)
    }

    fn judge(
        fixture: &Fixture,
        keys: &Keys,
        application: &Application,
        params: &Params,
        back: ReturnAddress,
    ) -> Result<Self, Refusal> {
        if let Some(name) = params.repeated() {
            return Err(Refusal::repeated(name));
        }
        if params.get("request").is_some() {
            return Err(bad("request_not_supported", "").without_description());
        }
        if params.get("request_uri").is_some() {
            return Err(bad("request_uri_not_supported", "").without_description());
        }
        if !mode(params).1 {
            return Err(bad(
                "unsupported_response_mode",
                "unsupported response_mode requested",
            ));
        }
        check_response_type(params)?;
        let prompts = read_prompts(params)?;
        let resources = read_resources(fixture, params)?;
        let scopes = read_scopes(fixture, params, &prompts, &resources);
        if params.get("nonce").is_some() && !scopes.iter().any(|scope| scope == "openid") {
            return Err(Refusal::invalid_request(
                "openid scope must be requested when using the nonce parameter",
            ));
        }
        let challenge = pkce::read_challenge(params, application)?;
        check_resources(fixture, &resources)?;
        let max_age = match params.get("max_age").map(str::parse::<u32>) {
            None => None,
            Some(Ok(seconds)) => Some(i64::from(seconds)),
            Some(Err(_)) => {
                return Err(Refusal::invalid_request("invalid max_age parameter value"));
            }
        };
        let hint = match params.get("id_token_hint").map(|token| keys.verify(token)) {
            None => None,
            Some(Some(claims)) => claims
                .get("sub")
                .and_then(|sub| sub.as_str())
                .map(str::to_owned),
            Some(None) => return Err(Refusal::invalid_request("could not validate id_token_hint")),
        };
        Ok(Self {
            application: application.id.clone(),
            screen: first_screen::screen(params, &application.id),
            nonce: params.get("nonce").map(str::to_owned),
            back,
            prompts,
            scopes,
            resources,
            challenge,
            max_age,
            hint,
        })
    }

    pub(crate) fn prompts(&self, prompt: &str) -> bool {
        self.prompts.iter().any(|held| held == prompt)
    }
}

fn bad(error: &'static str, description: &str) -> Refusal {
    Refusal::new(axum::http::StatusCode::BAD_REQUEST, error, description)
}

fn check_response_type(params: &Params) -> Result<(), Refusal> {
    match params.get("response_type") {
        Some("code") => Ok(()),
        None => Err(Refusal::missing("response_type")),
        // Advertised, yet no application may use them.
        Some("code id_token" | "id_token code" | "id_token" | "none") => Err(
            Refusal::invalid_request("requested response_type is not allowed for this client"),
        ),
        Some(_) => Err(bad(
            "unsupported_response_type",
            "unsupported response_type requested",
        )),
    }
}

fn read_prompts(params: &Params) -> Result<Vec<String>, Refusal> {
    let prompts: Vec<String> = split_list(params.get("prompt"));
    if !prompts
        .iter()
        .all(|prompt| matches!(prompt.as_str(), "none" | "login" | "consent"))
    {
        return Err(Refusal::invalid_request(
            "unsupported prompt value requested",
        ));
    }
    if prompts.len() > 1 && prompts.iter().any(|prompt| prompt == "none") {
        return Err(Refusal::invalid_request(
            "prompt none must only be used alone",
        ));
    }
    Ok(prompts)
}

/// A repeated parameter and a comma-joined one both name several resources.
fn read_resources(fixture: &Fixture, params: &Params) -> Result<Vec<String>, Refusal> {
    let mut resources: Vec<String> = Vec::new();
    for value in params.all("resource") {
        let parts: Vec<&str> = if fixture.knows_resource(value) {
            vec![value]
        } else {
            value.split(',').collect()
        };
        for part in parts {
            if !resources.iter().any(|held| held == part) {
                resources.push(part.to_owned());
            }
        }
    }
    if resources.len() > 100 {
        return Err(Refusal::invalid_target("too many resource indicators"));
    }
    Ok(resources)
}

fn check_resources(fixture: &Fixture, resources: &[String]) -> Result<(), Refusal> {
    for resource in resources {
        let Ok(url) = Url::parse(resource) else {
            return Err(Refusal::invalid_target(
                "resource indicator must be an absolute URI",
            ));
        };
        if url.fragment().is_some() {
            return Err(Refusal::invalid_target(
                "resource indicator must not contain a fragment component",
            ));
        }
        if !fixture.knows_resource(resource) {
            return Err(Refusal::invalid_target(
                "resource indicator is missing, or unknown",
            ));
        }
    }
    Ok(())
}

/// Drops unknown scopes silently, and `offline_access` unless the prompt is `consent`.
fn read_scopes(
    fixture: &Fixture,
    params: &Params,
    prompts: &[String],
    resources: &[String],
) -> Vec<String> {
    let consent = prompts.iter().any(|prompt| prompt == "consent");
    let mut scopes = split_list(params.get("scope"));
    scopes.retain(|scope| {
        if scope == "offline_access" {
            return consent;
        }
        is_oidc_scope(scope)
            || resources
                .iter()
                .any(|resource| fixture.has_permission(resource, scope))
    });
    scopes
}

/// The items of a space-separated list, each once, in order.
pub(crate) fn split_list(text: Option<&str>) -> Vec<String> {
    let mut items: Vec<String> = Vec::new();
    for item in text.unwrap_or_default().split_ascii_whitespace() {
        if !items.iter().any(|held| held == item) {
            items.push(item.to_owned());
        }
    }
    items
}
