//! The state of a scope, which unfolds to its explanation.

use leptos::prelude::*;
use leptos_logto::{scope_anchor, texts::fill, use_page_paths, use_texts};

use crate::{
    model::{PermissionIn, ScopeKind, ScopeState, ScopeToggle},
    panel_texts::PanelTexts,
};

/// The required scopes in one line, which unfolds to what each is for.
pub(super) fn required(
    table: &'static PanelTexts,
    toggles: Vec<ScopeToggle>,
    unfolded: Option<&str>,
) -> impl IntoView + use<> {
    let texts = &table.scopes;
    let mut all = toggles.iter();
    let unfolded = all.any(|toggle| unfolded == Some(&*toggle.scope));
    let mut separator = "";
    let names = toggles
        .iter()
        .map(|toggle| {
            let before = std::mem::replace(&mut separator, ", ");
            let exception = (toggle.state != ScopeState::Granted).then(|| state(table, toggle));
            let anchor = scope_anchor(&toggle.scope);
            view! {
                {before}
                <code id=anchor>{toggle.scope.clone()}</code>
                {exception}
            }
        })
        .collect_view();
    let facts = toggles
        .iter()
        .map(|toggle| {
            let about = sentences([Some(toggle.about(table)), toggle.hint(table), None, None]);
            view! {
                <div>
                    <dt>{toggle.title(table)} " " <code>{toggle.scope.clone()}</code></dt>
                    <dd>{about} {claims(table, &toggle.claims)}</dd>
                </div>
            }
        })
        .collect_view();
    view! {
        <details class="logto-scope-toggles__required" open=unfolded>
            <summary>{use_texts().label(texts.required)} {names}</summary>
            <dl>{facts}</dl>
        </details>
    }
}

/// The state of a scope; unfolded what it is for, what can be done about it, where it is held, and
/// its claims.
pub(super) fn scope_details(
    table: &'static PanelTexts,
    toggle: ScopeToggle,
    brings_memberships: bool,
    unfolded: bool,
    id: &str,
) -> impl IntoView + use<> {
    let texts = &table.scopes;
    let name = toggle.title(table).unwrap_or(&toggle.scope);
    let details = fill(texts.details, "name", name);
    let also = &toggle.also_of;
    let also = (!also.is_empty()).then(|| fill(texts.also_of, "apis", &also.join(", ")));
    let brings = brings_memberships
        && toggle.kind == ScopeKind::OrganizationPermission
        && toggle.cost.is_some();
    let brings = brings.then_some(texts.brings_memberships);
    let hint = toggle.hint(table).filter(|hint| *hint != texts.stays_on);
    let about = sentences([Some(toggle.about(table)), hint, also.as_deref(), brings]);
    let class = if is_plain(&toggle) {
        "logto-scope-toggle__more logto-scope-toggle__more--plain"
    } else {
        "logto-scope-toggle__more"
    };
    view! {
        <details class=class open=unfolded>
            <summary>
                <span id=format!("{id}-state")>
                    <span class="logto-visually-hidden">{use_texts().label(texts.state)}</span>
                    {state(table, &toggle)}
                </span>
                " "
                <span class="logto-visually-hidden">{details}</span>
            </summary>
            <div class="logto-scope-toggle__about">
                <p id=format!("{id}-about")>{about}</p>
                {held_in(table, toggle.organizations)}
                {claims(table, &toggle.claims)}
            </div>
        </details>
    }
}

/// Whether there is no more to say of the state than that the scope is granted.
fn is_plain(toggle: &ScopeToggle) -> bool {
    let mut organizations = toggle.organizations.iter();
    toggle.state == ScopeState::Granted && organizations.all(|organization| organization.held)
}

/// A quiet tick for what is granted; a chip for every exception.
fn state(table: &'static PanelTexts, toggle: &ScopeToggle) -> AnyView {
    let text = toggle.state.text(table);
    let tone = match toggle.state {
        ScopeState::Granted if is_plain(toggle) => {
            return view! {
                <span class="logto-scope-toggle__tick" aria-hidden="true">"✓"</span>
                <span class="logto-visually-hidden">{text}</span>
            }
            .into_any();
        }
        ScopeState::Granted => {
            let organizations = toggle.organizations.iter();
            let held = organizations.filter(|organization| organization.held);
            let count = held.count().to_string();
            let some = fill(table.scopes.in_organizations, "count", &count);
            let some = fill(&some, "all", &toggle.organizations.len().to_string());
            return view! {
                <span class="logto-scope-toggle__tick" aria-hidden="true">"✓"</span>
                " "
                <span class="logto-visually-hidden">{text}</span>
                " "
                {some}
            }
            .into_any();
        }
        ScopeState::NotGranted => "logto-chip logto-chip--warning",
        ScopeState::SwitchedOff | ScopeState::NotAsked | ScopeState::Unknown => {
            "logto-chip logto-chip--absent"
        }
    };
    view! { <span class=tone>{text}</span> }.into_any()
}

fn claims(table: &'static PanelTexts, claims: &[String]) -> impl IntoView + use<> {
    let names = claims.join(", ");
    (!names.is_empty()).then(|| {
        view! {
            <p>
                {use_texts().label(table.scopes.claims)}
                <code>{names}</code>
            </p>
        }
    })
}

/// The organizations that were looked at, each with the way to it and whether the permission is
/// held there.
fn held_in(table: &'static PanelTexts, organizations: Vec<PermissionIn>) -> impl IntoView {
    let texts = &table.permissions;
    let paths = use_page_paths();
    let one = |PermissionIn { id, name, held }| {
        let (mark, state) = if held {
            ("✓", texts.held)
        } else {
            ("–", texts.not_held)
        };
        let address = paths.of_organization(&id);
        view! {
            <span class="logto-scope-toggle__organization">
                <span aria-hidden="true">{mark}</span>
                " "
                <a href=address>
                    <bdi>{name}</bdi>
                </a>
                " "
                <span>{state}</span>
            </span>
            " "
        }
    };
    (!organizations.is_empty()).then(|| {
        view! {
            <p class="logto-scope-toggle__organizations">{organizations.into_iter().map(one).collect_view()}</p>
        }
    })
}

/// A name that goes on in another line between its parts, not inside a word.
pub(super) fn breakable(name: &str) -> impl IntoView + use<> {
    let mut parts = name.split_inclusive([':', '.', '/']);
    let last = parts.next_back().map(str::to_owned);
    let parts = parts.map(|part| view! { {part.to_owned()} <wbr/> });
    view! { {parts.collect_view()} {last} }
}

/// One after the other. Where a full stop is as wide as a letter, no space follows.
fn sentences(all: [Option<&str>; 4]) -> String {
    let mut text = String::new();
    for sentence in all.into_iter().flatten() {
        if !text.is_empty() && !text.ends_with('。') {
            text.push(' ');
        }
        text.push_str(sentence);
    }
    text
}
