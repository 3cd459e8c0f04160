use super::{ClaimSources, UserInfoAnswer};
use crate::model::Reason;

/// Why a claim is not there, of a scope that would bring it.
pub(super) fn reason(scope: &str, sources: &ClaimSources) -> Reason {
    if sources.switched_off.contains(scope) {
        return Reason::SwitchedOff;
    }
    if !sources.granted.contains(scope) {
        // Logto silently drops what it does not grant, so only a comparison with the request shows
        // it.
        return if sources.asked.contains(scope) {
            Reason::NotGranted
        } else {
            Reason::NotAsked
        };
    }
    match sources.userinfo {
        UserInfoAnswer::NotRequested => Reason::NotFetched,
        UserInfoAnswer::Unavailable => Reason::Unavailable,
        UserInfoAnswer::Answered(_) => Reason::NotSet,
    }
}
