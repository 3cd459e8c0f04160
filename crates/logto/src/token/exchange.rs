use logto_types::scope;
use serde_json::{Map, Value};

use super::access_token::{AccessToken, DEFAULT_LIFETIME};
use super::audience::Audience;
use crate::discovery::ProviderMetadata;
use crate::error::TokenError;
use crate::message::{Answer, Endpoint, Request};
use crate::scopes::Scopes;
use crate::secret::Secret;
use crate::sign_in::Pending;
use crate::text::clean;

/// Turns a code into tokens. It must be sent once: Logto revokes everything when a code comes a
/// second time.
pub(crate) fn exchange_request(
    provider: &ProviderMetadata,
    application: Secret,
    code: &Secret,
    pending: &Pending,
) -> Request {
    let parameters = [
        ("grant_type", "authorization_code"),
        ("code", code.expose()),
        ("redirect_uri", pending.redirect_uri.as_str()),
        ("code_verifier", pending.code_verifier.expose()),
    ];
    let secrets = vec![code.clone(), pending.code_verifier.clone()];
    Request::post(
        "exchanging the code",
        Endpoint::Token,
        provider.token_endpoint.clone(),
        application,
        &parameters,
        secrets,
    )
}

/// Turns a refresh token into a token for the audience.
///
/// Narrowed scopes for [`Audience::Default`] get `openid` back: without it Logto would answer with
/// a token for the one resource of the grant, if there is exactly one. Empty scopes are no
/// narrowing.
pub(crate) fn refresh_request(
    provider: &ProviderMetadata,
    application: Secret,
    refresh_token: &Secret,
    audience: &Audience,
    scopes: Option<&Scopes>,
) -> Result<Request, TokenError> {
    // Logto takes an empty parameter for a missing one, and would give a token for something else.
    if audience
        .resource()
        .is_some_and(|resource| resource.trim().is_empty())
    {
        return Err(TokenError::EmptyAudience);
    }
    let scopes = scopes
        .filter(|scopes| !scopes.is_empty())
        .map(|scopes| match audience {
            Audience::Default => Scopes::parse(scope::OPENID).union(scopes).to_string(),
            _ => scopes.to_string(),
        });
    let mut parameters = vec![
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh_token.expose()),
    ];
    parameters.extend(audience.resource().map(|resource| ("resource", resource)));
    parameters.extend(
        audience
            .organization()
            .map(|id| ("organization_id", id.as_str())),
    );
    parameters.extend(scopes.as_deref().map(|scopes| ("scope", scopes)));
    let secrets = vec![refresh_token.clone()];
    let url = provider.token_endpoint.clone();
    Ok(Request::post(
        "refreshing",
        Endpoint::Token,
        url,
        application,
        &parameters,
        secrets,
    ))
}

/// What a token endpoint gave. The ID token in it is not verified.
#[derive(Debug)]
#[expect(clippy::struct_field_names, reason = "these are the provider's names")]
pub(crate) struct Answered {
    pub(crate) access_token: AccessToken,
    pub(crate) refresh_token: Option<Secret>,
    pub(crate) id_token: Option<Secret>,
}

/// Validates a response of the token endpoint (RFC 6749 sections 5.1 and 5.2).
///
/// An answer without `scope` grants what was asked for; if nobody can say what that was, nothing.
pub(crate) fn read(
    answer: &Answer,
    secrets: &[Secret],
    audience: &Audience,
    asked: Option<&Scopes>,
    now: u64,
) -> Result<Answered, TokenError> {
    if answer.status != 200 {
        let status = TokenError::Status {
            status: answer.status,
        };
        return Err(answer.refusal(secrets).map_or(status, TokenError::Refused));
    }
    let body = answer.object().ok_or(TokenError::NotJson)?;
    let kind = text(&body, "token_type")?.ok_or(TokenError::Member("token_type"))?;
    if !kind.eq_ignore_ascii_case("Bearer") {
        return Err(TokenError::TokenType { found: clean(kind) });
    }
    let secret = |name| match text(&body, name)? {
        None | Some("") => Ok(None),
        // RFC 6749 appendix A: anything else could not travel in a header.
        Some(token) if token.bytes().all(|byte| matches!(byte, 0x21..=0x7e)) => {
            Ok(Some(Secret::new(token)))
        }
        Some(_) => Err(TokenError::Member(name)),
    };
    let expires_in = match body.get("expires_in") {
        None | Some(Value::Null) => DEFAULT_LIFETIME,
        Some(life) => life.as_u64().ok_or(TokenError::Member("expires_in"))?,
    };
    Ok(Answered {
        access_token: AccessToken {
            token: secret("access_token")?.ok_or(TokenError::Member("access_token"))?,
            scope: match text(&body, "scope")? {
                Some(scope) => Scopes::parse(scope),
                None => asked.cloned().unwrap_or_default(),
            },
            expires_at: now.saturating_add(expires_in),
            expires_in,
            audience: audience.clone(),
        },
        refresh_token: secret("refresh_token")?,
        id_token: secret("id_token")?,
    })
}

fn text<'a>(
    body: &'a Map<String, Value>,
    name: &'static str,
) -> Result<Option<&'a str>, TokenError> {
    match body.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(TokenError::Member(name)),
    }
}
