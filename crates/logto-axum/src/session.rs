//! Sessions: who is signed in, the tokens of each session, and the adapter to tower-sessions.

mod current_user;
mod data;
mod device;
mod ending;
mod found_sessions;
mod id;
mod last_use;
mod late_writes;
mod logout;
mod outage;
mod own_sessions;
mod owners;
mod pending_writes;
mod recent_sessions;
mod records;
mod refreshed_tokens;
mod refusals;
mod repository;
mod sealed;
mod token_record;
mod token_records;
mod tower;
mod unreadable;

#[cfg(any(fuzzing, test))]
pub(crate) use self::data::read_content;
pub use self::{current_user::CurrentUser, device::SessionDevice};
pub(crate) use self::{
    data::{SIGNED_IN, read_person, sid_hash, subject_hash, write_person},
    ending::Ending,
    id::session_hash,
    logout::{Fate, LoggedOut},
    outage::{RECOVERY, WRITE_INTERVAL},
    own_sessions::SessionOfPerson,
    recent_sessions::RecentSessions,
    records::SessionStatus,
    refreshed_tokens::RefreshedTokens,
    refusals::Refusals,
    repository::Sessions,
    token_record::TokenRecord,
};
