//! The server functions.

mod access_tokens;
#[cfg(feature = "ssr")]
mod register;
mod scopes;
mod sessions;
mod user_info;

pub use access_tokens::{
    LoadAccessTokens, RefreshAccessToken, load_access_tokens, refresh_access_token,
};
#[cfg(feature = "ssr")]
pub use register::register_panels;
pub use scopes::{ChooseScopes, LoadScopes, choose_scopes, load_scopes};
pub use sessions::{
    EndOtherSessions, EndSession, LoadSessions, end_other_sessions, end_session, load_sessions,
};
pub use user_info::{LoadUserInfo, load_user_info};
