//! The cookies of the sign-in flow.

use std::fmt;

use axum::http::HeaderMap;
use logto_types::SignOutExtent;

use super::{names::Names, request::request_cookies};

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
        let mut found = Self::default();
        // Of several with one name, the first counts.
        let mut signed_out = None;
        for cookie in request_cookies(headers) {
            let (name, value) = (cookie.name(), cookie.value());
            if let Some(id) = names.pending_id(name) {
                found.pending.push((id.to_owned(), value.to_owned()));
            } else if name == names.sign_in_count {
                found.sign_in_count.get_or_insert_with(|| value.to_owned());
            } else if name == names.signed_out {
                signed_out.get_or_insert_with(|| SignOutExtent::from_name(value));
            } else if name == names.detail {
                found.has_problem = true;
            }
        }
        found.signed_out = signed_out.flatten();
        found
    }
}

impl fmt::Debug for FlowCookies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FlowCookies({} pending)", self.pending.len())
    }
}
