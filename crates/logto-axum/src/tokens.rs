//! Access tokens: from the session's record while they serve, else by one refresh that everybody waits for who wants the same.
//!
//! Logto revokes a whole grant when a replaced refresh token is used again more than three seconds later. So the refreshes of a
//! session for different audiences overlap only while Logto keeps the refresh token (RF-01, RF-04), a result is stored at
//! once and by compare-and-set (F1, F3), and the work goes on when the request that asked for it is dropped (F17) or has
//! waited long enough (RF-19). What was refused a moment ago is not asked for again, and no browser makes this server ask
//! as often as it can.

mod flight;
mod lookup;
mod refresh;
mod request_budget;
mod revocation;
mod user_info;

use std::time::{Duration, Instant};

use logto::{AccessToken, Audience, Identity, Scopes, Secret, scope};
use tokio::time::timeout;

pub(crate) use self::{
    flight::{Flight, Flights},
    refresh::{end, refresh},
    request_budget::RequestBudget,
    revocation::Revocations,
    user_info::UserInfoFlights,
};
use crate::{
    auth::Auth,
    error::{Error, NotGranted},
    hash::Hash,
    logto_auth::LogtoAuth,
    session::SignedIn,
};

/// How long somebody waits for a token (RF-19).
pub(crate) const PATIENCE: Duration = Duration::from_secs(6);
/// How long somebody waits for a token who has one that is about to end.
const EARLY_PATIENCE: Duration = Duration::from_secs(1);

/// Which access token is wanted. The default is the one for Logto itself, from the session's record if it is there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TokenRequest {
    /// What it is for.
    pub audience: Audience,
    /// Only for these scopes; for none of them, if there are none here. `None`: for all that were granted.
    pub scopes: Option<Scopes>,
    /// How fresh it must be.
    pub freshness: Freshness,
}

/// How fresh a token must be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Freshness {
    /// It only has to be good for a while yet.
    #[default]
    Any,
    /// Logto has given it at most that long ago.
    Within(Duration),
    /// Logto is asked, also when it has just given one or refused. Not for a browser to ask for as often as it likes.
    Now,
}

/// A token and where it came from.
#[derive(Clone, Debug, PartialEq)]
pub struct Obtained {
    /// The token.
    pub token: AccessToken,
    /// Whether it was at hand, so that Logto was not asked.
    pub cached: bool,
}

impl Auth {
    /// An access token for `audience`: the stored one while it is good, else a new one.
    ///
    /// Success says nothing about permissions: look at [`AccessToken::scope`], which may be empty.
    ///
    /// # Errors
    /// As [`token`](Self::token).
    pub async fn access_token(&self, audience: Audience) -> Result<AccessToken, Error> {
        let request = TokenRequest {
            audience,
            ..TokenRequest::default()
        };
        self.token(&request).await.map(|obtained| obtained.token)
    }

    /// An access token: the stored one if it is fresh enough, else a new one. Scopes that the person has switched off are
    /// never in it.
    ///
    /// Success says nothing about permissions: look at [`AccessToken::scope`], which may be empty.
    ///
    /// A refusal that is about the audience holds for twenty seconds in that session, in which Logto is not asked about it
    /// again.
    ///
    /// # Errors
    /// [`Error::SignedOut`] when the session has ended, also at Logto; [`Error::Forbidden`] when the person is not in that
    /// organization; [`Error::NotGranted`] when the sign-in did not bring it; [`Error::NotOffered`] when a scope is none of
    /// [`offered_scopes`](crate::LogtoAuth::offered_scopes); [`Error::Throttled`] when Logto was asked more than 120
    /// things at once for this person, and since then more than two each second; [`Error::TimedOut`] when there is none after
    /// six seconds, while the work goes on; [`Error::Logto`] and [`Error::Store`] for faults that leave the session as it was.
    pub async fn token(&self, request: &TokenRequest) -> Result<Obtained, Error> {
        if let Some(scopes) = &request.scopes {
            self.app.check_offered(scopes)?;
        }
        self.obtain(request, None).await
    }

    /// The token that is at hand and has not ended, if there is one. Logto is not asked.
    ///
    /// # Errors
    /// As [`token`](Self::token), but for those of Logto.
    pub async fn held_token(&self, request: &TokenRequest) -> Result<Option<AccessToken>, Error> {
        let wanted = Wanted::of(request, self.signed_in()?)?;
        let session = self.session_hash().ok_or(Error::SignedOut)?;
        let sessions = &self.app.parts().sessions;
        let stored = sessions.tokens(&session).await?;
        let now = self.app.client().now();
        Ok(stored.and_then(|(record, _)| record.find_living(&wanted, now).cloned()))
    }

    /// An access token that is not the one that is `spent`: known not to work.
    pub(crate) async fn token_other_than(
        &self,
        request: &TokenRequest,
        spent: Secret,
    ) -> Result<Obtained, Error> {
        self.obtain(request, Some(spent)).await
    }

    async fn obtain(
        &self,
        request: &TokenRequest,
        spent: Option<Secret>,
    ) -> Result<Obtained, Error> {
        let wanted = Wanted::of(request, self.signed_in()?)?.but_not(spent.clone());
        let session = self.session_hash().ok_or(Error::SignedOut)?;
        let app = self.app.clone();
        let now = app.client().now();
        let Some((record, _)) = app.parts().sessions.tokens(&session).await? else {
            return end(&app, &session).await;
        };
        if let Some(token) = record.find(&wanted, now) {
            return Ok(Obtained {
                token: token.clone(),
                cached: true,
            });
        }
        if let Some(error) = record.refusals.find(&wanted, now) {
            return Err(refresh::refused(error, wanted.scopes.as_ref()));
        }
        let living = record.find_living(&wanted, now).cloned();
        let patience = living.as_ref().map_or(PATIENCE, |_| EARLY_PATIENCE);
        let (since, request) = (Instant::now(), request.clone());
        let work = async move { replace(&app, &session, &request, spent, since).await };
        let outcome = match timeout(patience, self.app.spawn(work)).await {
            Ok(ended) => ended.map_err(|_| Error::Interrupted)?,
            Err(_) => Err(Error::TimedOut),
        };
        match (outcome, living) {
            (Ok(token), _) => Ok(Obtained {
                token,
                cached: false,
            }),
            // It was to be replaced early; that this did not succeed is no reason not to use it (RF-10, RF-15).
            (Err(error), Some(token))
                if error.is_passing() && token.lives_at(self.app.client().now()) =>
            {
                Ok(Obtained {
                    token,
                    cached: true,
                })
            }
            (Err(error), _) => Err(error),
        }
    }
}

/// Gets a token in the place of one that is missing or does not serve, when it is its turn.
async fn replace(
    app: &LogtoAuth,
    session: &Hash,
    request: &TokenRequest,
    spent: Option<Secret>,
    since: Instant,
) -> Result<AccessToken, Error> {
    let parts = app.parts();
    let flight = parts.flights.of(session);
    let turn = async {
        let scopes = flight.shared().await;
        // Scopes may have been switched since this request read the session. No new token is to have what is off now.
        let person = parts.sessions.person(session).await?;
        let person = person.ok_or(Error::SignedOut)?;
        let wanted = Wanted::of(request, &person)?.but_not(spent);
        let same = flight.same(&wanted).await;
        let turn = match flight.serves(&wanted, since) {
            Some(_) => None,
            None => Some(
                flight
                    .turn(&parts.flights, &parts.sessions, session)
                    .await?,
            ),
        };
        Ok::<_, Error>((scopes, same, turn, wanted, person))
    };
    // Whoever has not come to ask by then is not waited for any more.
    let left = PATIENCE.saturating_sub(since.elapsed());
    let turn = timeout(left, turn).await.map_err(|_| Error::TimedOut)?;
    let (_scopes, _same, _turn, wanted, person) = turn?;
    if let Some(outcome) = flight.serves(&wanted, since) {
        return outcome;
    }
    // Whose session it is: what a refreshed ID token must say too (RF-13).
    let identity = Identity::of(&person.claims);
    let outcome = refresh(app, session, &flight, &identity, &wanted).await;
    flight.note(&wanted, &outcome);
    outcome
}

/// What a request for a token comes to for one person.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    pub(crate) audience: Audience,
    /// What to narrow it to; with the audience, what a token is kept by.
    pub(crate) scopes: Option<Scopes>,
    freshness: Freshness,
    /// A token that is known not to work.
    spent: Option<Secret>,
    /// Whether the narrowing was not asked for but follows from what is switched off. Then what Logto has not granted is
    /// left out.
    lenient: bool,
    /// Whether the ID token that comes along says all that the person lets it say, and no more.
    whole: bool,
    /// What was switched off when this was asked for.
    switched_off: Scopes,
}

impl Wanted {
    pub(crate) fn of(request: &TokenRequest, person: &SignedIn) -> Result<Self, Error> {
        let off = &person.switched_off;
        let audience = request.audience.clone();
        if audience.organization().is_some() && off.contains(scope::ORGANIZATIONS) {
            let organizations = Scopes::from_iter([scope::ORGANIZATIONS]);
            return Err(NotGranted::SwitchedOff(organizations).into());
        }
        let about_the_person = audience == Audience::Default;
        let granted = if about_the_person {
            person.scope.clone()
        } else {
            person.asked.permissions()
        };
        let in_use = granted.difference(off);
        let scopes = match &request.scopes {
            Some(scopes) => Some(scopes.difference(off)),
            None if in_use == granted => None,
            None => Some(in_use),
        };
        // Logto takes no scopes for all of them, and `openid` adds nothing to what a token opens elsewhere.
        let scopes = scopes.map(|scopes| {
            if about_the_person || scopes.is_empty() {
                Scopes::parse(scope::OPENID).union(&scopes)
            } else {
                scopes
            }
        });
        let whole = match &scopes {
            None => person.scope.intersection(off).is_empty(),
            Some(scopes) => about_the_person && *scopes == person.in_use(),
        };
        Ok(Self {
            audience,
            scopes,
            freshness: request.freshness,
            spent: None,
            lenient: request.scopes.is_none(),
            whole,
            switched_off: off.clone(),
        })
    }

    /// Whether nothing that Logto said before will do.
    fn must_be_asked_for(&self) -> bool {
        self.freshness == Freshness::Now || self.spent.is_some()
    }

    fn but_not(self, spent: Option<Secret>) -> Self {
        Self { spent, ..self }
    }

    /// Whether a token for this audience and these scopes serves.
    fn accepts(&self, token: &AccessToken, now: u64) -> bool {
        self.bears(token, now) && token.fresh_at(now)
    }

    /// Whether it serves while there is no other: it may be about to end.
    fn bears(&self, token: &AccessToken, now: u64) -> bool {
        let fresh_enough = match self.freshness {
            Freshness::Any => true,
            Freshness::Within(age) => now.saturating_sub(token.issued_at()) <= age.as_secs(),
            Freshness::Now => false,
        };
        fresh_enough && token.lives_at(now) && self.spent.as_ref() != Some(&token.token)
    }
}
