//! The making of tokens.

use std::collections::BTreeSet;

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

use crate::{
    audience::Audience,
    claims,
    fixture::FixtureUser,
    live::Shared,
    permission::is_oidc_scope,
    random,
    state::{AccessToken, Standing, State},
};

const ACCESS_TOKEN_LIFE: i64 = 3600;
const ID_TOKEN_LIFE: i64 = 3600;

/// Everything a token response is made of.
pub(crate) struct Issue<'a> {
    pub(crate) user: &'a FixtureUser,
    pub(crate) standing: Standing,
    /// The scopes of the grant, or fewer when the request narrowed them.
    pub(crate) scopes: Vec<String>,
    pub(crate) audience: Audience,
    pub(crate) refresh_token: Option<String>,
}

impl Issue<'_> {
    pub(crate) fn answer(self, shared: &Shared, state: &mut State) -> Response {
        let life = self.access_token_life(state);
        let (access_token, scope) = self.access_token(shared, state);
        let mut body = Map::new();
        body.insert("access_token".into(), access_token.into());
        body.insert("expires_in".into(), life.into());
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

    fn access_token_life(&self, state: &State) -> i64 {
        let lives = &state.controls.access_token_lives;
        lives
            .get(&self.user.id)
            .copied()
            .unwrap_or(ACCESS_TOKEN_LIFE)
    }

    /// The token and its scope.
    pub(crate) fn access_token(&self, shared: &Shared, state: &mut State) -> (String, String) {
        let held = |names: &BTreeSet<String>| -> String {
            join(self.scopes.iter().filter(|scope| names.contains(*scope)))
        };
        match &self.audience {
            Audience::Provider => {
                let scope = join(self.scopes.iter().filter(|scope| is_oidc_scope(scope)));
                let mut standing = self.standing.clone();
                standing.scopes = scope.split_ascii_whitespace().map(str::to_owned).collect();
                let token = random::token();
                let made = state.now();
                let held = AccessToken {
                    standing,
                    made,
                    expires: made + self.access_token_life(state),
                };
                state.access_tokens.insert(token.clone(), held);
                (token, scope)
            }
            Audience::Resource {
                indicator,
                organization,
            } => {
                let scope = held(&shared.fixture().permissions(
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
                let permissions = shared.fixture().organization_permissions(self.user, id);
                let scope = join(
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
            "exp": now + self.access_token_life(state),
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
        let fixture = shared.fixture();
        let mut claims = claims::of(
            fixture,
            self.user,
            state.updated_at(self.user),
            &self.scopes,
        );
        claims.retain(|name, _| {
            !claims::is_extended(name) || fixture.id_token_claims.iter().any(|held| held == name)
        });
        claims.insert("auth_time".into(), self.standing.signed_in_at.into());
        if let Some(nonce) = &self.standing.nonce {
            claims.insert("nonce".into(), nonce.as_str().into());
        }
        if let Some(sid) = &self.standing.sid {
            claims.insert("sid".into(), sid.as_str().into());
        }
        let now = state.now();
        claims.insert("aud".into(), self.standing.application.as_str().into());
        claims.insert("exp".into(), (now + ID_TOKEN_LIFE).into());
        claims.insert("iat".into(), now.into());
        claims.insert("iss".into(), shared.issuer().into());
        match state.controls.tamper.take() {
            Some(tamper) => tamper.sign(&state.keys, claims),
            None => state.keys.sign(None, &claims),
        }
    }
}

fn join<'s>(scopes: impl Iterator<Item = &'s String>) -> String {
    scopes.map(String::as_str).collect::<Vec<_>>().join(" ")
}
