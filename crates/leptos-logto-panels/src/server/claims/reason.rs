use super::{Asked, Known};
use crate::model::Reason;

/// Why a claim is not there, of a scope that would bring it.
pub(super) fn reason(scope: &str, known: &Known) -> Reason {
    if known.switched_off.contains(scope) {
        return Reason::SwitchedOff;
    }
    if !known.granted.contains(scope) {
        // Logto drops what it does not grant without a word, so only the comparison tells.
        return if known.asked.contains(scope) {
            Reason::NotGranted
        } else {
            Reason::NotAsked
        };
    }
    match known.userinfo {
        Asked::Not => Reason::NotFetched,
        Asked::Silent => Reason::Unavailable,
        Asked::Answered(_) => Reason::NotSet,
    }
}
