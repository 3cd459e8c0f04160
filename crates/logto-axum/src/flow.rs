//! The flow: begin a sign-in, finish it at the callback, sign out. What its routes and the server
//! functions call.

mod detail;
mod pending;
mod request;
mod sign_in;
mod sign_in_count;
mod sign_out;
mod task;

pub(crate) use self::detail::About;
pub use self::{
    detail::{ProblemDetail, RefusalText},
    request::SignInRequest,
};
