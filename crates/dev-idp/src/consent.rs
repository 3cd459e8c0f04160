//! Consent: the grant of a signed-in person to an application, and the authorization code for it.

use std::collections::HashSet;

use axum::{
    extract::State as Extract,
    response::{IntoResponse, Response},
};

use crate::{
    authorization::AuthorizationRequest,
    call::Call,
    cookies,
    fixture::{Fixture, FixtureUser},
    live::Shared,
    permission::is_oidc_scope,
    random,
    redirect::found,
    state::{Authorization, Code, Grant, Standing, State, Step},
};

/// Someone who is signed in.
pub(crate) struct Visit<'a> {
    fixture: &'a Fixture,
    session: String,
    user: &'a FixtureUser,
}

impl<'a> Visit<'a> {
    pub(crate) fn of(fixture: &'a Fixture, state: &State, session: &str) -> Option<Self> {
        let user = fixture.user(state.sessions.get(session)?.user.as_deref()?)?;
        Some(Self {
            fixture,
            session: session.to_owned(),
            user,
        })
    }

    /// Whether the request wants something this person has not granted this application.
    pub(crate) fn misses(&self, state: &State, request: &AuthorizationRequest) -> bool {
        let Some(grant) = self
            .grant(state, &request.application)
            .and_then(|id| state.grants.get(id))
        else {
            return true;
        };
        let scopes = request.scopes.iter().filter(|scope| is_oidc_scope(scope));
        scopes
            .into_iter()
            .any(|scope| !grant.scopes.contains(scope))
            || self
                .permitted(request)
                .any(|permission| !grant.permissions.contains(&permission))
    }

    /// Grants everything the request asks for: applications here are first-party, and nobody is asked.
    pub(crate) fn consent(&self, state: &mut State, request: &AuthorizationRequest) {
        let now = state.now();
        let id = self
            .grant(state, &request.application)
            .map_or_else(random::token, str::to_owned);
        let grant = state.grants.entry(id.clone()).or_insert_with(|| Grant {
            scopes: HashSet::new(),
            permissions: HashSet::new(),
            made: now,
        });
        grant.scopes.extend(
            request
                .scopes
                .iter()
                .filter(|scope| is_oidc_scope(scope))
                .cloned(),
        );
        grant.permissions.extend(self.permitted(request));
        if let Some(session) = state.sessions.get_mut(&self.session) {
            session
                .authorizations
                .entry(request.application.clone())
                .and_modify(|held| held.grant.clone_from(&id))
                .or_insert(Authorization {
                    grant: id,
                    sid: random::token(),
                    survives: false,
                });
        }
    }

    pub(crate) fn issue_code(&self, state: &mut State, request: &AuthorizationRequest) -> String {
        let permitted: Vec<(String, String)> = self.permitted(request).collect();
        let mut scopes = request.scopes.clone();
        scopes.retain(|scope| {
            is_oidc_scope(scope) || permitted.iter().any(|(_, name)| name == scope)
        });
        let offline = scopes.iter().any(|scope| scope == "offline_access");
        let grant = self
            .grant(state, &request.application)
            .unwrap_or_default()
            .to_owned();
        let made = state.now();
        let mut standing = Standing {
            application: request.application.clone(),
            user: self.user.id.clone(),
            grant,
            scopes,
            resources: request.resources.clone(),
            nonce: request.nonce.clone(),
            signed_in_at: made,
            session: None,
            sid: None,
        };
        if let Some(session) = state.sessions.get_mut(&self.session) {
            standing.signed_in_at = session.signed_in_at;
            standing.session = (!offline).then(|| session.uid.clone());
            if let Some(authorization) = session.authorizations.get_mut(&request.application) {
                authorization.survives |= offline;
                let application = self.fixture.application(&request.application);
                let has_sid =
                    application.is_some_and(|held| held.backchannel_logout_session_required);
                standing.sid = has_sid.then(|| authorization.sid.clone());
            }
        }
        let (redirect_uri, challenge) = (request.back.uri.clone(), request.challenge.clone());
        let code = random::token();
        state.codes.insert(
            code.clone(),
            Code {
                standing,
                redirect_uri,
                challenge,
                made,
                spent: false,
            },
        );
        code
    }

    fn grant<'s>(&self, state: &'s State, application: &str) -> Option<&'s str> {
        let authorization = state
            .sessions
            .get(&self.session)?
            .authorizations
            .get(application)?;
        state
            .grants
            .contains_key(&authorization.grant)
            .then_some(&authorization.grant)
    }

    /// The permissions asked for that this person has, each with its resource.
    fn permitted(&self, request: &AuthorizationRequest) -> impl Iterator<Item = (String, String)> {
        request.resources.iter().flat_map(|resource| {
            let held = self.fixture.permissions(self.user, resource, None);
            let asked = request
                .scopes
                .iter()
                .filter(move |scope| held.contains(*scope));
            asked.map(|scope| (resource.clone(), scope.clone()))
        })
    }
}

/// `GET /consent`: a first-party application's consent is given by looking at the page.
pub(crate) async fn consent(Extract(shared): Extract<Shared>, call: Call) -> Response {
    let state = &mut *shared.state();
    let pending = cookies::interaction(&call.headers, call.query.get("app_id"))
        .and_then(|id| Some((state.interactions.get_mut(&id)?, id)));
    if let Some((interaction, id)) = pending
        && let Step::Consent { granted, .. } = &mut interaction.step
    {
        *granted = true;
        return found(&format!("{}/auth/{id}", shared.issuer())).into_response();
    }
    found(&format!("{}unknown-session", shared.endpoint()))
}
