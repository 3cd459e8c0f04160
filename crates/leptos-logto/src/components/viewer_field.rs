use leptos::prelude::*;

use crate::auth::use_auth;

/// A hidden field that says for whom a form was drawn. A form of a page that is still open from
/// another person, sent after somebody else has signed in, is then refused by
/// [`server::check_viewer`](crate::server::check_viewer). It is no protection against other sites,
/// which `LogtoAuth::protect_with` refuses.
#[component]
pub fn ViewerField() -> impl IntoView {
    let subject = untrack(|| use_auth().viewer()).map(|viewer| viewer.subject);
    view! { <input type="hidden" name="viewer" value=subject/> }
}
