use leptos::prelude::*;
use leptos_router::hooks::use_location;
use logto_types::{Guard, Requirement};

use crate::{auth::use_auth, memo::memo};

/// A link to a guarded page, for those who may go there, as far as is known; for others there is
/// nothing. On the page itself and below it has `aria-current="page"`.
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
    /// A path below which the link has `aria-current="true"`, such as `/org` for the list of
    /// organizations.
    #[prop(optional)]
    section: &'static str,
    /// Further classes.
    #[prop(optional)]
    class: &'static str,
    /// The content of the link.
    children: ChildrenFn,
) -> impl IntoView {
    let auth = use_auth();
    let path = use_location().pathname;
    let href = to.path.href(&organization);
    let held_there = match (to.requires, held) {
        (Requirement::OrganizationPermission(name), Some(held)) => {
            Some(held.iter().any(|held| held == name))
        }
        (Requirement::Member, Some(_)) => Some(true),
        _ => None,
    };
    let may = memo(move || {
        let organization = Some(organization.as_str()).filter(|id| !id.is_empty());
        held_there.unwrap_or_else(|| auth.may(to.requires, organization))
    });
    move || {
        may().then(|| {
            let (page, content) = (href.clone(), children());
            let current = move || current(&path.get(), &page, exact, section);
            view! {
                <a href=href.clone() class=(!class.is_empty()).then_some(class) aria-current=current>
                    {content}
                </a>
            }
        })
    }
}

/// The value of `aria-current` of a link to a page.
fn current(path: &str, page: &str, exact: bool, section: &str) -> Option<&'static str> {
    let rest = path.trim_end_matches('/').strip_prefix(page);
    if rest.is_some_and(|rest| rest.is_empty() || !exact && rest.starts_with('/')) {
        return Some("page");
    }
    let rest = path.strip_prefix(section).filter(|_| !section.is_empty());
    rest.is_some_and(|rest| rest.starts_with('/'))
        .then_some("true")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_current_on_its_page_below_it_and_in_its_section() {
        for (path, exact, section, expected) in [
            ("/orders", false, "", Some("page")),
            ("/orders/", true, "", Some("page")),
            ("/orders/1", false, "", Some("page")),
            ("/orders/1", true, "", None),
            ("/ordersome", false, "", None),
            ("/", false, "", None),
            ("/org/acme", false, "/org", Some("true")),
            ("/organizations", false, "/org", None),
            ("/org", false, "/org", None),
        ] {
            assert_eq!(current(path, "/orders", exact, section), expected, "{path}");
        }
    }
}
