//! A token request, with the scopes that apply to one person.

use logto::{AccessToken, Audience, Scopes, Secret, scope};

use super::request::{Freshness, TokenRequest};
use crate::{
    error::{Error, NotGranted},
    session::CurrentUser,
};

/// A token request, with the scopes that apply to one person.
#[derive(Clone, Debug)]
pub(crate) struct EffectiveRequest {
    pub(crate) audience: Audience,
    /// The scopes to narrow the token to. With the audience, they are the key of a stored token.
    pub(crate) scopes: Option<Scopes>,
    pub(super) freshness: Freshness,
    /// A token that is known not to work.
    pub(super) spent: Option<Secret>,
    /// Whether the narrowing was not requested but follows from switched-off scopes. Then scopes
    /// that Logto has not granted are left out.
    pub(super) lenient: bool,
    /// Whether the ID token that comes along says all that the person lets it say, and no more.
    pub(super) whole: bool,
    /// The scopes that were switched off at the time of this request.
    pub(super) switched_off: Scopes,
}

impl EffectiveRequest {
    pub(crate) fn of(request: &TokenRequest, person: &CurrentUser) -> Result<Self, Error> {
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
        // Logto takes no scopes for all of them, and `openid` adds nothing to what a token opens
        // elsewhere.
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

    /// Whether no stored token or refusal answers this.
    pub(super) fn must_be_asked_for(&self) -> bool {
        self.freshness == Freshness::Now || self.spent.is_some()
    }

    pub(super) fn but_not(self, spent: Option<Secret>) -> Self {
        Self { spent, ..self }
    }

    /// Whether a token for this audience and these scopes serves.
    pub(super) fn accepts(&self, token: &AccessToken, now: u64) -> bool {
        self.bears(token, now) && token.fresh_at(now)
    }

    /// Whether it serves while there is no other: it may be about to end.
    pub(super) fn bears(&self, token: &AccessToken, now: u64) -> bool {
        let fresh_enough = match self.freshness {
            Freshness::Any => true,
            Freshness::Within(age) => now.saturating_sub(token.issued_at()) <= age.as_secs(),
            Freshness::Now => false,
        };
        fresh_enough && token.lives_at(now) && self.spent.as_ref() != Some(&token.token)
    }
}
