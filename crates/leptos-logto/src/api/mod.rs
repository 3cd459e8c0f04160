//! The server functions: this crate's public API over HTTP.
//!
//! | function | request | for |
//! |---|---|---|
//! | [`start_sign_in`] | GET `/sign-in` | anybody |
//! | [`finish_sign_in`] | GET `/callback` | whoever started it |
//! | [`sign_out`] | POST `/sign-out` | anybody |
//! | [`load_session`] | GET `/api/session` | anybody |
//! | [`stay_signed_in`] | POST `/api/session/stay` | signed in |
//! | [`load_user_info`] | GET `/api/user-info` | signed in |
//! | [`load_organizations`] | GET `/api/organizations` | signed in |
//! | [`load_organization`] | GET `/api/organization` | a member |
//! | [`open_organization`] | GET `/org` | anybody: a redirect to a page that asks for more |
//! | [`check_access`] | GET `/api/access` | signed in |
//! | [`load_scopes`] | GET `/api/scopes` | signed in |
//! | [`choose_scopes`] | POST `/scopes/choose` | signed in |
//! | [`load_access_tokens`] | GET `/api/access-tokens` | signed in |
//! | [`refresh_access_token`] | POST `/api/access-tokens/refresh` | signed in |

mod access;
mod access_tokens;
mod organizations;
mod scopes;
mod session;
mod sign_in;
mod viewer;

pub use access::{CheckAccess, check_access};
pub use access_tokens::{
    LoadAccessTokens, RefreshAccessToken, load_access_tokens, refresh_access_token,
};
pub use organizations::{LoadOrganization, OpenOrganization, load_organization, open_organization};
pub use scopes::{ChooseScopes, LoadScopes, choose_scopes, load_scopes};
pub use session::{LoadSession, StaySignedIn, load_session, stay_signed_in};
pub use sign_in::{FinishSignIn, SignOut, StartSignIn, finish_sign_in, sign_out, start_sign_in};
pub use viewer::{LoadOrganizations, LoadUserInfo, load_organizations, load_user_info};
