//! The value of a claim: small lists and definition lists, the long ones folded.

use leptos::prelude::*;

use leptos_logto::{Avatar, Time, Viewer, texts::fill, use_auth};

use crate::{
    model::{ClaimPart, ClaimValue},
    panel_texts::PanelTexts,
};

/// A value of more lines than this is collapsed.
const LONGEST: usize = 8;
/// How many characters of a collapsed text are visible.
const BEGINNING: usize = 60;

pub(super) fn claim_value(table: &'static PanelTexts, value: ClaimValue) -> AnyView {
    if value.lines() <= LONGEST {
        return unfolded(table, value);
    }
    let summary = match &value {
        ClaimValue::List(values) => entries(table, values.len()),
        ClaimValue::Parts(parts) => entries(table, parts.len()),
        ClaimValue::Text(text) | ClaimValue::Json(text) => {
            let beginning: String = text.chars().take(BEGINNING).collect();
            format!("{beginning}…")
        }
        _ => String::new(),
    };
    folded(table, summary, value)
}

fn folded(table: &'static PanelTexts, summary: String, value: ClaimValue) -> AnyView {
    view! {
        <details class="logto-claim-value__more">
            <summary>{isolated(summary)}</summary>
            {unfolded(table, value)}
        </details>
    }
    .into_any()
}

fn entries(table: &PanelTexts, count: usize) -> String {
    fill(table.user_info.entries, "count", &count.to_string())
}

fn unfolded(table: &'static PanelTexts, value: ClaimValue) -> AnyView {
    let texts = &table.user_info;
    match value {
        ClaimValue::Null => {
            let null = "null".to_owned();
            view! { <span class="logto-chip logto-chip--absent">{null}</span> " " <span class="logto-quiet">{texts.null}</span> }.into_any()
        }
        ClaimValue::Empty(exact) => {
            view! { <span class="logto-chip logto-chip--absent">{exact}</span> " " <span class="logto-quiet">{texts.empty}</span> }.into_any()
        }
        ClaimValue::Text(text) => isolated(text).into_any(),
        ClaimValue::Described { text, exact } => {
            view! {
                {isolated(text)}
                <code class="logto-claim-value__exact">{isolated(exact)}</code>
            }
            .into_any()
        }
        ClaimValue::Folded { text, value } => folded(table, text, *value),
        ClaimValue::Picture(address) => {
            let viewer = untrack(|| use_auth().viewer()).map(|viewer| Viewer {
                picture: Some(address.clone()),
                ..viewer
            });
            view! {
                <span class="logto-claim-value__picture">
                    {viewer.map(|viewer| view! { <Avatar viewer/> })}
                    {isolated(address)}
                </span>
            }
            .into_any()
        }
        ClaimValue::Time(moment) => view! { <Time moment/> }.into_any(),
        ClaimValue::List(values) => {
            let items = values
                .into_iter()
                .map(|value| {
                    let class = deep(&value);
                    view! { <li class=class>{unfolded(table, value)}</li> }
                })
                .collect_view();
            view! { <ul class="logto-claim-value__list">{items}</ul> }.into_any()
        }
        ClaimValue::Parts(parts) => {
            let parts = parts
                .into_iter()
                .map(|ClaimPart { name, value }| {
                    let class = deep(&value);
                    view! {
                        <div class=class>
                            <dt>{isolated(name)}</dt>
                            <dd>{unfolded(table, value)}</dd>
                        </div>
                    }
                })
                .collect_view();
            view! { <dl class="logto-claim-value__parts">{parts}</dl> }.into_any()
        }
        ClaimValue::Json(json) => view! { <code>{isolated(json)}</code> }.into_any(),
    }
}

/// The class of a value with nested parts.
fn deep(value: &ClaimValue) -> Option<&'static str> {
    let nested = |value: &ClaimValue| matches!(value, ClaimValue::List(_) | ClaimValue::Parts(_));
    let is_deep = match value {
        ClaimValue::List(values) => values.iter().any(nested),
        value => nested(value),
    };
    is_deep.then_some("logto-claim-value__deep")
}

/// Text from outside, which runs in its own direction and leaves what stands beside it alone.
pub(super) fn isolated(text: String) -> impl IntoView {
    view! { <bdi>{text}</bdi> }
}
