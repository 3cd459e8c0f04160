//! The running provider, shared by every handler: its addresses, the fixture and the state.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
};

use axum::extract::FromRef;

use crate::{fixture::Fixture, state::State};

/// The running provider.
#[derive(Clone)]
pub(crate) struct Live(Arc<Inner>);

struct Inner {
    /// Only the controls change it; a request keeps the fixture it started with.
    fixture: RwLock<Arc<Fixture>>,
    endpoint: String,
    issuer: String,
    state: Mutex<State>,
}

/// The provider and the fixture, as one request sees them.
#[derive(Clone)]
pub(crate) struct Shared {
    live: Live,
    fixture: Arc<Fixture>,
}

impl FromRef<Live> for Shared {
    fn from_ref(live: &Live) -> Self {
        Self {
            live: live.clone(),
            fixture: live.fixture(),
        }
    }
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
    pub(crate) fn new(fixture: Fixture, endpoint: String) -> Self {
        let issuer = format!("{endpoint}oidc");
        Self(Arc::new(Inner {
            fixture: RwLock::new(Arc::new(fixture)),
            endpoint,
            issuer,
            state: Mutex::new(State::new()),
        }))
    }

    /// The fixture as it is now.
    pub(crate) fn fixture(&self) -> Arc<Fixture> {
        Arc::clone(
            &self
                .0
                .fixture
                .read()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }

    /// Changes the fixture for the requests to come.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut Fixture) -> T) -> T {
        let mut fixture = self
            .0
            .fixture
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        change(Arc::make_mut(&mut fixture))
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
    pub(crate) fn fixture(&self) -> &Fixture {
        &self.fixture
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
