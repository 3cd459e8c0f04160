//! The server functions: this crate's public API over HTTP.
//!
//! | function | request | for |
//! |---|---|---|
//! | [`start_sign_in`] | GET `/sign-in` | anybody |
//! | [`finish_sign_in`] | GET `/callback` | whoever started it |
//! | [`sign_out`] | POST `/sign-out` | anybody |
//! | [`load_user_info`] | GET `/api/user-info` | signed in |
//! | [`load_organizations`] | GET `/api/organizations` | signed in |

mod sign_in;
mod viewer;

pub use sign_in::{FinishSignIn, SignOut, StartSignIn, finish_sign_in, sign_out, start_sign_in};
pub use viewer::{LoadOrganizations, LoadUserInfo, load_organizations, load_user_info};
