//! The token endpoint: code exchange, and the making of tokens.

use axum::{
    Json,
    extract::State as Extract,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::{
    authorization::check_pkce_value,
    claims,
    client_auth::{authenticate, is_anonymous},
    permission::is_oidc_scope,
    random, refresh,
    refusal::Refusal,
    requests::Call,
    state::{AccessToken, Shared, Standing, State},
    world::{Application, User},
};

const CODE_LIFE: i64 = 60;
pub(crate) const ACCESS_TOKEN_LIFE: i64 = 3600;

/// `POST /oidc/token`.
pub(crate) async fn token(
    Extract(shared): Extract<Shared>,
    call: Call,
) -> Result<Response, Refusal> {
    if is_anonymous(&call) {
        return Err(Refusal::unknown_client("undefined"));
    }
    let application = authenticate(&shared, &call)?;
    if let Some(name) = call.body.repeated() {
        return Err(Refusal::repeated(name));
    }
    let state = &mut *shared.state();
    match call.body.get("grant_type") {
        None => Err(Refusal::missing("grant_type")),
        Some("authorization_code") => exchange(&shared, state, application, &call),
        Some("refresh_token") => refresh::refresh(&shared, state, application, &call),
        Some(
            "client_credentials"
            | "implicit"
            | "urn:ietf:params:oauth:grant-type:device_code"
            | "urn:ietf:params:oauth:grant-type:token-exchange",
        ) => Err(Refusal::invalid_request(
            "requested grant type is not allowed for this client",
        )),
        Some(_) => Err(Refusal::new(
            StatusCode::BAD_REQUEST,
            "unsupported_grant_type",
            "unsupported grant_type requested",
        )),
    }
}

fn exchange(
    shared: &Shared,
    state: &mut State,
    application: &Application,
    call: &Call,
) -> Result<Response, Refusal> {
    let value = call
        .body
        .get("code")
        .ok_or_else(|| Refusal::missing("code"))?;
    let redirect_uri = call
        .body
        .get("redirect_uri")
        .ok_or_else(|| Refusal::missing("redirect_uri"))?;
    let verifier = call.body.get("code_verifier");
    if let Some(verifier) = verifier {
        check_pkce_value("code_verifier", verifier)?;
    }
    let now = state.now();
    let code = state.codes.get(value).ok_or_else(Refusal::invalid_grant)?;
    let fits = code.standing.application == application.id
        && now - code.made < CODE_LIFE
        && code.challenge == verifier.map(challenge)
        && code.redirect_uri == redirect_uri;
    let (spent, standing) = (code.spent, code.standing.clone());
    // A wrong verifier or redirect URI leaves the code usable: only a fitting request spends it.
    if !fits {
        return Err(Refusal::invalid_grant());
    }
    if spent {
        state.revoke(&standing.grant);
        return Err(Refusal::invalid_grant());
    }
    if !state.stands(&standing) {
        return Err(Refusal::invalid_grant());
    }
    if let Some(code) = state.codes.get_mut(value) {
        code.spent = true;
    }
    let user = shared
        .world()
        .user(&standing.user)
        .ok_or_else(Refusal::invalid_grant)?;
    let scopes = standing.scopes.clone();
    let audience = Audience::of(call, &standing, &scopes)?;
    let offline = scopes.iter().any(|scope| scope == "offline_access");
    let refresh_token = (offline || application.always_issue_refresh_token)
        .then(|| refresh::first(state, application, standing.clone()));
    Ok(Issue {
        user,
        standing,
        scopes,
        audience,
        refresh_token,
    }
    .answer(shared, state))
}

fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

/// Whom an access token is for.
#[derive(Debug, PartialEq)]
pub(crate) enum Audience {
    /// The provider itself: an opaque token.
    Provider,
    Resource {
        indicator: String,
        organization: Option<String>,
    },
    Organization(String),
}

impl Audience {
    /// From the `resource` of a token request. Naming two is no error, and gets an opaque token. Naming none gets one
    /// too, except when `openid` is not among the scopes and the grant has exactly one resource: then it is that.
    pub(crate) fn of(call: &Call, standing: &Standing, scopes: &[String]) -> Result<Self, Refusal> {
        let asked: Vec<&str> = call.body.all("resource").collect();
        if asked
            .iter()
            .any(|asked| !standing.resources.iter().any(|held| held == asked))
        {
            return Err(Refusal::invalid_target(
                "resource indicator is missing, or unknown",
            ));
        }
        let indicator = match (asked.as_slice(), standing.resources.as_slice()) {
            ([one], _) => (*one).to_owned(),
            ([], [one]) if !scopes.iter().any(|scope| scope == "openid") => one.clone(),
            _ => return Ok(Self::Provider),
        };
        Ok(Self::Resource {
            indicator,
            organization: None,
        })
    }
}

/// Everything a token response is made of.
pub(crate) struct Issue<'a> {
    pub(crate) user: &'a User,
    pub(crate) standing: Standing,
    /// The scopes of the grant, or fewer when the request narrowed them.
    pub(crate) scopes: Vec<String>,
    pub(crate) audience: Audience,
    pub(crate) refresh_token: Option<String>,
}

impl Issue<'_> {
    pub(crate) fn answer(self, shared: &Shared, state: &mut State) -> Response {
        let (access_token, scope) = self.access_token(shared, state);
        let mut body = Map::new();
        body.insert("access_token".into(), access_token.into());
        body.insert("expires_in".into(), ACCESS_TOKEN_LIFE.into());
        if self.scopes.iter().any(|scope| scope == "openid") {
            body.insert("id_token".into(), self.id_token(shared, state).into());
        }
        if let Some(token) = self.refresh_token {
            body.insert("refresh_token".into(), token.into());
        }
        body.insert("scope".into(), scope.into());
        body.insert("token_type".into(), "Bearer".into());
        Json(Value::Object(body)).into_response()
    }

    fn access_token(&self, shared: &Shared, state: &mut State) -> (String, String) {
        let held = |names: &std::collections::BTreeSet<String>| -> String {
            self.join(self.scopes.iter().filter(|scope| names.contains(*scope)))
        };
        match &self.audience {
            Audience::Provider => {
                let scope = self.join(self.scopes.iter().filter(|scope| is_oidc_scope(scope)));
                let mut standing = self.standing.clone();
                standing.scopes = scope.split_ascii_whitespace().map(str::to_owned).collect();
                let token = random::token();
                let made = state.now();
                state
                    .access_tokens
                    .insert(token.clone(), AccessToken { standing, made });
                (token, scope)
            }
            Audience::Resource {
                indicator,
                organization,
            } => {
                let scope = held(&shared.world().permissions(
                    self.user,
                    indicator,
                    organization.as_deref(),
                ));
                (
                    self.jwt(shared, state, indicator, organization.as_deref(), &scope),
                    scope,
                )
            }
            Audience::Organization(id) => {
                // In alphabetical order, unlike every other scope: so it was recorded.
                let permissions = shared.world().organization_permissions(self.user, Some(id));
                let scope = self.join(
                    permissions
                        .iter()
                        .filter(|name| self.scopes.contains(*name)),
                );
                let audience = format!("urn:logto:organization:{id}");
                (self.jwt(shared, state, &audience, None, &scope), scope)
            }
        }
    }

    fn jwt(
        &self,
        shared: &Shared,
        state: &State,
        audience: &str,
        organization: Option<&str>,
        scope: &str,
    ) -> String {
        let now = state.now();
        let mut claims = Map::new();
        if let Some(organization) = organization {
            claims.insert("organization_id".into(), organization.into());
        }
        let rest = json!({
            "jti": random::token(),
            "sub": self.user.id,
            "iat": now,
            "exp": now + ACCESS_TOKEN_LIFE,
            "scope": scope,
            "client_id": self.standing.application,
            "iss": shared.issuer(),
            "aud": audience,
        });
        if let Value::Object(rest) = rest {
            claims.extend(rest);
        }
        state.keys.sign(Some("at+jwt"), &claims)
    }

    fn id_token(&self, shared: &Shared, state: &mut State) -> String {
        let world = shared.world();
        let mut claims = claims::of(world, self.user, state.updated_at(self.user), &self.scopes);
        claims.retain(|name, _| {
            !claims::is_extended(name) || world.id_token_claims.iter().any(|held| held == name)
        });
        claims.insert("auth_time".into(), self.standing.signed_in_at.into());
        if let Some(nonce) = &self.standing.nonce {
            claims.insert("nonce".into(), nonce.as_str().into());
        }
        let now = state.now();
        claims.insert("aud".into(), self.standing.application.as_str().into());
        claims.insert("exp".into(), (now + ACCESS_TOKEN_LIFE).into());
        claims.insert("iat".into(), now.into());
        claims.insert("iss".into(), shared.issuer().into());
        match state.knobs.tamper.take() {
            Some(tamper) => tamper.sign(&state.keys, claims),
            None => state.keys.sign(None, &claims),
        }
    }

    fn join<'s>(&self, scopes: impl Iterator<Item = &'s String>) -> String {
        scopes.map(String::as_str).collect::<Vec<_>>().join(" ")
    }
}
