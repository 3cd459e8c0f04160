//! Cookies: their names and attributes, and the cookies of a request.

mod flow;
mod names;
mod request;

pub use self::request::find_cookie;
pub(crate) use self::{
    flow::FlowCookies,
    names::Names,
    request::{header_cookies, request_cookies},
};
