use leptos::{children::ViewFn, prelude::*};
use logto_types::{Access, Requirement};

use super::{
    guarded::current_organization,
    notice::{Notice, NoticeTone},
};
use crate::{
    api::check_access, auth::use_auth, error::AuthError, suspend::suspend, texts::use_texts,
};

/// Shows a part of a page to those who meet a requirement. The server decides, and the part is not
/// rendered for anybody else: it is not in the HTML that they get. What the part loads has to be
/// checked where it is loaded, as everywhere.
///
/// In a document that the server sends, the answer is there: with and without JavaScript, it has
/// the part or the fallback. Made in the browser, a grey area stands in for the part while the
/// server is asked.
#[component]
pub fn Protect(
    /// The requirement.
    requires: Requirement<'static>,
    /// The organization that the requirement is about. Default: that of the page.
    #[prop(optional, into)]
    organization: Option<String>,
    /// The content for everybody else. Default: nothing.
    #[prop(optional, into)]
    fallback: ViewFn,
    /// The part.
    children: ChildrenFn,
) -> impl IntoView {
    let organization = organization.or_else(current_organization);
    let auth = use_auth();
    let access = Resource::new_blocking(
        move || auth.changes(),
        move |_| check_access(requires.to_string(), organization.clone()),
    );
    let texts = use_texts();
    view! {
        <Suspense fallback=|| view! { <span class="logto-waiting__part" aria-hidden="true"></span> }>
            {move || {
                let (children, fallback) = (children.clone(), fallback.clone());
                let is_signed_out = auth.is_signed_out();
                suspend(async move {
                    // The page around it may be removed for the same reason, and the resource with it.
                    if is_signed_out {
                        return fallback.run();
                    }
                    match access.await {
                        Ok(Access::Granted) => children(),
                        Ok(Access::Unavailable) | Err(AuthError::Store | AuthError::Upstream | AuthError::Transport) => {
                            view! { <Notice tone=NoticeTone::Warning title=texts.guard.part_unavailable/> }.into_any()
                        }
                        _ => fallback.run(),
                    }
                })
            }}
        </Suspense>
    }
}
