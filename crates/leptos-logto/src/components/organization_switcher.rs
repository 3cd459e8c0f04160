//! The switcher between organizations: a form that works without JavaScript, and a button with a
//! searchable list with it.

mod combobox;

use leptos::{either::EitherOf4, prelude::*};
use leptos_router::hooks::use_location;

use self::combobox::Combobox;
use logto_types::segment;

use super::organization_tile::OrganizationTile;
use crate::{
    model::{Organization, Organizations},
    page_paths::{OPEN_ORGANIZATION, use_page_paths},
    texts::use_texts,
};

/// Leads from the pages of one organization to those of another; in an organization, to the same
/// page of the other one.
///
/// Without JavaScript it is a form with a select and a button. With it, a button with the name
/// opens a list that can be searched (the ARIA combobox pattern). Somebody in one organization sees
/// its name, or a link to it; somebody in none, nothing.
#[component]
pub fn OrganizationSwitcher(
    /// The organizations the person is in.
    organizations: Organizations,
    /// The id of the one whose pages these are.
    #[prop(optional, into)]
    current: Signal<Option<String>>,
) -> impl IntoView {
    let Organizations { list, last, .. } = organizations;
    let list = StoredValue::new(list);
    let location = use_location();
    let paths = use_page_paths();
    let page = Memo::new(move |_| {
        let path = location.pathname.get();
        current.with(|current| page_of(&path, paths.organization, current.as_deref()).to_owned())
    });
    let is_alive = RwSignal::new(false);
    Effect::new(move |_| is_alive.set(true));
    move || {
        let mut all = list.get_value();
        match all.len() {
            0 => EitherOf4::A(()),
            1 => EitherOf4::B(single(all.remove(0), current.get())),
            _ if is_alive.get() => EitherOf4::C(view! { <Combobox list current page/> }),
            _ => EitherOf4::D(form(all, current.get().or_else(|| last.clone()), page)),
        }
    }
}

/// There is nothing to choose from.
fn single(organization: Organization, here: Option<String>) -> impl IntoView {
    let address = use_page_paths().of_organization(&organization.id);
    let is_here = here.as_ref() == Some(&organization.id);
    let name = organization.display_name().to_owned();
    view! {
        <a
            class="logto logto-organization-switcher logto-organization-switcher__only"
            href=address
            aria-current=is_here.then_some("true")
        >
            <OrganizationTile organization/>
            <bdi class="logto-organization-switcher__name">{name}</bdi>
        </a>
    }
}

fn form(list: Vec<Organization>, chosen: Option<String>, page: Memo<String>) -> impl IntoView {
    let texts = &use_texts().switcher;
    let paths = use_page_paths();
    let options = list
        .into_iter()
        .map(|organization| {
            let name = organization.display_name().to_owned();
            let selected = chosen.as_deref() == Some(organization.id.as_str());
            view! {
                <option value=organization.id selected=selected>
                    {name}
                </option>
            }
        })
        .collect_view();
    view! {
        <form class="logto logto-organization-switcher logto-organization-switcher__form" method="get" action=OPEN_ORGANIZATION>
            <input type="hidden" name="pages" value=paths.organization/>
            <input type="hidden" name="list" value=paths.organizations/>
            <input type="hidden" name="page" value=move || page.get()/>
            <select class="logto-organization-switcher__select" name="organization" aria-label=texts.label>
                {options}
            </select>
            <button class="logto-button logto-button--quiet logto-button--small" type="submit">
                {texts.change}
            </button>
        </form>
    }
}

/// The part of the path after the organization's id.
fn page_of<'a>(path: &'a str, pages: &str, current: Option<&str>) -> &'a str {
    let rest = path
        .strip_prefix(pages)
        .and_then(|rest| rest.strip_prefix('/'))
        .zip(current)
        .and_then(|(rest, id)| rest.strip_prefix(segment(id).as_str()))
        .filter(|rest| rest.is_empty() || rest.starts_with('/'));
    rest.unwrap_or_default().trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_in_the_organization_is_what_follows_its_id() {
        for (path, current, page) in [
            ("/org/acme", Some("acme"), ""),
            ("/org/acme/", Some("acme"), ""),
            ("/org/acme/billing", Some("acme"), "/billing"),
            ("/org/acme/a/b", Some("acme"), "/a/b"),
            ("/org/acmes/billing", Some("acme"), ""),
            ("/org/acme/billing", None, ""),
            ("/organizations", Some("acme"), ""),
            ("/", None, ""),
        ] {
            assert_eq!(page_of(path, "/org", current), page, "{path}");
        }
        assert_eq!(
            page_of("/teams/acme/billing", "/teams", Some("acme")),
            "/billing"
        );
    }
}
