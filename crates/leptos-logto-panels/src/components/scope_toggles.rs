mod changes;
mod draft;
mod scope_details;

use leptos::prelude::*;
use leptos_logto::{
    Notice, NoticeTone, ViewerField, scope_anchor,
    texts::{fill, fill_code},
    use_current_page,
};
use leptos_router::hooks::use_query_map;
use logto_types::scope;

use self::{
    changes::{Changes, Switch},
    scope_details::{breakable, required, scope_details},
};
use crate::{
    model::{
        ScopeChoices, ScopeCost, ScopeGroup, ScopeGroupKind, ScopeNotice, ScopeState, ScopeToggle,
        results, summary,
    },
    panel_texts::{PanelTexts, use_panel_texts},
};

/// Where the form is sent: [`choose_scopes`](crate::choose_scopes).
const CHOOSE_SCOPES: &str = "/api/scopes/choose";

/// A form with a switch for each scope that is not required: its state, what it is for and the
/// claims it has, and a mark where a change leads to Logto. With JavaScript a bar says what
/// applying the changes needs as they are made; without, it is below the switches.
///
/// With JavaScript, changes that are not applied yet are kept in the tab, also when another
/// document takes the place of this one.
///
/// The page gives the note `scopes` of its query to [`load_scopes`](crate::load_scopes), so
/// that the form can show the result of the last choice. The row of the `scope` in the query is
/// unfolded, as [`scope_address`](leptos_logto::scope_address) leads there.
///
/// ![The form: a switch for each scope, with its state](https://raw.githubusercontent.com/leptos-logto/leptos-logto/main/docs/components/scope-toggles.png)
#[component]
pub fn ScopeToggles(
    /// The scopes, as [`load_scopes`](crate::load_scopes) gives them.
    choices: ScopeChoices,
) -> impl IntoView {
    let table = use_panel_texts();
    let texts = &table.scopes;
    let ScopeChoices {
        groups,
        unavailable,
        checked,
        unchecked,
        notice,
    } = choices;
    let limited = (unchecked > 0).then(|| {
        let text = fill(texts.unchecked, "checked", &checked.to_string());
        fill(&text, "all", &(checked + unchecked).to_string())
    });
    let results = results(&groups, texts);
    let (fixed, groups) = without_required(groups);
    let drawn = switched_on(&groups);
    let changes = Changes::watch(&groups);
    let brings_memberships = lacks_memberships(&groups);
    let unfolded = untrack(|| use_query_map().read().get("scope"));
    let fixed = required(table, fixed, unfolded.as_deref());
    let mut count = 0;
    let groups = groups
        .into_iter()
        .map(|about| {
            let first = count;
            count += about.toggles.len();
            let is_limited = about.about == ScopeGroupKind::Organizations;
            let limited = limited.clone().filter(|_| is_limited);
            let unfolded = unfolded.as_deref();
            group(
                table,
                about,
                limited,
                brings_memberships,
                unfolded,
                first,
                changes,
            )
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
            <input type="hidden" name="drawn" value=drawn/>
            <ViewerField/>
            {unavailable.then(|| view! { <Notice tone=NoticeTone::Warning title=texts.states_unknown/> })}
            <p class="logto-quiet">{texts.leads_about}</p>
            <div class="logto-panel logto-scope-toggles__groups">
                {fixed}
                {groups}
            </div>
            {bar(table, notice, results, changes)}
        </form>
    }
}

/// The required scopes, and the groups of the others.
fn without_required(groups: Vec<ScopeGroup>) -> (Vec<ScopeToggle>, Vec<ScopeGroup>) {
    let mut required = Vec::new();
    let mut others = Vec::new();
    for ScopeGroup { about, toggles } in groups {
        let (fixed, free): (Vec<_>, Vec<_>) =
            toggles.into_iter().partition(ScopeToggle::is_required);
        required.extend(fixed);
        if !free.is_empty() {
            let toggles = free;
            others.push(ScopeGroup { about, toggles });
        }
    }
    (required, others)
}

/// The scopes whose switches are on: the form sends what it was drawn with.
fn switched_on(groups: &[ScopeGroup]) -> String {
    let toggles = groups.iter().flat_map(|group| &group.toggles);
    let on = toggles.filter(|toggle| toggle.is_on());
    on.map(|toggle| &*toggle.scope)
        .collect::<Vec<_>>()
        .join(" ")
}

/// Whether memberships are off and can be switched on: whoever switches a permission in
/// organizations on gets them with it.
fn lacks_memberships(groups: &[ScopeGroup]) -> bool {
    let mut toggles = groups.iter().flat_map(|group| &group.toggles);
    let memberships = toggles.find(|toggle| toggle.scope == scope::ORGANIZATIONS);
    memberships.is_some_and(|toggle| !toggle.is_on())
}

fn group(
    table: &'static PanelTexts,
    group: ScopeGroup,
    limited: Option<String>,
    brings_memberships: bool,
    unfolded: Option<&str>,
    first: usize,
    changes: Changes,
) -> impl IntoView + use<> {
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
        .map(|(place, toggle)| {
            let unfolded = unfolded == Some(&*toggle.scope);
            row(
                table,
                toggle,
                brings_memberships,
                unfolded,
                first + place,
                changes,
            )
        })
        .collect_view();
    view! {
        <section class="logto-scope-group" aria-labelledby=labelled>
            <h2 class="logto-scope-group__title" id=heading>
                {about.title(table)}
                {indicator.map(|indicator| view! { " " <code>{indicator}</code> })}
            </h2>
            <div class="logto-scope-group__rows">
                {limited.map(|text| view! { <p class="logto-scope-group__limit">{text}</p> })}
                <ul>{rows}</ul>
            </div>
        </section>
    }
}

fn row(
    table: &'static PanelTexts,
    toggle: ScopeToggle,
    brings_memberships: bool,
    unfolded: bool,
    place: usize,
    changes: Changes,
) -> impl IntoView {
    let texts = &table.scopes;
    let Switch { input, changed, .. } = changes.switch(place);
    let id = format!("switch-{place}");
    let part = |name: &str| format!("{id}-{name}");
    let is_on = toggle.is_on();
    let is_locked = toggle.cost.is_none();
    let scope = toggle.scope.clone();
    let leads = toggle.cost == Some(ScopeCost::SignIn);
    let mut described = ["about", "state"].map(part).join(" ");
    if leads {
        described = format!("{described} {}", part("leads"));
    }
    let says_that_it_leads = leads.then(|| {
        view! { <span class="logto-visually-hidden" id=part("leads")>{texts.leads}</span> }
    });
    // After a space that does not break, so that it is never alone on a line.
    let mark = leads.then(|| {
        view! {
            <span class="logto-scope-toggle__leads" aria-hidden="true" title=texts.leads>
                "\u{a0}↗"
            </span>
        }
    });
    let title = toggle.title(table);
    let name = if title.is_some() {
        "logto-scope-toggle__scope"
    } else {
        "logto-scope-toggle__title"
    };
    // A switch that cannot be pressed sends nothing, so what it stands for is sent beside it.
    let kept = (is_on && is_locked).then(|| scope.clone());
    let lock = kept.is_some().then_some(texts.stays_on);
    let is_applied = toggle.change.is_some() && toggle.state != ScopeState::NotGranted;
    let class = if is_applied {
        "logto-scope-toggle logto-scope-toggle--applied"
    } else {
        "logto-scope-toggle"
    };
    let applied = is_applied.then(|| {
        view! { " " <span class="logto-chip logto-chip--good">{texts.changed}</span> }
    });
    let (anchor, name_of_row, value) = (scope_anchor(&scope), scope.clone(), scope.clone());
    view! {
        <li
            class=class
            class:logto-scope-toggle--changed=move || changed.get() || changes.brings(place)
            data-scope=name_of_row
            id=anchor
        >
            <input
                class="logto-scope-toggle__switch"
                type="checkbox"
                role="switch"
                name="scopes[]"
                value=value
                checked=is_on
                disabled=is_locked
                node_ref=input
                aria-describedby=described
                id=id.clone()
            />
            {kept.map(|scope| view! { <input type="hidden" name="scopes[]" value=scope/> })}
            <div class="logto-scope-toggle__what">
                <label for=id.clone()>
                    {title.map(|title| view! { <span class="logto-scope-toggle__title">{title}</span> " " })}
                    <code class=name>{breakable(&scope)} {mark}</code>
                </label>
                {says_that_it_leads}
                {applied}
                {lock.map(|text| view! { <p class="logto-scope-toggle__lock">{text}</p> })}
            </div>
            {scope_details(table, toggle, brings_memberships, unfolded, &id)}
        </li>
    }
}

/// What applying the changes needs, and the buttons; above them, what the last choice resulted in.
/// Before hydration and without JavaScript the buttons are always there; after hydration they
/// appear with the first change. Their place is reserved, so that the layout does not shift.
fn bar(
    table: &'static PanelTexts,
    notice: Option<ScopeNotice>,
    results: Vec<(&'static str, String)>,
    changes: Changes,
) -> impl IntoView {
    let texts = &table.scopes;
    let is_changed = move || changes.made.with(|made| !made.is_empty());
    let is_quiet = move || changes.is_live.get() && !is_changed();
    let text = move || {
        if changes.is_live.get() {
            changes.made.with(|made| summary(made, table))
        } else {
            texts.hint.to_owned()
        }
    };
    let notice = notice.map(|notice| {
        view! {
            <div class="logto-scope-toggles__notice" hidden=is_changed>
                {describe_notice(table, &notice, results)}
            </div>
        }
    });
    view! {
        <div class="logto-scope-toggles__foot">
            {notice}
            <div
                class="logto-scope-toggles__bar"
                class:logto-scope-toggles__bar--quiet=is_quiet
                class:logto-scope-toggles__bar--changed=is_changed
            >
                <div class="logto-scope-toggles__summary" aria-live="polite">
                    <p>{text}</p>
                    {move || changes.sign_in().then(|| view! { <p class="logto-scope-toggles__note">{texts.perhaps_silent}</p> })}
                </div>
                <div class="logto-scope-toggles__buttons">
                    <button type="reset" class="logto-button logto-button--quiet">
                        {texts.undo}
                    </button>
                    <button type="submit" class="logto-button" aria-busy=move || if changes.is_sent.get() { "true" } else { "false" }>
                        {move || if changes.is_sent.get() { texts.applying } else { texts.apply }}
                    </button>
                </div>
            </div>
        </div>
    }
}

fn describe_notice(
    table: &'static PanelTexts,
    notice: &ScopeNotice,
    results: Vec<(&'static str, String)>,
) -> impl IntoView + use<> {
    let results = results.into_iter().map(|(text, scopes)| {
        let text = fill_code(text, "scopes", scopes);
        view! { <p>{text}</p> " " }
    });
    view! {
        <Notice tone=notice.tone() title=notice.text(&table.scopes) takes_focus=true>
            {results.collect_view()}
        </Notice>
    }
}
