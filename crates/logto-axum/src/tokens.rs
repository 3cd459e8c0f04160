//! Access tokens: from the session's record while they are fresh, else by one refresh that everybody waits for.
//!
//! Logto revokes a whole grant when a spent refresh token is used again, so refreshes of one session never overlap
//! (RF-01, RF-04), a result is stored at once and by compare-and-set (F1, F3), and the work goes on when the request
//! that asked for it is dropped (F17).

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use logto::{AccessToken, Audience, Claims, Identity, Secret};
use serde::{Deserialize, Serialize};

use crate::{Auth, Error, Hash, LogtoAuth, StoreError, error::chain};

/// How often a lost compare-and-set is tried again before giving up.
const ATTEMPTS: usize = 5;
/// How long a store that failed is left alone.
const AGAIN: Duration = Duration::from_millis(200);

/// The tokens of one session, as they are sealed.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct TokenRecord {
    pub id_token: Secret,
    pub refresh_token: Option<Secret>,
    pub access_tokens: Vec<AccessToken>,
}

impl TokenRecord {
    fn fresh(&self, audience: &Audience, now: u64) -> Option<&AccessToken> {
        self.access_tokens
            .iter()
            .find(|token| token.audience == *audience && token.fresh_at(now))
    }

    fn put(&mut self, token: AccessToken) {
        self.access_tokens
            .retain(|other| other.audience != token.audience);
        self.access_tokens.push(token);
    }
}

/// One lock for each session that is refreshing, with what the last flight under it brought.
#[derive(Debug, Default)]
pub(crate) struct Flights(Mutex<HashMap<Hash, Flight>>);

type Flight = Arc<tokio::sync::Mutex<Option<Landed>>>;

/// What a flight brought: for those who were waiting when it landed, and for nobody later.
#[derive(Debug)]
struct Landed {
    at: Instant,
    audience: Audience,
    outcome: Result<AccessToken, logto::Error>,
}

impl Landed {
    /// The outcome, for somebody who has been waiting since then. A token is for its own audience; that Logto does not
    /// answer is so for all of them.
    fn serves(&self, since: Instant, audience: &Audience) -> Option<Result<AccessToken, Error>> {
        let outcome = match &self.outcome {
            Ok(token) if self.audience == *audience => Ok(token.clone()),
            Err(error) if error.is_transient() => Err(Error::Logto(error.clone())),
            _ => return None,
        };
        (self.at >= since).then_some(outcome)
    }
}

impl Flights {
    fn of(&self, session: &Hash) -> Flight {
        let mut flights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        flights.retain(|_, lock| Arc::strong_count(lock) > 1);
        Arc::clone(flights.entry(*session).or_default())
    }
}

impl Auth {
    /// An access token for `audience`: the stored one while it is fresh, else a new one.
    ///
    /// Success says nothing about permissions: look at [`AccessToken::scope`], which may be empty.
    ///
    /// # Errors
    /// [`Error::SignedOut`] when the session has ended, also at Logto; [`Error::Forbidden`] when Logto says no;
    /// [`Error::Logto`] and [`Error::Store`] for faults that leave the session as it was.
    pub async fn access_token(&self, audience: Audience) -> Result<AccessToken, Error> {
        self.token(audience, None).await
    }

    /// The claims of the userinfo endpoint, always asked for anew.
    ///
    /// # Errors
    /// As [`access_token`](Self::access_token).
    pub async fn user_info(&self) -> Result<Claims, Error> {
        let subject = &self.signed_in()?.claims.sub;
        let client = self.app.client();
        let token = self.access_token(Audience::Default).await?;
        match client.user_info(&token.token, subject).await {
            Ok(claims) => Ok(claims),
            // The token was taken back before its time: one forced refresh, one more try, never a third (RF-14).
            Err(error) if error.status() == Some(401) => {
                let token = self.token(Audience::Default, Some(token.token)).await?;
                client
                    .user_info(&token.token, subject)
                    .await
                    .map_err(Error::Logto)
            }
            Err(error) => Err(Error::Logto(error)),
        }
    }

    /// As `access_token`, but never the token that is known not to work.
    async fn token(&self, audience: Audience, spent: Option<Secret>) -> Result<AccessToken, Error> {
        // Whose session it is: what a refreshed ID token must say too (RF-13).
        let identity = Identity::of(&self.signed_in()?.claims);
        let session = self.session_hash().ok_or(Error::SignedOut)?;
        let app = self.app.clone();
        let now = app.client().now();
        let usable = |token: &AccessToken| spent.as_ref() != Some(&token.token);
        let Some((record, _)) = app.parts().sessions.tokens(&session).await? else {
            return end(&app, &session).await;
        };
        if let Some(token) = record.fresh(&audience, now).filter(|token| usable(token)) {
            return Ok(token.clone());
        }
        let since = Instant::now();
        let work = tokio::spawn(async move {
            let flight = app.parts().flights.of(&session);
            let mut landed = flight.lock().await;
            if let Some(outcome) = landed
                .as_ref()
                .and_then(|last| last.serves(since, &audience))
            {
                return outcome;
            }
            let outcome = refresh(&app, &session, &identity, &audience, spent.as_ref()).await;
            let shared = match &outcome {
                Ok(token) => Some(Ok(token.clone())),
                Err(Error::Logto(error)) => Some(Err(error.clone())),
                Err(_) => None,
            };
            *landed = shared.map(|outcome| Landed {
                at: Instant::now(),
                audience,
                outcome,
            });
            outcome
        });
        work.await.map_err(|_| Error::Interrupted)?
    }
}

async fn refresh(
    app: &LogtoAuth,
    session: &Hash,
    identity: &Identity,
    audience: &Audience,
    spent: Option<&Secret>,
) -> Result<AccessToken, Error> {
    let sessions = &app.parts().sessions;
    let client = app.client();
    for _ in 0..ATTEMPTS {
        let (record, version) = sessions.tokens(session).await?.ok_or(Error::SignedOut)?;
        // Somebody else may have done it while we waited.
        if let Some(token) = record
            .fresh(audience, client.now())
            .filter(|token| spent != Some(&token.token))
        {
            return Ok(token.clone());
        }
        let Some(refresh_token) = record.refresh_token.as_ref() else {
            return end(app, session).await;
        };
        match client
            .refresh(refresh_token, audience, None, Some(identity))
            .await
        {
            Ok(refreshed) => {
                return keep(app, session, record.refresh_token.as_ref(), refreshed).await;
            }
            Err(error) if error.is_invalid_grant() => {
                // The loser of a race must not end the winner's session (RF-16).
                let unchanged = sessions
                    .tokens(session)
                    .await?
                    .is_some_and(|(_, latest)| latest == version);
                if unchanged {
                    tracing::info!("Logto no longer accepts the refresh token; the session ends");
                    sessions.delete(session).await?;
                    return Err(Error::SignedOut);
                }
            }
            // What came is about somebody else: nothing of this session can be trusted (RF-13). A clock that is off or a
            // key that is not published yet is no such thing, and passes.
            Err(error) if is_about_another(&error) => {
                tracing::warn!(
                    error = chain(&error),
                    "a refreshed ID token was refused; the session ends"
                );
                sessions.delete(session).await?;
                revoke(client, refresh_token).await;
                return Err(Error::SignedOut);
            }
            Err(error) if error.is_forbidden() => return Err(Error::Forbidden(error)),
            Err(error) => return Err(Error::Logto(error)),
        }
    }
    Err(Error::Interrupted)
}

/// Ends a session that nothing can keep up any more: its tokens are gone, or were never to be refreshed. It must not go on
/// looking signed in.
async fn end<T>(app: &LogtoAuth, session: &Hash) -> Result<T, Error> {
    tracing::info!("a session without usable tokens ends");
    app.parts().sessions.delete(session).await?;
    Err(Error::SignedOut)
}

fn is_about_another(error: &logto::Error) -> bool {
    use logto::IdTokenError as E;

    let logto::Error::IdToken(error) = error else {
        return false;
    };
    !matches!(
        error,
        E::UnknownKey { .. }
            | E::NoKey(_)
            | E::SignatureWithoutKid
            | E::Expired { .. }
            | E::FromTheFuture { .. }
            | E::Stale { .. }
    )
}

/// Stores what a refresh brought, beside whatever others stored meanwhile. A store that fails is asked again, since a
/// refresh token that was replaced works for three more seconds only (RF-07).
async fn keep(
    app: &LogtoAuth,
    session: &Hash,
    used: Option<&Secret>,
    refreshed: logto::Refreshed,
) -> Result<AccessToken, Error> {
    let sessions = &app.parts().sessions;
    let mut outcome = Error::Interrupted;
    for _ in 0..ATTEMPTS {
        match merge(app, session, &refreshed).await {
            Ok(Some(true)) => {
                if let Some((_, claims)) = &refreshed.id_token
                    && let Err(error) = sessions.replace_claims(session, claims).await
                {
                    tracing::warn!(error = chain(&error), "fresh claims could not be stored");
                }
                return Ok(refreshed.access_token);
            }
            Ok(Some(false)) => {}
            Ok(None) => {
                // Signed out while we refreshed: what came must not live on (RF-20).
                if let Some(secret) = refreshed.refresh_token.as_ref().or(used) {
                    revoke(app.client(), secret).await;
                }
                return Err(Error::SignedOut);
            }
            Err(error) => {
                tracing::warn!(
                    error = chain(&error),
                    "refreshed tokens could not be stored yet"
                );
                outcome = error.into();
                tokio::time::sleep(AGAIN).await;
            }
        }
    }
    Err(outcome)
}

/// `None` when the session has ended, `false` when another write came first.
async fn merge(
    app: &LogtoAuth,
    session: &Hash,
    refreshed: &logto::Refreshed,
) -> Result<Option<bool>, StoreError> {
    let sessions = &app.parts().sessions;
    let Some((mut record, version)) = sessions.tokens(session).await? else {
        return Ok(None);
    };
    if let Some(secret) = &refreshed.refresh_token {
        record.refresh_token = Some(secret.clone());
    }
    if let Some((id_token, _)) = &refreshed.id_token {
        record.id_token = id_token.clone();
    }
    record.put(refreshed.access_token.clone());
    let saved = sessions
        .save_tokens(session, &record, Some(version))
        .await?;
    Ok(Some(saved))
}

async fn revoke(client: &logto::Client, secret: &Secret) {
    if let Err(error) = client.revoke(secret).await {
        tracing::warn!(
            error = chain(&error),
            "tokens of a session that has ended could not be revoked"
        );
    }
}
