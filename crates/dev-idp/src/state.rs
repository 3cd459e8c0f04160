//! What a running provider remembers, in memory only.

use std::{
    collections::{HashMap, HashSet},
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use axum::{extract::FromRef, http::HeaderMap};

use crate::{
    authorization::AuthorizationRequest,
    cookies,
    keys::Keys,
    knobs::Knobs,
    params::Params,
    requests::Request,
    world::{User, World},
};

const SESSION_LIFE: i64 = 14 * 24 * 3600;
const INTERACTION_LIFE: i64 = 3600;
const GRANT_LIFE: i64 = 180 * 24 * 3600;

/// The running provider.
#[derive(Clone)]
pub(crate) struct Live(Arc<Inner>);

struct Inner {
    /// Changed by knobs alone: a request goes on with the world it began with.
    world: RwLock<Arc<World>>,
    endpoint: String,
    issuer: String,
    state: Mutex<State>,
}

/// What every handler holds: the provider, and the world as it is for this request.
#[derive(Clone)]
pub(crate) struct Shared {
    live: Live,
    world: Arc<World>,
}

impl FromRef<Live> for Shared {
    fn from_ref(live: &Live) -> Self {
        Self {
            live: live.clone(),
            world: live.world(),
        }
    }
}

/// What people and applications do.
pub(crate) struct State {
    pub(crate) keys: Keys,
    pub(crate) knobs: Knobs,
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

/// Where an interaction stands.
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

/// What an application holds in a session.
pub(crate) struct Authorization {
    pub(crate) grant: String,
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

/// What a person let an application do.
pub(crate) struct Grant {
    pub(crate) scopes: HashSet<String>,
    pub(crate) permissions: HashSet<(String, String)>,
    pub(crate) made: i64,
}

/// What codes and tokens stand for.
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

impl fmt::Debug for Live {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Live")
            .field("issuer", &self.0.issuer)
            .finish_non_exhaustive()
    }
}

impl Live {
    pub(crate) fn new(world: World, endpoint: String) -> Self {
        let issuer = format!("{endpoint}oidc");
        let state = State {
            keys: Keys::new(),
            knobs: Knobs::default(),
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
        };
        Self(Arc::new(Inner {
            world: RwLock::new(Arc::new(world)),
            endpoint,
            issuer,
            state: Mutex::new(state),
        }))
    }

    /// The world as it is now.
    pub(crate) fn world(&self) -> Arc<World> {
        Arc::clone(&self.0.world.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the world for the requests to come.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        let mut world = self.0.world.write().unwrap_or_else(PoisonError::into_inner);
        change(Arc::make_mut(&mut world))
    }

    pub(crate) fn endpoint(&self) -> &str {
        &self.0.endpoint
    }

    pub(crate) fn issuer(&self) -> &str {
        &self.0.issuer
    }

    /// The state, for this thread alone until the guard is dropped. Never held across an await.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    pub(crate) fn world(&self) -> &World {
        &self.world
    }

    pub(crate) fn endpoint(&self) -> &str {
        self.live.endpoint()
    }

    pub(crate) fn issuer(&self) -> &str {
        self.live.issuer()
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.live.state()
    }
}

impl State {
    pub(crate) fn now_ms(&self) -> i64 {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or(Duration::ZERO);
        i64::try_from(now.as_millis()).unwrap_or(i64::MAX) + self.knobs.time_offset * 1000
    }

    pub(crate) fn now(&self) -> i64 {
        self.now_ms().div_euclid(1000)
    }

    /// Every sign-in moves this, as it does at Logto.
    pub(crate) fn touch(&mut self, user: &str) {
        let now = self.now_ms();
        self.updated_at.insert(user.to_owned(), now);
    }

    pub(crate) fn updated_at(&self, user: &User) -> i64 {
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
}
