//! Pending sign-ins: each is sealed in a cookie of the browser that started it, so that anonymous
//! requests write nothing to the store.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use logto::Scopes;
use serde::{Deserialize, Serialize};
use tower_sessions::cookie::Cookie;

use crate::{
    auth::Auth,
    hash::{Hash, digest, hex},
    logto_auth::LogtoAuth,
    return_to::ReturnTo,
    seal::Place,
    store::StoreError,
};

/// How long a sign-in may take, in seconds.
pub(super) const PENDING_SECONDS: i64 = 600;
/// How many sign-ins one browser may have pending. The oldest gives way to a new one.
const MOST: usize = 5;
/// How long the cookies of the pending sign-ins of one browser may be together: proxies accept 8 KB
/// of headers in a line.
const MOST_BYTES: usize = 5000;
/// The longest value of a cookie that browsers accept, with its name (RFC 6265 section 6.1).
const LONGEST_COOKIE: usize = 4000;
/// How many cookies one answer removes. The next sign-ins remove the others.
const MOST_REMOVED: usize = 16;
/// The bytes of the hash of a `state` that are in the name of its cookie.
const ID: usize = 16;

/// A pending sign-in and its continuation.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct PendingSignIn {
    /// Names this sign-in in the log. It leads to nothing.
    pub name: String,
    /// The values that the callback is checked against.
    pub pending: logto::Pending,
    /// The page to go to afterwards.
    pub return_to: String,
    /// The newest sign-in of a browser has the highest number.
    number: u32,
    /// The scopes asked for are kept as the difference to the configured ones, because an
    /// application may have hundreds.
    #[serde(default, skip_serializing_if = "Scopes::is_empty")]
    left_out: Scopes,
    #[serde(default, skip_serializing_if = "Scopes::is_empty")]
    added: Scopes,
}

/// A pending sign-in with its cookie.
#[derive(Clone)]
pub(crate) struct Held {
    pub sign_in: PendingSignIn,
    id: String,
    size: usize,
}

impl Auth {
    /// The pending sign-ins of this browser, the oldest first.
    pub(super) fn pending_sign_ins(&self) -> Vec<Held> {
        let mut held: Vec<Held> = self
            .cookies
            .pending
            .iter()
            .filter_map(|(id, value)| self.app.open_pending(id, value))
            .collect();
        held.sort_by_key(|held| (held.sign_in.number, held.sign_in.pending.created_at));
        held
    }

    /// The pending sign-in that a `state` belongs to, if this browser started it within the last
    /// ten minutes.
    pub(super) fn pending_sign_in(&self, state: &str) -> Option<PendingSignIn> {
        let expected = id_of(&state_hash(state));
        let (id, value) = self
            .cookies
            .pending
            .iter()
            .find(|(id, _)| *id == expected)?;
        let held = self.app.open_pending(id, value)?;
        (held.sign_in.pending.state == state).then_some(held.sign_in)
    }

    /// The cookies that keep a new pending sign-in, and take away what there is no room for.
    ///
    /// # Errors
    /// When it cannot be sealed, or would make a cookie that browsers do not accept.
    pub(super) fn keep_pending(
        &self,
        name: String,
        mut pending: logto::Pending,
        return_to: &ReturnTo,
    ) -> Result<(PendingSignIn, Vec<Cookie<'static>>), StoreError> {
        let failed = |reason: &'static str| StoreError::new("keep a pending sign-in", reason);
        let mut held = self.pending_sign_ins();
        let state = state_hash(&pending.state);
        let asked = std::mem::take(&mut pending.scopes);
        let configured = self.client().config().asked_scopes();
        let sign_in = PendingSignIn {
            name,
            pending,
            return_to: shortened(return_to),
            number: held
                .last()
                .map_or(0, |last| last.sign_in.number.saturating_add(1)),
            left_out: configured.difference(&asked),
            added: asked.difference(&configured),
        };
        let id = id_of(&state);
        let place = Place {
            kind: "pending",
            row: id.as_bytes(),
        };
        let keys = self.app.parts().sessions.keys();
        let sealed = keys
            .seal(&place, &sign_in)
            .map_err(|error| StoreError::new("keep a pending sign-in", error))?;
        let value = URL_SAFE_NO_PAD.encode(sealed);
        if value.len() > LONGEST_COOKIE {
            return Err(failed(
                "it is longer than a cookie may be: too many scopes are asked for",
            ));
        }
        let mut room = MOST_BYTES.saturating_sub(value.len());
        let mut places = MOST - 1;
        let mut stays = Vec::new();
        while let Some(newest) = held.pop() {
            if places == 0 || newest.size > room {
                break;
            }
            (places, room) = (places - 1, room - newest.size);
            stays.push(newest.id);
        }
        let names = &self.app.parts().names;
        let gone = self.cookies.pending.iter().map(|(id, _)| id);
        let gone = gone.filter(|id| !stays.contains(id) && **id != *id_of(&state));
        let mut cookies: Vec<_> = gone
            .map(|id| names.pending(id, String::new(), 0))
            .take(MOST_REMOVED)
            .collect();
        cookies.push(names.pending(&id, value, PENDING_SECONDS));
        Ok((sign_in, cookies))
    }
}

impl LogtoAuth {
    /// The cookie that takes a pending sign-in away.
    pub(super) fn forget_pending(&self, state: &str) -> Cookie<'static> {
        let id = id_of(&state_hash(state));
        self.parts().names.pending(&id, String::new(), 0)
    }

    /// `None` when it was changed, sealed by a key that is gone, or is more than ten minutes old.
    fn open_pending(&self, id: &str, value: &str) -> Option<Held> {
        if value.len() > LONGEST_COOKIE {
            return None;
        }
        let sealed = URL_SAFE_NO_PAD.decode(value).ok()?;
        let place = Place {
            kind: "pending",
            row: id.as_bytes(),
        };
        let mut sign_in: PendingSignIn = self.parts().sessions.keys().open(&place, &sealed).ok()?;
        if sign_in.pending.expired(self.client().now()) {
            return None;
        }
        let configured = self.client().config().asked_scopes();
        sign_in.pending.scopes = configured
            .difference(&sign_in.left_out)
            .union(&sign_in.added);
        Some(Held {
            sign_in,
            id: id.to_owned(),
            size: value.len(),
        })
    }
}

/// The hash that stands for a `state` in the store.
pub(super) fn state_hash(state: &str) -> Hash {
    digest(&[b"state", state.as_bytes()])
}

/// The part of a cookie name that identifies a `state`.
fn id_of(state: &Hash) -> String {
    hex(state, ID)
}

/// A page that fits into a cookie: whole, else without its query, else the home page.
fn shortened(return_to: &ReturnTo) -> String {
    let whole = return_to.as_str();
    let path = whole.split(['?', '#']).next().unwrap_or_default();
    let fits = [whole, path]
        .into_iter()
        .find(|page| page.len() <= ReturnTo::LONGEST_KEPT);
    fits.unwrap_or("/").to_owned()
}
