//! Server side: builds the model of the panels from claims, scopes and tokens.

mod access_tokens;
mod claims;
mod page_notice;
mod scopes;
mod sessions;
mod user_info;

pub(crate) use access_tokens::{access_tokens, refresh_access_token};
pub(crate) use scopes::{Choice, choose, load};
pub(crate) use sessions::{end_other_sessions, end_session, own_sessions};
pub(crate) use user_info::user_info;
