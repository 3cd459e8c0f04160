use leptos::{either::EitherOf3, prelude::*};
use leptos_router::hooks::{use_location, use_query_map};
use logto_types::scope;

use super::{
    notice::{Notice, NoticeTone},
    organization_head::Roles,
    organization_switcher::MANY,
    organization_tile::OrganizationTile,
    query_form::QueryForm,
    scopes_link::ScopesLink,
};
use crate::{
    auth::use_auth,
    hydrating::unless_hydrating,
    model::{Organization, Organizations},
    page_paths::use_page_paths,
    texts::{Texts, fill, use_texts},
};

/// The query parameter of the search.
const FIND: &str = "find";

/// The organizations a person is in, each with its roles and the way to its pages; or, when none is
/// shown, why, and what to do. From eight on, a form searches their names and ids. It works without
/// JavaScript, and what it searches for is `find` in the query of the page.
///
/// ![The list: two organizations with their roles](https://raw.githubusercontent.com/leptos-logto/leptos-logto/main/docs/components/organization-list.png)
#[component]
pub fn OrganizationList(
    /// The organizations of the person.
    organizations: Organizations,
) -> impl IntoView {
    let Organizations {
        list,
        last,
        names_unavailable,
        scope_missing,
    } = organizations;
    let is_empty = list.is_empty();
    let is_off = untrack(|| use_auth().has_switched_off(scope::ORGANIZATIONS));
    let count = list.len();
    let table = use_texts();
    let texts = &table.organizations;
    let query = use_query_map();
    let sought = Memo::new(move |_| {
        let text = (count >= MANY).then(|| query.read().get(FIND)).flatten();
        text.unwrap_or_default()
    });
    let list = StoredValue::new(list);
    let found = Memo::new(move |_| {
        let wanted = sought.get();
        let mut found = list.get_value();
        if !wanted.trim().is_empty() {
            found.retain(|organization| organization.matches(&wanted));
        }
        found
    });
    let items = move || {
        let found = found.get().into_iter();
        found
            .map(|organization| item(table, organization, last.as_deref()))
            .collect_view()
    };
    view! {
        <div class="logto logto-organization-list">
            {names_unavailable.then(|| view! { <Notice tone=NoticeTone::Warning title=texts.names_unavailable/> })}
            {is_empty.then(|| view! { <p class="logto-empty">{why_empty(table, is_off, scope_missing)}</p> })}
            {(count >= MANY).then(|| search(table, sought, found, count))}
            <ul class="logto-organization-list__items">{items}</ul>
        </div>
    }
}

/// The reason why no organization is shown.
fn why_empty(table: &'static Texts, is_off: bool, scope_missing: bool) -> impl IntoView {
    let texts = &table.organizations;
    if is_off {
        EitherOf3::A(view! { {texts.memberships_off} " " <ScopesLink scope=scope::ORGANIZATIONS/> })
    } else if scope_missing {
        EitherOf3::B(view! { {texts.scope_missing} " " <code>{scope::ORGANIZATIONS}</code> })
    } else {
        EitherOf3::C(texts.empty)
    }
}

/// The search form, and the number of its results.
fn search(
    table: &'static Texts,
    sought: Memo<String>,
    found: Memo<Vec<Organization>>,
    count: usize,
) -> impl IntoView {
    let texts = &table.organizations;
    let page = use_location().pathname.get_untracked();
    let all = page.clone();
    let is_search = move || sought.with(|sought| !sought.trim().is_empty());
    let result = move || {
        if !is_search() {
            return String::new();
        }
        match found.with(Vec::len) {
            0 => table.switcher.no_match.to_owned(),
            number => {
                let text = fill(texts.found, "count", &number.to_string());
                fill(&text, "all", &count.to_string())
            }
        }
    };
    view! {
        <div class="logto-organization-list__search">
            <QueryForm page class="logto-organization-list__form">
                <label class="logto-field">
                    <span class="logto-field__label">{table.switcher.find}</span>
                    <input
                        class="logto-field__input"
                        type="search"
                        name=FIND
                        maxlength="100"
                        autocomplete="off"
                        value=sought.get_untracked()
                        prop:value=move || unless_hydrating(sought.get())
                    />
                </label>
                <button class="logto-button logto-button--quiet" type="submit">
                    {texts.search}
                </button>
            </QueryForm>
            <p class="logto-organization-list__found">
                <span role="status">{result}</span>
                {move || {
                    is_search()
                        .then(|| view! { " " <a href=all.clone()>{texts.show_all}</a> })
                }}
            </p>
        </div>
    }
}

fn item(
    table: &'static Texts,
    organization: Organization,
    last: Option<&str>,
) -> impl IntoView + use<> {
    let texts = &table.organizations;
    let name = organization.display_name().to_owned();
    let address = use_page_paths().of_organization(&organization.id);
    let is_last = last == Some(organization.id.as_str());
    let tile = organization.clone();
    let Organization {
        description, roles, ..
    } = organization;
    view! {
        <li class="logto-organization">
            <div class="logto-organization__head">
                <OrganizationTile organization=tile/>
                <h2 class="logto-organization__name">
                    <a href=address>
                        <bdi>{name}</bdi>
                    </a>
                </h2>
                {is_last.then(|| view! { <span class="logto-chip logto-organization__last">{texts.last}</span> })}
            </div>
            {description.map(|text| view! { <p class="logto-organization__description"><bdi>{text}</bdi></p> })}
            <dl class="logto-organization__facts">
                <dt>{texts.your_roles}</dt>
                <dd>
                    <Roles roles/>
                </dd>
            </dl>
        </li>
    }
}
