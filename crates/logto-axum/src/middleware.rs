//! The middleware around an application's router, from the outside in: request rules, sessions,
//! access.

mod access;
mod cookie_rules;
mod origin;
mod protect;
mod refusal;
mod request_rules;
mod response_rules;

pub use self::refusal::accepts_pages;
pub(crate) use self::refusal::refuse_handler;
