//! The cookies of the sign-in flow.

use std::fmt;

use axum::http::HeaderMap;
use logto_types::SignOutExtent;

use super::{
    names::Names,
    request::{find_cookie, request_cookies},
};

/// The cookies of the flow that came with a request.
#[derive(Clone, Default)]
pub(crate) struct FlowCookies {
    /// Of pending sign-ins: the id in the name, and the value. All of them, whoever set them: other
    /// servers of the same host can set cookies, and must not hide the one that is looked for. The
    /// server limits the length of a request's head, and so the work.
    pub(crate) pending: Vec<(String, String)>,
    /// Of the guard on loops.
    pub(crate) sign_in_count: Option<String>,
    /// What a sign-out has ended since the last page.
    pub(crate) signed_out: Option<SignOutExtent>,
    /// Whether there is one about an earlier problem.
    pub(crate) has_problem: bool,
}

impl FlowCookies {
    pub(crate) fn read(headers: &HeaderMap, names: &Names) -> Self {
        let pending = request_cookies(headers).filter_map(|cookie| {
            let id = names.pending_id(cookie.name())?;
            Some((id.to_owned(), cookie.value().to_owned()))
        });
        let sign_in_count = find_cookie(headers, &names.sign_in_count);
        let signed_out = find_cookie(headers, &names.signed_out);
        Self {
            signed_out: signed_out.and_then(|cookie| SignOutExtent::from_name(cookie.value())),
            pending: pending.collect(),
            has_problem: find_cookie(headers, &names.detail).is_some(),
            sign_in_count: sign_in_count.map(|cookie| cookie.value().to_owned()),
        }
    }
}

impl fmt::Debug for FlowCookies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FlowCookies({} pending)", self.pending.len())
    }
}
