//! Which of the scopes that were granted are in use, and how to get others.

use std::sync::Arc;

use logto::{Audience, Identity, Scopes, scope};
use tokio::time::timeout;

use crate::{
    auth::{Auth, permission_grants::PermissionGrants},
    error::Error,
    error_chain::chain,
    hash::Hash,
    logto_auth::LogtoAuth,
    session::CurrentUser,
    store::StoreError,
    tokens::{EffectiveRequest, Flight, Freshness, PATIENCE, RefreshLease, TokenRequest},
};

/// How often tokens are dropped that other writes come before.
const WRITES: usize = 5;

/// The outcome of a choice of scopes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScopeChoice {
    /// The chosen scopes are the ones in use.
    Unchanged {
        /// What is in use although it was not chosen: [`scope::ORGANIZATIONS`], while a permission
        /// inside organizations is.
        kept: Scopes,
    },
    /// The chosen scopes are in use from now on. The session as it is read in the next request says
    /// so.
    Applied,
    /// It takes a new authorization that asks for these scopes: [`Auth::begin_sign_in`] with them
    /// as [`SignInRequest::scopes`](crate::SignInRequest::scopes). Nothing has changed, and the
    /// session stays as it is until the browser comes back with a new one.
    Authorize(Scopes),
}

impl LogtoAuth {
    /// Every scope that may be asked for: Logto's own, and the permissions the configuration names.
    #[must_use]
    pub fn offered_scopes(&self) -> Scopes {
        Scopes::from_iter(scope::USER).union(&self.client().config().asked_scopes())
    }

    pub(crate) fn check_offered(&self, scopes: &Scopes) -> Result<(), Error> {
        if scopes.is_subset(&self.offered_scopes()) {
            Ok(())
        } else {
            Err(Error::NotOffered)
        }
    }
}

impl Auth {
    /// Makes `chosen` the scopes in use, in the cheapest way that works.
    ///
    /// What is granted is switched on and off here: ID-token claims and access tokens that say more
    /// than is chosen, or less, are replaced. What is not granted needs a new authorization. The
    /// scopes of [`scope::RESERVED`] are always among them, and [`scope::ORGANIZATIONS`] is while a
    /// permission inside organizations is.
    ///
    /// `permissions` says which permissions were asked for and not granted: choosing one needs a
    /// new authorization, and leaving one out changes nothing. Whatever was asked for and not
    /// granted is asked for again in every new authorization, except permissions inside
    /// organizations without [`scope::ORGANIZATIONS`], and what is `turned_off`.
    /// [`permission_grants`](Self::permission_grants) looks them up. With
    /// [`PermissionGrants::default`], which asks nobody, every permission that was asked for counts
    /// as granted.
    ///
    /// `turned_off` are the scopes that were on when the person made the choice, and that they
    /// turned off. That they did is not to be seen otherwise once Logto grants one no longer, and
    /// it counts all the same: it is not asked for again. Anything else in it counts for nothing.
    ///
    /// The session keeps its id, because nobody gains a scope that the sign-in had not granted.
    /// This request keeps the session that it read before the change, including [`who`](Self::who).
    ///
    /// ```no_run
    /// use axum::response::{IntoResponse, Redirect, Response};
    /// use logto::Scopes;
    /// use logto_axum::{Auth, Error, ReturnTo, ScopeChoice, SignInRequest};
    ///
    /// /// Switches everything off but the email address and the orders.
    /// async fn only_orders(auth: Auth) -> Result<Response, Error> {
    ///     let chosen = Scopes::parse("email read:orders");
    ///     let permissions = auth.permission_grants(None).await?;
    ///     Ok(match auth.choose_scopes(&chosen, &Scopes::new(), &permissions).await? {
    ///         ScopeChoice::Unchanged { .. } | ScopeChoice::Applied => {
    ///             Redirect::to("/profile").into_response()
    ///         }
    ///         ScopeChoice::Authorize(scopes) => {
    ///             let mut request = SignInRequest::new(ReturnTo::parse("/profile"));
    ///             request.scopes = Some(scopes);
    ///             auth.begin_sign_in(request).await.into_response()
    ///         }
    ///     })
    /// }
    /// # let _: axum::Router = axum::Router::new().route("/scopes", axum::routing::post(only_orders));
    /// ```
    ///
    /// # Errors
    /// [`Error::NotOffered`] when a scope is none of [`offered_scopes`](LogtoAuth::offered_scopes);
    /// else as [`token`](Self::token), and then nothing has changed.
    pub async fn choose_scopes(
        &self,
        chosen: &Scopes,
        turned_off: &Scopes,
        permissions: &PermissionGrants,
    ) -> Result<ScopeChoice, Error> {
        let person = self.signed_in()?;
        self.app.check_offered(chosen)?;
        let config = self.client().config();
        let reserved = Scopes::from_iter(scope::RESERVED);
        let all = config.with_organizations(&reserved.union(chosen));
        let kept = all.difference(&reserved).difference(chosen);
        let held = person.held().difference(&permissions.refused);
        let refused = permissions.refused.union(&person.not_granted());
        let refused = refused.difference(turned_off);
        if !all.is_subset(&held.union(&reserved)) {
            let refused = refused.intersection(&self.app.offered_scopes());
            let all = with_refused(&all, &refused, &config.organization_permissions);
            return Ok(ScopeChoice::Authorize(all));
        }
        // What was refused is in no token, so there is nothing to switch off, but what would come
        // back with a role.
        let requested = person.scope.union(&person.asked);
        let off = requested.difference(&refused).difference(&all);
        let session = self.session_hash().ok_or(Error::SignedOut)?;
        let app = self.app.clone();
        // To the end, even when the browser hangs up: tokens may be replaced by this (F17).
        let work = self.app.spawn(async move {
            let tokens = &app.parts().tokens;
            let flight = tokens.flights.of(&session);
            let alone = timeout(PATIENCE, flight.alone()).await;
            let _alone = alone.map_err(|_| Error::TimedOut)?;
            let lease = tokens.lease_alone(&session, &flight).await?;
            switch(&app, &session, &flight, lease, &off).await
        });
        let changed = work.await.map_err(|_| Error::Interrupted)??;
        Ok(if changed {
            ScopeChoice::Applied
        } else {
            ScopeChoice::Unchanged { kept }
        })
    }
}

/// The chosen scopes, and those that are asked for again. Without memberships, chosen or asked for
/// again, there is no token that could have a permission `inside` organizations.
fn with_refused(chosen: &Scopes, refused: &Scopes, inside: &[String]) -> Scopes {
    let all = chosen.union(refused);
    if all.contains(scope::ORGANIZATIONS) {
        return all;
    }
    all.difference(&inside.iter().collect())
}

/// Switches scopes off, and all others on. The caller holds the flight of the session alone, and
/// its lease.
async fn switch(
    app: &LogtoAuth,
    session: &Hash,
    flight: &Arc<Flight>,
    lease: Option<Arc<RefreshLease>>,
    off: &Scopes,
) -> Result<bool, Error> {
    let sessions = &app.parts().sessions;
    let before = sessions.person(session).await?.ok_or(Error::SignedOut)?;
    if before.switched_off == *off {
        return Ok(false);
    }
    let mut after = before.clone();
    after.switched_off = off.clone();
    set(app, session, off).await?;
    let replaced = async {
        drop_tokens(app, session, lease.as_deref(), &before, &after).await?;
        if before.in_use() != after.in_use() {
            // The ID token of a narrowed refresh says that much less.
            let request = TokenRequest {
                freshness: Freshness::Now,
                ..TokenRequest::default()
            };
            let effective = EffectiveRequest::of(&request, &after)?;
            let identity = Identity::of(&after.claims);
            let tokens = &app.parts().tokens;
            tokens
                .refresh(session, flight, lease, &identity, &effective)
                .await?;
            // Then the claims of before are still there.
            if sessions.has_unwritten_tokens(session) {
                return Err(StoreError::new("write fresh claims", "the store failed").into());
            }
        }
        Ok::<_, Error>(())
    };
    match replaced.await {
        Ok(()) => Ok(true),
        Err(error) => {
            if let Err(error) = set(app, session, &before.switched_off).await {
                tracing::warn!(
                    error = chain(&error),
                    "a choice of scopes could not be taken back"
                );
            }
            Err(error)
        }
    }
}

async fn set(app: &LogtoAuth, session: &Hash, off: &Scopes) -> Result<(), Error> {
    let sessions = &app.parts().sessions;
    let change = |person: &mut CurrentUser| person.switched_off = off.clone();
    if sessions.change_person(session, change).await? {
        Ok(())
    } else {
        Err(Error::SignedOut)
    }
}

/// Drops the access tokens that would be requested differently now, and the noted refusals.
async fn drop_tokens(
    app: &LogtoAuth,
    session: &Hash,
    lease: Option<&RefreshLease>,
    before: &CurrentUser,
    after: &CurrentUser,
) -> Result<(), Error> {
    let asked = |audience: &Audience, person: &CurrentUser| {
        let request = TokenRequest::new(audience.clone());
        EffectiveRequest::of(&request, person)
            .ok()
            .map(|effective| effective.scopes)
    };
    let stays = |audience: &Audience| {
        let asked_now = asked(audience, after);
        asked_now.is_some() && asked_now == asked(audience, before)
    };
    let sessions = &app.parts().sessions;
    let holder = lease.map(RefreshLease::holder);
    for _ in 0..WRITES {
        let (mut record, version) = sessions.tokens(session).await?.ok_or(Error::SignedOut)?;
        let all = record.access_tokens.len();
        record
            .access_tokens
            .retain(|held| stays(&held.token.audience));
        let is_as_it_was = record.access_tokens.len() == all && record.refusals.is_empty();
        record.refusals.clear();
        if is_as_it_was
            || sessions
                .save_tokens(session, &record, Some(version), holder)
                .await?
        {
            return Ok(());
        }
    }
    // A refresh in another process began meanwhile: this one stood still for too long.
    Err(StoreError::overtaken().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_inside_organizations_are_asked_for_again_with_memberships_alone() {
        let inside = ["manage:billing".to_owned()];
        let all = |chosen: &str, refused: &str| {
            let (chosen, refused) = (Scopes::parse(chosen), Scopes::parse(refused));
            with_refused(&chosen, &refused, &inside)
        };
        let memberships = scope::ORGANIZATIONS;
        let whole = Scopes::parse(&format!("email phone manage:billing {memberships}"));
        for (chosen, refused) in [
            ("email", format!("phone manage:billing {memberships}")),
            (
                &*format!("email {memberships}"),
                "phone manage:billing".to_owned(),
            ),
        ] {
            assert_eq!(all(chosen, &refused), whole, "{chosen} {refused}");
        }
        let without = Scopes::parse("email phone");
        assert_eq!(all("email", "phone manage:billing"), without);
    }
}
