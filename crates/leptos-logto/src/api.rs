//! The server functions: this crate's public API over HTTP.
//!
//! | function | request | for |
//! |---|---|---|
//! | [`start_sign_in`] | GET `/sign-in` | anybody |
//! | [`finish_sign_in`] | GET `/callback` | whoever started it |
//! | [`sign_out`] | POST `/sign-out` | anybody |
//! | [`load_session`] | GET `/api/session` | anybody |
//! | [`stay_signed_in`] | POST `/api/session/stay` | signed in |
//! | [`load_organizations`] | GET `/api/organizations` | signed in |
//! | [`load_organization`] | GET `/api/organization` | a member |
//! | [`open_organization`] | GET `/api/organization/open` | anybody: a redirect to a page that asks for more |
//! | [`check_access`] | GET `/api/access` | signed in |

mod access;
mod error;
mod organizations;
#[cfg(feature = "ssr")]
pub(crate) mod register;
mod session;
mod sign_in;

pub use access::{CheckAccess, check_access};
pub use organizations::{
    LoadOrganization, LoadOrganizations, OpenOrganization, load_organization, load_organizations,
    open_organization,
};
pub use session::{LoadSession, StaySignedIn, load_session, stay_signed_in};
pub use sign_in::{FinishSignIn, SignOut, StartSignIn, finish_sign_in, sign_out, start_sign_in};
