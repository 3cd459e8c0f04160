use leptos::prelude::*;
use leptos_router::components::A;
use logto_types::{Guard, Requirement};

use crate::auth::use_auth;

/// A link to a guarded page, for those who may go there, as far as is known; for others there is
/// nothing.
#[component]
pub fn GuardedLink(
    /// The page.
    to: Guard,
    /// The organization that the page is about.
    #[prop(optional, into)]
    organization: String,
    /// The permissions that the person holds there, where an organization token has said so: see
    /// [`Membership::held`](crate::Membership::held). It is newer and more exact than the
    /// session state.
    #[prop(optional)]
    held: Option<Vec<String>>,
    /// Whether the link is current only on the page itself, and not on pages below it.
    #[prop(optional)]
    exact: bool,
    /// The content of the link.
    children: ChildrenFn,
) -> impl IntoView {
    let auth = use_auth();
    let href = to.path.href(&organization);
    let held_there = match (to.requires, held) {
        (Requirement::OrganizationPermission(name), Some(held)) => {
            Some(held.iter().any(|held| held == name))
        }
        (Requirement::Member, Some(_)) => Some(true),
        _ => None,
    };
    let may = Memo::new(move |_| {
        let organization = Some(organization.as_str()).filter(|id| !id.is_empty());
        held_there.unwrap_or_else(|| auth.may(to.requires, organization))
    });
    move || {
        may.get().then(|| {
            let (href, content) = (href.clone(), children());
            view! {
                <A href exact>
                    {content}
                </A>
            }
        })
    }
}
