//! Starting and stopping the provider, and its controls.

use std::{
    env, io,
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use axum::{extract::FromRef, http::StatusCode};
use serde_json::{Map, Value};
use tokio::{net::TcpListener, sync::oneshot};

use crate::{
    access_token::{self, TokenFor},
    backchannel_logout,
    faults::Fault,
    fixture::{Fixture, FixtureUser},
    fixture_error::FixtureError,
    live::{Live, Shared},
    request_log::Request,
    routes,
    state::State,
    tamper::Tamper,
};

/// How to start a provider.
#[derive(Clone, Debug)]
pub struct Options {
    /// The address to listen on. Port 0 takes any free port.
    pub addr: SocketAddr,
    /// The applications, APIs, organizations and people to start with.
    pub fixture: Fixture,
    /// The host and port in the issuer, as `localhost:3301`. The default is the address it listens on,
    /// and `localhost` if that is every address.
    pub issuer_host: Option<String>,
}

impl Default for Options {
    /// Any free port of 127.0.0.1, and the fixture of `fixture.toml`.
    fn default() -> Self {
        Self {
            addr: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            fixture: Fixture::default(),
            issuer_host: None,
        }
    }
}

/// Why a provider did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// It would have been a way in for everyone.
    #[error(
        "the development identity provider does not start in production (LEPTOS_ENV={0}): \
         everyone can sign in to it as anyone. Set LOGTO_ENDPOINT to a real Logto"
    )]
    Production(String),
    /// Something else listens there.
    #[error(
        "the development identity provider cannot listen on {0}: the port is taken. Stop what uses it, or choose another"
    )]
    PortTaken(SocketAddr),
    /// The address cannot be listened on for another reason.
    #[error("the development identity provider cannot listen on {0}: {1}")]
    Listen(SocketAddr, #[source] io::Error),
    /// The fixture is not valid.
    #[error(transparent)]
    Fixture(#[from] FixtureError),
}

/// A running provider. It stops when this is dropped.
#[derive(Debug)]
pub struct Provider {
    live: Live,
    address: SocketAddr,
    /// Dropped with the provider, which is what stops the server and its idle connections.
    _running: oneshot::Sender<()>,
}

/// Starts a provider in a task of the current tokio runtime.
///
/// # Errors
/// When the environment says production, when the address cannot be listened on, or when the fixture uses names it does not
/// define.
pub async fn start(options: Options) -> Result<Provider, StartError> {
    refuse_production(env::var("LEPTOS_ENV").ok())?;
    let Options {
        addr,
        fixture,
        issuer_host,
    } = options;
    fixture.check()?;
    let listener = TcpListener::bind(addr)
        .await
        .map_err(|error| match error.kind() {
            io::ErrorKind::AddrInUse => StartError::PortTaken(addr),
            _ => StartError::Listen(addr, error),
        })?;
    let address = listener
        .local_addr()
        .map_err(|error| StartError::Listen(addr, error))?;
    let host = issuer_host.unwrap_or_else(|| host_of(address));
    let live = Live::new(fixture, format!("http://{host}/"));
    let router = routes::router(live.clone());
    let (running, stopped) = oneshot::channel();
    tokio::spawn(async move {
        let stop = async {
            let _ = stopped.await;
        };
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        if let Err(error) = axum::serve(listener, service)
            .with_graceful_shutdown(stop)
            .await
        {
            tracing::error!(%error, "the development identity provider stopped");
        }
    });
    Ok(Provider {
        live,
        address,
        _running: running,
    })
}

/// Listening on every address is no address to be called at.
fn host_of(address: SocketAddr) -> String {
    if address.ip().is_unspecified() {
        format!("localhost:{}", address.port())
    } else {
        address.to_string()
    }
}

fn refuse_production(environment: Option<String>) -> Result<(), StartError> {
    match environment {
        Some(name)
            if matches!(
                name.trim().to_ascii_lowercase().as_str(),
                "prod" | "production"
            ) =>
        {
            Err(StartError::Production(name))
        }
        _ => Ok(()),
    }
}

impl Provider {
    /// The value for `LOGTO_ENDPOINT`, as `http://127.0.0.1:3301/`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        self.live.endpoint().to_owned()
    }

    /// The `iss` of its tokens: the endpoint and `oidc`.
    #[must_use]
    pub fn issuer(&self) -> String {
        self.live.issuer().to_owned()
    }

    /// The address it listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The fixture as it is now.
    #[must_use]
    pub fn fixture(&self) -> Fixture {
        Fixture::clone(&self.live.fixture())
    }

    /// The settings of an application, as environment variables: endpoint, id and secret of the first application.
    #[must_use]
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        let mut settings = vec![("LOGTO_ENDPOINT", self.endpoint())];
        if let Some(application) = self.live.fixture().applications.first() {
            settings.push(("LOGTO_APP_ID", application.id.clone()));
            settings.extend(
                application
                    .secret
                    .clone()
                    .map(|secret| ("LOGTO_APP_SECRET", secret)),
            );
        }
        settings
    }

    /// An access token for somebody, without a sign-in: for testing an API. It has every permission that the person has there.
    ///
    /// # Errors
    /// When the person, the API or the organization is not known, or the person is not a member of the organization.
    pub fn access_token(&self, username: &str, what: TokenFor<'_>) -> Result<String, FixtureError> {
        access_token::make(&self.live, username, what)
    }

    /// Every request so far, in order.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.state(|state| state.requests.clone())
    }

    /// How many requests there were for a path, as `/oidc/token`.
    #[must_use]
    pub fn count(&self, path: &str) -> usize {
        self.state(|state| {
            state
                .requests
                .iter()
                .filter(|request| request.path == path)
                .count()
        })
    }

    /// Puts its clock ahead of (or, negative, behind) the machine's: codes and tokens age, `iat` moves.
    pub fn set_time_offset(&self, seconds: i64) {
        self.state(|state| state.controls.time_offset = seconds);
    }

    /// Replaces the refresh token at every refresh from now on. A replaced one goes on working for `grace`, which is three seconds at
    /// Logto; its use after that ends the grant.
    pub fn rotate_refresh_tokens(&self, grace: Duration) {
        self.state(|state| {
            state.controls.always_rotates = true;
            state.controls.grace = grace;
        });
    }

    /// Signs with a new key from now on. The old one stays published until the next rotation.
    pub fn rotate_signing_key(&self) {
        self.state(|state| state.keys.rotate());
    }

    /// Answers the next requests for a path with a status and a small JSON body, whatever they ask. A number that
    /// is no status counts as 500.
    pub fn fail_next(&self, path: &str, status: u16, times: u32) {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        self.add_fault(Fault {
            status: Some(status),
            ..Fault::next(path, times)
        });
    }

    /// Serves the next requests for a path, and breaks the connection before the answer is complete.
    pub fn lose_next(&self, path: &str, times: u32) {
        self.add_fault(Fault {
            loses_answer: true,
            ..Fault::next(path, times)
        });
    }

    /// Delays the next request for a path.
    pub fn delay_next(&self, path: &str, millis: u64) {
        self.add_fault(Fault {
            wait: Duration::from_millis(millis),
            ..Fault::next(path, 1)
        });
    }

    fn add_fault(&self, fault: Fault) {
        self.state(|state| state.controls.faults.add(fault));
    }

    /// Makes the next ID token invalid, and only that one.
    pub fn tamper(&self, tamper: Tamper) {
        self.state(|state| state.controls.tamper = Some(tamper));
    }

    /// Ends every session of a person here, as a sign-out in each of their browsers does: applications with a back-channel logout
    /// URI are notified, and have answered when this returns. An unknown name changes nothing.
    pub async fn end_sessions(&self, username: &str) {
        let shared = Shared::from_ref(&self.live);
        let Ok(user) = shared.fixture().id_of(username) else {
            return;
        };
        let deliveries = backchannel_logout::end_sessions(&shared, &mut shared.state(), user);
        backchannel_logout::deliver(deliveries).await;
    }

    /// Signs any claims as it signs its own, with this `typ` in the header: for tests of what an application refuses. The key that
    /// signs is published.
    #[must_use]
    pub fn sign(&self, typ: Option<&str>, claims: &Map<String, Value>) -> String {
        self.state(|state| state.keys.sign(typ, claims))
    }

    /// Suspends a person: sign-in, refresh and userinfo refuse them at once. An unknown name changes nothing.
    pub fn suspend(&self, username: &str) {
        if let Ok(id) = self.live.fixture().id_of(username) {
            self.state(|state| state.suspended.insert(id.to_owned()));
        }
    }

    /// Puts somebody into an organization with these roles, which take the place of those they had there.
    ///
    /// # Errors
    /// When the person, the organization or a role is not known.
    pub fn join(
        &self,
        username: &str,
        organization: &str,
        roles: &[&str],
    ) -> Result<(), FixtureError> {
        self.live
            .change(|fixture| fixture.join(username, organization, roles))
    }

    /// Takes somebody out of an organization: the next token for it is refused.
    ///
    /// # Errors
    /// When the person or the organization is not known.
    pub fn leave(&self, username: &str, organization: &str) -> Result<(), FixtureError> {
        self.live
            .change(|fixture| fixture.leave(username, organization))
    }

    /// Adds somebody like another, under a name and password of their own, so that tests do not disturb each other.
    ///
    /// # Errors
    /// When nobody is called so.
    pub fn add_like(&self, username: &str) -> Result<FixtureUser, FixtureError> {
        self.live
            .change(|fixture| fixture.add_like(username).cloned())
    }

    fn state<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.live.state())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn production_is_refused_however_it_is_spelt() {
        for name in ["PROD", "prod", "Production", " production "] {
            let error = refuse_production(Some(name.to_owned()))
                .unwrap_err()
                .to_string();
            assert!(error.contains("does not start in production"), "{error}");
        }
        for name in [None, Some("DEV"), Some("test"), Some("")] {
            assert!(refuse_production(name.map(str::to_owned)).is_ok());
        }
    }
}
