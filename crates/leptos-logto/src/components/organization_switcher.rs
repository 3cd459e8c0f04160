//! The switcher between organizations: links that work without JavaScript, and a button with a list
//! with it.

mod combobox;

use leptos::{
    either::{Either, EitherOf4},
    prelude::*,
};
use leptos_router::hooks::use_location;

use self::combobox::Combobox;
use logto_types::segment;

use super::organization_tile::OrganizationTile;
use crate::{
    model::{Organization, Organizations},
    page_paths::use_page_paths,
    texts::use_texts,
};

/// From this number of organizations on, they can be searched.
pub(super) const MANY: usize = 8;

/// Leads from the pages of one organization to those of another; in an organization, to the same
/// page of the other one.
///
/// Without JavaScript it is a `<details>` element with links. With it, a button that looks the same
/// opens a listbox; from eight organizations on, the list can be searched (the ARIA combobox
/// pattern). Somebody in one organization sees its name, or a link to it; somebody in none, nothing.
#[component]
pub fn OrganizationSwitcher(
    /// The organizations the person is in.
    organizations: Organizations,
    /// The id of the one whose pages these are.
    #[prop(optional, into)]
    current: Signal<Option<String>>,
    /// Whether it is the heading of the page: the name is in an `<h1>`, without a tile.
    #[prop(optional)]
    heading: bool,
    /// Whether the list is open until the page is hydrated, for previews.
    #[prop(optional)]
    open: bool,
) -> impl IntoView {
    let list = StoredValue::new(organizations.list);
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
            _ if is_alive.get() => EitherOf4::C(view! { <Combobox list current page heading/> }),
            _ => EitherOf4::D(links(all, current.get().as_deref(), page, heading, open)),
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

/// What the server renders, and what there is without JavaScript.
fn links(
    list: Vec<Organization>,
    here: Option<&str>,
    page: Memo<String>,
    heading: bool,
    open: bool,
) -> impl IntoView + use<> {
    let texts = &use_texts().switcher;
    let paths = use_page_paths();
    let chosen = list.iter().find(|one| Some(one.id.as_str()) == here);
    let label = label(chosen);
    let name = face(chosen.cloned(), heading);
    let name = if heading {
        Either::Left(view! { <h1 class="logto-organization-switcher__heading">{name}</h1> })
    } else {
        Either::Right(name)
    };
    let items = list
        .into_iter()
        .map(|organization| {
            let address = paths.of_organization(&organization.id);
            let is_here = Some(organization.id.as_str()) == here;
            let name = organization.display_name().to_owned();
            view! {
                <li>
                    <a
                        class="logto-organization-switcher__option"
                        href=move || format!("{address}{}", page.get())
                        aria-current=is_here.then_some("true")
                    >
                        <OrganizationTile organization/>
                        <bdi class="logto-organization-switcher__name">{name}</bdi>
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <details class="logto logto-organization-switcher" open=open>
            <summary class=button_class(heading) aria-label=label>
                {name}
                <Chevron/>
            </summary>
            <div class="logto-organization-switcher__popup">
                <ul class="logto-organization-switcher__list">{items}</ul>
                <a class="logto-organization-switcher__all" href=paths.organizations>
                    {texts.all}
                </a>
            </div>
        </details>
    }
}

fn button_class(heading: bool) -> &'static str {
    if heading {
        "logto-organization-switcher__button logto-organization-switcher__button--heading"
    } else {
        "logto-organization-switcher__button"
    }
}

/// The accessible name of what opens the list.
fn label(chosen: Option<&Organization>) -> String {
    let table = use_texts();
    match chosen {
        Some(organization) => {
            let label = table.label(table.switcher.label);
            format!("{label}{}", organization.display_name())
        }
        None => table.switcher.choose.to_owned(),
    }
}

/// What shows the organization on what opens the list.
fn face(chosen: Option<Organization>, heading: bool) -> impl IntoView {
    let name = match &chosen {
        Some(organization) => organization.display_name().to_owned(),
        None => use_texts().switcher.choose.to_owned(),
    };
    let tile = chosen.filter(|_| !heading);
    view! {
        {tile.map(|organization| view! { <OrganizationTile organization/> })}
        <bdi class="logto-organization-switcher__name">{name}</bdi>
    }
}

#[component]
fn Chevron() -> impl IntoView {
    view! {
        <svg class="logto-organization-switcher__mark" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path d="M5 6.5 8 3.5l3 3M5 9.5l3 3 3-3" fill="none" stroke="currentColor" stroke-width="1.5"/>
        </svg>
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
