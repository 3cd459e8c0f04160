//! The state of a running provider, in memory only: sessions, grants, codes and tokens.

use std::{
    collections::{HashMap, HashSet},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use axum::http::HeaderMap;

use crate::{
    authorization::AuthorizationRequest,
    call::{Call, bearer},
    controls::Controls,
    cookies,
    fixture::FixtureUser,
    keys::Keys,
    params::Params,
    request_log::Request,
};

const SESSION_LIFE: i64 = 14 * 24 * 3600;
const INTERACTION_LIFE: i64 = 3600;
const GRANT_LIFE: i64 = 180 * 24 * 3600;

/// The state: what people and applications did, and the controls.
pub(crate) struct State {
    pub(crate) keys: Keys,
    pub(crate) controls: Controls,
    pub(crate) requests: Vec<Request>,
    pub(crate) interactions: HashMap<String, Interaction>,
    pub(crate) sessions: HashMap<String, Session>,
    pub(crate) grants: HashMap<String, Grant>,
    pub(crate) codes: HashMap<String, Code>,
    pub(crate) access_tokens: HashMap<String, AccessToken>,
    pub(crate) refresh_tokens: HashMap<String, RefreshToken>,
    pub(crate) pushed: HashMap<String, Pushed>,
    pub(crate) suspended: HashSet<String>,
    updated_at: HashMap<String, i64>,
}

/// A sign-in someone is in the middle of.
pub(crate) struct Interaction {
    pub(crate) request: AuthorizationRequest,
    pub(crate) step: Step,
    pub(crate) started: i64,
}

/// The next step of an interaction.
pub(crate) enum Step {
    /// Waits for a sign-in; then holds the user's id.
    Login(Option<String>),
    /// Waits for consent, which a first-party application gets unasked.
    Consent { signed_in: bool, granted: bool },
}

/// A browser that has signed in.
pub(crate) struct Session {
    /// Stays when the cookie's value changes, so that tokens can be tied to it.
    pub(crate) uid: String,
    pub(crate) user: Option<String>,
    pub(crate) signed_in_at: i64,
    pub(crate) started: i64,
    /// By application.
    pub(crate) authorizations: HashMap<String, Authorization>,
    pub(crate) ending: Option<Ending>,
}

/// The authorization of an application in a session.
pub(crate) struct Authorization {
    pub(crate) grant: String,
    /// The id of the session in tokens for this application.
    pub(crate) sid: String,
    /// `offline_access` was given: sign-out leaves the grant alone.
    pub(crate) survives: bool,
}

/// A sign-out that waits for its confirmation.
#[derive(Clone)]
pub(crate) struct Ending {
    pub(crate) guard: String,
    pub(crate) application: Option<String>,
    pub(crate) redirect: Option<String>,
}

/// The grant of a person to an application.
pub(crate) struct Grant {
    pub(crate) scopes: HashSet<String>,
    pub(crate) permissions: HashSet<(String, String)>,
    pub(crate) made: i64,
}

/// The authorization that codes and tokens stand for.
#[derive(Clone)]
pub(crate) struct Standing {
    pub(crate) application: String,
    pub(crate) user: String,
    pub(crate) grant: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) resources: Vec<String>,
    pub(crate) nonce: Option<String>,
    pub(crate) signed_in_at: i64,
    /// The session this dies with; none with `offline_access`.
    pub(crate) session: Option<String>,
    /// The `sid` of ID tokens, if the application requires one.
    pub(crate) sid: Option<String>,
}

pub(crate) struct Code {
    pub(crate) standing: Standing,
    pub(crate) redirect_uri: String,
    pub(crate) challenge: Option<String>,
    pub(crate) made: i64,
    pub(crate) spent: bool,
}

pub(crate) struct AccessToken {
    pub(crate) standing: Standing,
    pub(crate) made: i64,
    pub(crate) expires: i64,
}

#[derive(Clone)]
pub(crate) struct RefreshToken {
    pub(crate) standing: Standing,
    pub(crate) made: i64,
    pub(crate) expires: i64,
    /// When the first token of the chain was made.
    pub(crate) first_made: i64,
    pub(crate) replaced_at_ms: Option<i64>,
}

/// A pushed authorization request.
pub(crate) struct Pushed {
    pub(crate) application: String,
    pub(crate) params: Params,
    pub(crate) made: i64,
}

impl State {
    pub(crate) fn new() -> Self {
        Self {
            keys: Keys::new(),
            controls: Controls::default(),
            requests: Vec::new(),
            interactions: HashMap::new(),
            sessions: HashMap::new(),
            grants: HashMap::new(),
            codes: HashMap::new(),
            access_tokens: HashMap::new(),
            refresh_tokens: HashMap::new(),
            pushed: HashMap::new(),
            suspended: HashSet::new(),
            updated_at: HashMap::new(),
        }
    }

    pub(crate) fn now_ms(&self) -> i64 {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or(Duration::ZERO);
        i64::try_from(now.as_millis()).unwrap_or(i64::MAX) + self.controls.time_offset * 1000
    }

    pub(crate) fn now(&self) -> i64 {
        self.now_ms().div_euclid(1000)
    }

    /// Every sign-in moves this, as it does at Logto.
    pub(crate) fn touch(&mut self, user: &str) {
        let now = self.now_ms();
        self.updated_at.insert(user.to_owned(), now);
    }

    pub(crate) fn updated_at(&self, user: &FixtureUser) -> i64 {
        self.updated_at
            .get(&user.id)
            .copied()
            .unwrap_or(user.created_at)
    }

    /// The live session of a browser, signed in or not, with the id its cookie holds.
    pub(crate) fn session_of(&self, headers: &HeaderMap) -> Option<(String, &Session)> {
        let id = cookies::read(headers, cookies::SESSION)?;
        let session = self.sessions.get(id)?;
        (self.now() - session.started < SESSION_LIFE).then(|| (id.to_owned(), session))
    }

    pub(crate) fn interaction(&self, id: &str) -> Option<&Interaction> {
        let interaction = self.interactions.get(id)?;
        (self.now() - interaction.started < INTERACTION_LIFE).then_some(interaction)
    }

    /// Whether what a token stands for still stands: the grant, the person and, without `offline_access`, the session.
    pub(crate) fn stands(&self, standing: &Standing) -> bool {
        let grant = self
            .grants
            .get(&standing.grant)
            .is_some_and(|grant| self.now() - grant.made < GRANT_LIFE);
        let session = standing.session.as_ref().is_none_or(|uid| {
            self.sessions
                .values()
                .any(|session| session.uid == *uid && session.user.as_ref() == Some(&standing.user))
        });
        grant && session && !self.suspended.contains(&standing.user)
    }

    /// Ends a grant and with it everything made from it.
    pub(crate) fn revoke(&mut self, grant: &str) {
        self.grants.remove(grant);
        self.access_tokens
            .retain(|_, token| token.standing.grant != grant);
        self.refresh_tokens
            .retain(|_, token| token.standing.grant != grant);
    }
    /// The id of the person whose request this is, by its code, its token or its session cookie.
    pub(crate) fn person_of(&self, call: &Call) -> Option<&str> {
        let access = |value| Some(&self.access_tokens.get(value)?.standing);
        let refresh = |value| Some(&self.refresh_tokens.get(value)?.standing);
        let body = |name| call.body.get(name);
        let standing = None
            .or_else(|| Some(&self.codes.get(body("code")?)?.standing))
            .or_else(|| refresh(body("refresh_token")?))
            .or_else(|| body("token").and_then(|value| refresh(value).or_else(|| access(value))))
            .or_else(|| access(body("access_token")?))
            .or_else(|| access(bearer(call)?));
        standing.map(|standing| standing.user.as_str()).or_else(|| {
            let session = cookies::read(&call.headers, cookies::SESSION)?;
            self.sessions.get(session)?.user.as_deref()
        })
    }
}
