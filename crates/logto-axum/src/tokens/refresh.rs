//! One refresh: request tokens from Logto, check the response, store it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use logto::{AccessToken, Audience, Claims, Identity, Scopes, Secret, TokenError, scope};
use tokio::time::sleep;

use super::{
    effective_request::EffectiveRequest,
    lease::{POLL_INTERVAL, RefreshLease},
    service::{PATIENCE, TokenService},
    single_flight::Flight,
};
use crate::{
    error::{Error, NotGranted},
    error_chain::chain,
    hash::Hash,
    hooks::{RefreshFailed, RefreshFailure, SignOutCause, SignOutEvent, session_name},
    measurements::count_refresh,
    session::{CurrentUser, RefreshedTokens},
    store::{LeaseHolder, StoreError},
};

/// How often a lost compare-and-set is tried again before giving up.
const ATTEMPTS: usize = 5;
/// The claims of memberships and roles.
const ACCESS_CLAIMS: [&str; 3] = ["organizations", "organization_roles", "roles"];

impl TokenService {
    /// Gets a token by the refresh token of a session, unless the session has one that serves, or
    /// was refused it just now. The caller has the turn to ask, or the flight alone, and the lease
    /// if the store could be written.
    pub(crate) async fn refresh(
        &self,
        session: &Hash,
        flight: &Arc<Flight>,
        mut lease: Option<Arc<RefreshLease>>,
        identity: &Identity,
        request: &EffectiveRequest,
    ) -> Result<AccessToken, Error> {
        let sessions = &self.sessions;
        let client = &self.client;
        let mut scopes = request.scopes.clone();
        for _ in 0..ATTEMPTS {
            // This process may have stood still.
            if lease.as_ref().is_some_and(|lease| !lease.is_current()) {
                drop(lease);
                lease = self.lease_alone(session, flight).await?;
            }
            let (record, _) = sessions.tokens(session).await?.ok_or(Error::SignedOut)?;
            // Somebody else may have done it while we waited.
            if let Some(answer) = record.answer(request, client.now()) {
                return answer;
            }
            let Some(refresh_token) = record.refresh_token.as_ref() else {
                return self.end(session, Some(&identity.subject), request).await;
            };
            #[cfg(feature = "testing")]
            if let Some(error) = crate::testing::refusal(refresh_token, &request.audience) {
                return Err(refused(error, scopes.as_ref()));
            }
            self.request_budget.take(&identity.subject, client.now())?;
            let refreshed = client
                .refresh(
                    refresh_token,
                    &request.audience,
                    scopes.as_ref(),
                    Some(identity),
                )
                .await;
            let error = match refreshed {
                Ok(refreshed) => {
                    count_refresh("success");
                    return self
                        .keep(session, flight, lease, refresh_token, request, refreshed)
                        .await;
                }
                Err(error) => error,
            };
            if error.is_invalid_grant() {
                // The loser of a race must not end the winner's session (RF-16). Without the lease,
                // the winner may be another process that has not stored its tokens yet.
                if let Some(lease) = &lease
                    && !self.still_has_lease(session, lease).await
                {
                    continue;
                }
                let latest = sessions.tokens(session).await?;
                if latest.is_some_and(|(latest, _)| latest.refresh_token == record.refresh_token) {
                    tracing::info!("Logto no longer accepts the refresh token; the session ends");
                    sessions.delete(session).await?;
                    self.report(session, identity, request, RefreshFailure::Revoked);
                    return Err(Error::SignedOut);
                }
                continue;
            }
            // The response is about somebody else: nothing of this session can be trusted (RF-13).
            // A clock that is off or a key that is not published yet is no such thing, and passes.
            if is_about_another(&error) {
                tracing::warn!(
                    error = chain(&error),
                    "a refreshed ID token was refused; the session ends"
                );
                sessions.delete(session).await?;
                self.report(session, identity, request, RefreshFailure::AnotherPerson);
                let _ = self.revoke(refresh_token).await;
                return Err(Error::SignedOut);
            }
            // It is not for the caller to know which permissions Logto left out silently at the
            // sign-in.
            if let Some(NotGranted::Scopes(missing)) = NotGranted::read(&error, scopes.as_ref())
                && request.lenient
                && scopes.is_some()
            {
                scopes = scopes.map(|scopes| without(&scopes, &missing));
                continue;
            }
            if let Err(error) = self
                .note_refusal(session, flight, lease.as_deref(), request, &error)
                .await
            {
                tracing::warn!(error = chain(&error), "a refusal could not be noted");
            }
            let error = refused(error, scopes.as_ref());
            if !matches!(error, Error::Logto(_)) {
                count_refresh("denied");
            }
            if let Error::Logto(error) = &error {
                let failure = if error.is_transient() {
                    RefreshFailure::Unavailable
                } else {
                    RefreshFailure::Refused
                };
                self.report(session, identity, request, failure);
            }
            return Err(error);
        }
        Err(Error::Interrupted)
    }

    fn report(
        &self,
        session: &Hash,
        identity: &Identity,
        request: &EffectiveRequest,
        failure: RefreshFailure,
    ) {
        self.report_failure(session, Some(&identity.subject), &request.audience, failure);
    }

    /// Reports that Logto has given no token, and the end of the session if that is one.
    fn report_failure(
        &self,
        session: &Hash,
        subject: Option<&str>,
        audience: &Audience,
        failure: RefreshFailure,
    ) {
        let at = self.sessions.now();
        self.events.refresh_failed(RefreshFailed {
            at,
            failure,
            subject: subject.map(str::to_owned),
            session: session_name(session),
            audience: audience.clone(),
        });
        if failure.is_final() {
            let event = SignOutEvent {
                at,
                cause: SignOutCause::Refresh(failure),
                subject: subject.map(str::to_owned),
                session: session_name(session),
                client: None,
            };
            self.events.signed_out(session, event);
        }
    }

    /// Notes a refusal for an audience, and keeps concurrent changes of the record.
    async fn note_refusal(
        &self,
        session: &Hash,
        flight: &Flight,
        lease: Option<&RefreshLease>,
        request: &EffectiveRequest,
        error: &logto::Error,
    ) -> Result<(), StoreError> {
        let sessions = &self.sessions;
        let holder = lease.map(RefreshLease::holder);
        let _merging = flight.merging.lock().await;
        let mut is_removal = false;
        for _ in 0..ATTEMPTS {
            let Some((mut record, version)) = sessions.tokens(session).await? else {
                return Ok(());
            };
            if is_denied(error) {
                is_removal = record.forget_organization(&request.audience);
            }
            let is_new = record
                .refusals
                .note(&request.audience, error, self.client.now());
            if !is_new {
                return Ok(());
            }
            if sessions
                .save_tokens(session, &record, Some(version), holder)
                .await?
            {
                if is_removal {
                    sessions.announce_change(session).await;
                }
                return Ok(());
            }
        }
        Ok(())
    }

    /// Ends a session that nothing can keep up any more: its tokens are gone, or were never to be
    /// refreshed. It must not go on looking signed in.
    pub(crate) async fn end<T>(
        &self,
        session: &Hash,
        subject: Option<&str>,
        request: &EffectiveRequest,
    ) -> Result<T, Error> {
        tracing::info!("a session without usable tokens ends");
        // It may just have ended for another reason.
        let was_there = matches!(self.sessions.person(session).await, Ok(Some(_)));
        self.sessions.delete(session).await?;
        if was_there {
            let failure = RefreshFailure::NoTokens;
            self.report_failure(session, subject, &request.audience, failure);
        }
        Err(Error::SignedOut)
    }

    /// Stores the tokens of a refresh, and keeps concurrent changes of the record. Tokens that
    /// cannot be stored stay in this process until they can: a refresh token that was replaced
    /// works for three more seconds only (RF-07).
    async fn keep(
        &self,
        session: &Hash,
        flight: &Flight,
        lease: Option<Arc<RefreshLease>>,
        used: &Secret,
        request: &EffectiveRequest,
        refreshed: logto::Refreshed,
    ) -> Result<AccessToken, Error> {
        let sessions = &self.sessions;
        let tokens = RefreshedTokens::new(used, request.scopes.clone(), request.whole, &refreshed);
        let holder = lease.as_deref().map(RefreshLease::holder);
        let began = Instant::now();
        let unwritten = loop {
            match self.merge(session, flight, &tokens, holder).await {
                Ok(Merged::Stored { is_reduced }) => {
                    let claims = refreshed.id_token.as_ref().map(|(_, claims)| claims);
                    let claims = claims.filter(|_| request.whole);
                    let has_changed = match claims {
                        Some(claims) => self.keep_claims(session, request, claims).await,
                        None => false,
                    };
                    if is_reduced || has_changed {
                        sessions.announce_change(session).await;
                    }
                    return Ok(refreshed.access_token);
                }
                Ok(Merged::Refused) if began.elapsed() < PATIENCE => sleep(POLL_INTERVAL).await,
                Ok(Merged::Refused) => break StoreError::overtaken(),
                Ok(Merged::SignedOut) => {
                    // Signed out during the refresh: the new tokens must be revoked (RF-20).
                    let secret = refreshed.refresh_token.as_ref().unwrap_or(used);
                    let _ = self.revoke(secret).await;
                    return Err(Error::SignedOut);
                }
                Err(error) if error.is_passing() && began.elapsed() < PATIENCE => {
                    sleep(POLL_INTERVAL).await;
                }
                Err(error) => {
                    self.flights.note_rotation(tokens.has_rotated());
                    break error;
                }
            }
        };
        sessions.keep_unwritten(session, tokens, unwritten)?;
        if let Some(lease) = lease {
            self.hold_until_written(*session, lease);
        }
        Ok(refreshed.access_token)
    }

    /// Stores the claims of a refreshed ID token. Gives back whether the memberships or roles of the
    /// person have changed.
    async fn keep_claims(
        &self,
        session: &Hash,
        request: &EffectiveRequest,
        claims: &Claims,
    ) -> bool {
        let has_changed = AtomicBool::new(false);
        let change = |person: &mut CurrentUser| {
            // Somebody may have switched scopes since, and these claims would be outdated.
            // Concurrent responses come in any order.
            let is_newer = claims.iat.value() >= person.claims.iat.value();
            if is_newer && person.switched_off == request.switched_off {
                let differs = |name: &&str| person.claims.get(name) != claims.get(name);
                has_changed.store(ACCESS_CLAIMS.iter().any(differs), Ordering::Relaxed);
                person.claims = claims.clone();
            }
        };
        if let Err(error) = self.sessions.change_person(session, change).await {
            tracing::warn!(error = chain(&error), "fresh claims could not be stored");
        }
        has_changed.into_inner()
    }

    /// Keeps other processes from the refresh token that the store still has, for as long as the
    /// lease can be renewed.
    fn hold_until_written(&self, session: Hash, lease: Arc<RefreshLease>) {
        let sessions = self.sessions.clone();
        tokio::spawn(async move {
            while lease.is_current() && sessions.has_unwritten_tokens(&session) {
                sleep(POLL_INTERVAL).await;
            }
        });
    }

    /// Merges what a refresh brought into the record. What an earlier holder of the lease stores
    /// late is refused while another one has it; after that it may be superfluous, which is no
    /// reason to revoke it: that would end the grant.
    async fn merge(
        &self,
        session: &Hash,
        flight: &Flight,
        tokens: &RefreshedTokens,
        holder: Option<&LeaseHolder>,
    ) -> Result<Merged, StoreError> {
        let sessions = &self.sessions;
        let _merging = flight.merging.lock().await;
        let Some((mut record, version)) = sessions.tokens(session).await? else {
            return Ok(Merged::SignedOut);
        };
        let is_reduced = tokens.reduces(&record);
        if tokens.merge_into(&mut record, self.client.now()) {
            self.flights.note_rotation(tokens.has_rotated());
        }
        let saved = sessions
            .save_tokens(session, &record, Some(version), holder)
            .await?;
        Ok(if saved {
            Merged::Stored { is_reduced }
        } else {
            Merged::Refused
        })
    }
}

/// The outcome of merging tokens into the record of a session.
enum Merged {
    /// `is_reduced`: a permission was removed since the earlier token.
    Stored {
        is_reduced: bool,
    },
    /// Another write came first, or another process has the lease.
    Refused,
    SignedOut,
}

/// Converts a response of Logto to the error of a token request with these scopes.
pub(super) fn refused(error: logto::Error, asked: Option<&Scopes>) -> Error {
    match NotGranted::read(&error, asked) {
        Some(reason) => Error::NotGranted(reason),
        None if error.is_forbidden() => Error::Forbidden(error),
        None => Error::Logto(error),
    }
}

/// At least one scope, because none would be all.
fn without(scopes: &Scopes, missing: &Scopes) -> Scopes {
    let left = scopes.difference(missing);
    if left.is_empty() {
        Scopes::parse(scope::OPENID)
    } else {
        left
    }
}

/// Whether the person may not have any token for the audience: for an organization, they are not in
/// it.
fn is_denied(error: &logto::Error) -> bool {
    matches!(error, logto::Error::Token(TokenError::Refused(refusal)) if refusal.error == "access_denied")
}

/// Whether a refreshed ID token is about somebody else. An algorithm, a key, a format or a time
/// that is not accepted here may be a setting of ours that is wrong, or a change at the provider:
/// it passes, and ends no session.
fn is_about_another(error: &logto::Error) -> bool {
    use logto::{IdTokenError as E, JwtError as J};

    let logto::Error::IdToken(error) = error else {
        return false;
    };
    matches!(
        error,
        E::AnotherPerson
            | E::AnotherSignIn
            | E::Nonce
            | E::Audience { .. }
            | E::AuthorizedParty
            | E::AccessTokenHash
            | E::Jwt(J::Issuer { .. } | J::Subject | J::Claim(_) | J::Signature)
    )
}
