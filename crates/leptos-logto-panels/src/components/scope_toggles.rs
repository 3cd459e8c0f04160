mod changes;
mod draft;

use leptos::prelude::*;
use leptos_logto::{
    Notice, NoticeTone, ViewerField, scope_anchor, texts::fill, use_current_page, use_page_paths,
    use_texts,
};
use logto_types::scope;

use self::changes::{Changes, Switch};
use crate::{
    model::{
        PermissionIn, ScopeChoices, ScopeCost, ScopeGroup, ScopeGroupKind, ScopeKind, ScopeNotice,
        ScopeState, ScopeToggle, summary,
    },
    panel_texts::{PanelTexts, ScopeTexts, use_panel_texts},
};

/// Where the form is sent: [`choose_scopes`](crate::choose_scopes).
const CHOOSE_SCOPES: &str = "/api/scopes/choose";

/// A form with a switch for each scope, with what applying a change needs, the state of the scope,
/// and the claims it has. With JavaScript a bar sums the changes up as they are made; without, it
/// is below the switches.
///
/// With JavaScript, changes that are not applied yet are kept while the person
/// looks at other pages; before another document takes the place of this one, the browser asks.
///
/// The page gives the note `scopes` of its query to [`load_scopes`](crate::load_scopes), so
/// that the form can show the result of the last choice.
///
/// ![The form: a switch for each scope, with its state and what a change needs](https://raw.githubusercontent.com/leptos-logto/leptos-logto/main/docs/components/scope-toggles.png)
#[component]
pub fn ScopeToggles(
    /// The scopes, as [`load_scopes`](crate::load_scopes) gives them.
    choices: ScopeChoices,
) -> impl IntoView {
    let table = use_panel_texts();
    let ScopeChoices {
        groups,
        unavailable,
        checked,
        unchecked,
        notice,
    } = choices;
    let limited = (unchecked > 0).then(|| {
        let text = fill(table.scopes.unchecked, "checked", &checked.to_string());
        fill(&text, "all", &(checked + unchecked).to_string())
    });
    let changes = Changes::watch(&groups);
    let brings_memberships = lacks_memberships(&groups);
    let mut count = 0;
    let groups = groups
        .into_iter()
        .map(|about| {
            let first = count;
            count += about.toggles.len();
            let is_limited = about.about == ScopeGroupKind::Organizations;
            let limited = limited.clone().filter(|_| is_limited);
            group(table, about, limited, brings_memberships, first, changes)
        })
        .collect_view();
    view! {
        <form
            class="logto logto-scope-toggles"
            method="post"
            action=CHOOSE_SCOPES
            on:change=move |_| changes.look()
            on:reset=move |_| changes.forget()
            on:submit=move |_| changes.send()
        >
            <input type="hidden" name="return_to" value=use_current_page()/>
            <ViewerField/>
            {notice.map(|notice| describe_notice(table, notice))}
            {unavailable.then(|| view! { <Notice tone=NoticeTone::Warning title=table.scopes.states_unknown/> })}
            {legend(&table.scopes)}
            {groups}
            {bar(table, changes)}
        </form>
    }
}

fn describe_notice(table: &'static PanelTexts, notice: ScopeNotice) -> impl IntoView {
    let (tone, title) = (notice.tone(), notice.text(&table.scopes));
    let refused = match notice {
        ScopeNotice::NotGranted(scopes) if !scopes.is_empty() => Some(scopes),
        _ => None,
    };
    let refused = refused.map(|scopes| {
        let names = scopes.into_iter();
        let names = names.map(|scope| view! { <code>{scope}</code> " " });
        view! {
            <p>{names.collect_view()}</p>
            " "
            <p>{table.scopes.left_out_about}</p>
        }
    });
    view! {
        <Notice tone title takes_focus=true>
            {refused}
        </Notice>
    }
}

/// Whether memberships are off and can be switched on: whoever switches a permission in
/// organizations on gets them with it.
fn lacks_memberships(groups: &[ScopeGroup]) -> bool {
    let mut toggles = groups.iter().flat_map(|group| &group.toggles);
    let memberships = toggles.find(|toggle| toggle.scope == scope::ORGANIZATIONS);
    memberships.is_some_and(|toggle| !toggle.is_on())
}

/// The explanation of each [`ScopeCost`].
fn legend(texts: &'static ScopeTexts) -> impl IntoView {
    let table = use_panel_texts();
    view! {
        <details class="logto-scope-toggles__legend">
            <summary>{texts.costs}</summary>
            <dl>
                {ScopeCost::ALL
                    .map(|cost| {
                        view! {
                            <div>
                                <dt>{cost.text(table)}</dt>
                                <dd>{cost.about(table)}</dd>
                            </div>
                        }
                    })
                    .collect_view()}
            </dl>
        </details>
    }
}

fn group(
    table: &'static PanelTexts,
    group: ScopeGroup,
    limited: Option<String>,
    brings_memberships: bool,
    first: usize,
    changes: Changes,
) -> impl IntoView {
    let texts = &table.scopes;
    let ScopeGroup { about, toggles } = group;
    let heading = format!("scopes-{first}");
    let labelled = heading.clone();
    let indicator = match &about {
        ScopeGroupKind::Api(indicator) => Some(indicator.clone()),
        _ => None,
    };
    let rows = toggles
        .into_iter()
        .enumerate()
        .map(|(place, toggle)| row(table, toggle, brings_memberships, first + place, changes))
        .collect_view();
    view! {
        <section class="logto-scope-group logto-panel" aria-labelledby=labelled>
            <div class="logto-scope-group__head">
                <h2 id=heading>
                    {about.title(table)}
                    {indicator.map(|indicator| view! { " " <code>{indicator}</code> })}
                </h2>
                <span aria-hidden="true">{texts.state}</span>
                <span aria-hidden="true">{texts.cost}</span>
            </div>
            {limited.map(|text| view! { <p class="logto-scope-group__limit">{text}</p> })}
            <ul>{rows}</ul>
        </section>
    }
}

fn row(
    table: &'static PanelTexts,
    toggle: ScopeToggle,
    brings_memberships: bool,
    place: usize,
    changes: Changes,
) -> impl IntoView {
    let texts = &table.scopes;
    let Switch { input, changed, .. } = changes.switch(place);
    let anchor = scope_anchor(&toggle.scope);
    let id = format!("switch-{place}");
    let part = |name: &str| format!("{id}-{name}");
    let described = ["about", "state", "cost"].map(part).join(" ");
    let (about, hint, state) = (toggle.about(table), toggle.hint(table), toggle.state);
    // What somebody can do about it stands on a line of its own.
    let (hint, advice) = match state {
        ScopeState::NotGranted => (None, hint),
        _ => (hint, None),
    };
    let is_on = toggle.is_on();
    let brings = brings_memberships
        && toggle.kind == ScopeKind::OrganizationPermission
        && toggle.cost.is_some();
    let brings = brings.then_some(texts.brings_memberships);
    let title = toggle.title(table);
    let locked = toggle.locked(table);
    let ScopeToggle {
        scope,
        cost,
        claims,
        also_of,
        organizations,
        ..
    } = toggle;
    let name = if title.is_some() {
        "logto-scope-toggle__scope"
    } else {
        "logto-scope-toggle__title"
    };
    let also = (!also_of.is_empty()).then(|| fill(texts.also_of, "apis", &also_of.join(", ")));
    let about = sentences([Some(about), hint, also.as_deref(), brings]);
    // A switch that cannot be pressed sends nothing, so what it stands for is sent beside it.
    let kept = (is_on && cost.is_none()).then(|| scope.clone());
    let organizations = (!organizations.is_empty()).then(|| held_in(table, organizations));
    // One authorization takes care of everything that is changed with it.
    let cost_words = move || match cost {
        None => locked,
        Some(ScopeCost::SignIn) => texts.sign_in,
        Some(_) if changes.sign_in() => texts.included,
        Some(cost) => cost.text(table),
    };
    let (name_of_row, value) = (scope.clone(), scope.clone());
    view! {
        <li class="logto-scope-toggle" class:logto-scope-toggle--changed=move || changed.get() || changes.brings(place) data-scope=name_of_row id=anchor>
            <input
                class="logto-scope-toggle__switch"
                type="checkbox"
                role="switch"
                name="scopes[]"
                value=value
                checked=is_on
                disabled=cost.is_none()
                node_ref=input
                aria-describedby=described
                id=id.clone()
            />
            {kept.map(|scope| view! { <input type="hidden" name="scopes[]" value=scope/> })}
            <div class="logto-scope-toggle__what">
                <label for=id.clone()>
                    {title.map(|title| view! { <span class="logto-scope-toggle__title">{title}</span> " " })}
                    <code class=name>{scope}</code>
                </label>
                <div class="logto-scope-toggle__about" id=part("about")>
                    <p>{about}</p>
                    {advice.map(|advice| view! { <p class="logto-scope-toggle__advice">{advice}</p> })}
                </div>
                {organizations}
                {(!claims.is_empty()).then(|| view! { <p class="logto-scope-toggle__claims">{claims.join(", ")}</p> })}
            </div>
            <div class="logto-scope-toggle__facts">
                <p class="logto-scope-toggle__fact" id=part("state")>
                    <span class="logto-visually-hidden">{use_texts().label(texts.state)}</span>
                    <span class=format!("logto-chip logto-chip--{}", tone(state))>{state.text(table)}</span>
                </p>
                <p class="logto-scope-toggle__fact" id=part("cost")>
                    <span class="logto-scope-toggle__fact-name">{use_texts().label(texts.cost)}</span>
                    <span class="logto-chip logto-scope-toggle__cost">{cost_words}</span>
                </p>
            </div>
        </li>
    }
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
    view! {
        <p class="logto-scope-toggle__organizations">{organizations.into_iter().map(one).collect_view()}</p>
    }
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

fn tone(state: ScopeState) -> &'static str {
    match state {
        ScopeState::Granted => "good",
        ScopeState::NotGranted => "warning",
        ScopeState::SwitchedOff | ScopeState::NotAsked | ScopeState::Unknown => "absent",
    }
}

/// What applying the changes needs, and the buttons. Before hydration and without JavaScript the
/// buttons are always there; after hydration they appear with the first change. Their place is
/// reserved, so that the layout does not shift.
fn bar(table: &'static PanelTexts, changes: Changes) -> impl IntoView {
    let texts = &table.scopes;
    let is_quiet = move || changes.is_live.get() && changes.made.with(Vec::is_empty);
    let text = move || {
        if changes.is_live.get() {
            changes.made.with(|made| summary(made, table))
        } else {
            texts.hint.to_owned()
        }
    };
    view! {
        <div
            class="logto-scope-toggles__bar"
            class:logto-scope-toggles__bar--quiet=is_quiet
            class:logto-scope-toggles__bar--changed=move || changes.made.with(|made| !made.is_empty())
        >
            <div class="logto-scope-toggles__summary" aria-live="polite">
                <p>{text}</p>
                {move || changes.sign_in().then(|| view! { <p class="logto-scope-toggles__note">{texts.perhaps_silent}</p> })}
            </div>
            <div class="logto-scope-toggles__buttons">
                <button type="reset" class="logto-button logto-button--quiet">
                    {texts.undo}
                </button>
                <button type="submit" class="logto-button">
                    {texts.apply}
                </button>
            </div>
        </div>
    }
}
