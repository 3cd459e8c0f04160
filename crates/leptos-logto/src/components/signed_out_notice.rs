use leptos::prelude::*;
use logto_types::SignOutExtent;

use super::notice::{Notice, NoticeTone};
use crate::texts::use_texts;

/// Says once, on the page that a sign-out leads to, what it has ended; and when it was of this
/// application alone, that the next sign-in may not ask who it is. For the home page of somebody
/// who is not signed in.
#[component]
pub fn SignedOutNotice() -> impl IntoView {
    // The server reads it from the request; the browser from what the server wrote.
    let extent = SharedValue::new_str(|| signed_out().to_owned()).into_inner();
    let texts = &use_texts().account;
    let text = match SignOutExtent::from_name(&extent) {
        Some(SignOutExtent::ThisDevice) => Some(texts.signed_out),
        Some(SignOutExtent::Everywhere) => Some(texts.signed_out_everywhere),
        Some(SignOutExtent::ThisApplication) => Some(texts.signed_out_application),
        None => None,
    };
    text.map(|text| view! { <Notice tone=NoticeTone::Success title=text/> })
}

#[cfg(feature = "ssr")]
fn signed_out() -> &'static str {
    crate::server::signed_out()
}

/// A page that is made in the browser follows no sign-out, which is a form.
#[cfg(not(feature = "ssr"))]
fn signed_out() -> &'static str {
    ""
}
