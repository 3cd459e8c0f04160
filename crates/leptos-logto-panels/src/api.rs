//! The server functions: this crate's public API over HTTP, beside that of [`leptos_logto::api`].
//!
//! | function | request | for |
//! |---|---|---|
//! | [`load_user_info`] | GET `/api/user-info` | signed in |
//! | [`load_scopes`] | GET `/api/scopes` | signed in |
//! | [`choose_scopes`] | POST `/api/scopes/choose` | signed in |
//! | [`load_access_tokens`] | GET `/api/access-tokens` | signed in |
//! | [`refresh_access_token`] | POST `/api/access-tokens/refresh` | signed in |

mod access_tokens;
#[cfg(feature = "ssr")]
pub(crate) mod register;
mod scopes;
mod user_info;

pub use access_tokens::{
    LoadAccessTokens, RefreshAccessToken, load_access_tokens, refresh_access_token,
};
pub use scopes::{ChooseScopes, LoadScopes, choose_scopes, load_scopes};
pub use user_info::{LoadUserInfo, load_user_info};
