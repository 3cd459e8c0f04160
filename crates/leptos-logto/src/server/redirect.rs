//! Redirects of server functions that a browser navigates to.

use axum::http::header;
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use logto_axum::{Outcome, ReturnTo};

use super::context::auth;

/// Answers with a redirect, whatever the browser accepts: 303; or 503 and a page that goes on,
/// while Logto or the store does not answer. For server functions that a browser navigates to.
#[expect(
    clippy::needless_pass_by_value,
    reason = "nothing is left to do with it"
)]
pub fn go(outcome: Outcome) {
    let Some(response) = use_context::<ResponseOptions>() else {
        return;
    };
    let (status, headers) = outcome.head();
    response.set_status(status);
    for (name, value) in &headers {
        if name == header::SET_COOKIE {
            response.append_header(name.clone(), value.clone());
        } else {
            response.insert_header(name.clone(), value.clone());
        }
    }
}

/// Sends the browser to a page of this application after a form. With JavaScript, an `<ActionForm>`
/// has the router go there, without loading a document.
pub fn redirect_to(page: &ReturnTo) {
    leptos_axum::redirect(page.as_str());
}

/// Sends the browser back to the page that a form was on, if the form says which (`return_to`).
/// Without this, Leptos sends it to its `Referer`, which not every browser tells.
pub fn go_back(return_to: Option<&str>) {
    let page = return_to.filter(|page| !page.is_empty());
    if let (Some(page), Ok(auth)) = (page, auth()) {
        let page = ReturnTo::parse(page).outside_steps(auth.app().flow_paths());
        go(Outcome::to(page.as_str()));
    }
}
