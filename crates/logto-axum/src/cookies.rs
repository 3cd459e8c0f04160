//! Cookies: their names and attributes, and the cookies of a request.

mod flow;
mod names;
mod request;

pub(crate) use self::{
    flow::FlowCookies,
    names::Names,
    request::{find_cookie, header_cookies, request_cookies},
};
