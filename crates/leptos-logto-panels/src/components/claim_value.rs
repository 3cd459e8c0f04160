//! The value of a claim: small lists and definition lists, the long ones folded.

use leptos_logto::texts::fill;
use maud::{Markup, html};

use super::claim_groups::Writer;
use crate::{
    model::{ClaimPart, ClaimValue},
    panel_texts::PanelTexts,
};

/// A value of more lines than this is collapsed.
const LONGEST: usize = 8;
/// How many characters of a collapsed text are visible.
const BEGINNING: usize = 60;

pub(super) fn claim_value(writer: &Writer, value: &ClaimValue) -> Markup {
    if value.lines() <= LONGEST {
        return unfolded(writer, value);
    }
    let summary = match value {
        ClaimValue::List(values) => entries(writer.table, values.len()),
        ClaimValue::Parts(parts) => entries(writer.table, parts.len()),
        ClaimValue::Text(text) | ClaimValue::Json(text) => {
            let beginning: String = text.chars().take(BEGINNING).collect();
            format!("{beginning}…")
        }
        _ => String::new(),
    };
    folded(writer, &summary, value)
}

fn folded(writer: &Writer, summary: &str, value: &ClaimValue) -> Markup {
    html! {
        details.logto-claim-value__more {
            summary { (isolated(summary)) }
            (unfolded(writer, value))
        }
    }
}

fn entries(table: &PanelTexts, count: usize) -> String {
    fill(table.user_info.entries, "count", &count.to_string())
}

fn unfolded(writer: &Writer, value: &ClaimValue) -> Markup {
    let texts = &writer.table.user_info;
    match value {
        ClaimValue::Null => absent("null", texts.null),
        ClaimValue::Empty(exact) => absent(exact, texts.empty),
        ClaimValue::Text(text) => isolated(text),
        ClaimValue::Described { text, exact } => html! {
            (isolated(text))
            code.logto-claim-value__exact { (isolated(exact)) }
        },
        ClaimValue::Folded { text, value } => folded(writer, text, value),
        ClaimValue::Picture(address) => html! {
            span.logto-claim-value__picture {
                // As `Avatar` has it.
                @if let Some(viewer) = &writer.viewer {
                    span.logto-avatar aria-hidden="true" {
                        span.logto-avatar__initials { (viewer.initials) }
                        img.logto-avatar__picture src=(address) alt="" loading="lazy" decoding="async" referrerpolicy="no-referrer";
                    }
                }
                (isolated(address))
            }
        },
        // As `Time` has it; `show_local_times` does the rest.
        ClaimValue::Time(moment) => html! {
            time.logto-time datetime=(moment.machine) title={ (moment.text) " (" (moment.exact) ")" } { (moment.text) }
        },
        ClaimValue::List(values) => html! {
            ul.logto-claim-value__list {
                @for value in values {
                    li.logto-claim-value__deep[is_deep(value)] { (unfolded(writer, value)) }
                }
            }
        },
        ClaimValue::Parts(parts) => html! {
            dl.logto-claim-value__parts {
                @for ClaimPart { name, value } in parts {
                    div.logto-claim-value__deep[is_deep(value)] {
                        dt { (isolated(name)) }
                        dd { (unfolded(writer, value)) }
                    }
                }
            }
        },
        ClaimValue::Json(json) => html! { code { (isolated(json)) } },
    }
}

/// A value that is there and says nothing.
fn absent(exact: &str, about: &str) -> Markup {
    html! {
        span.logto-chip."logto-chip--absent" { (exact) } " " span.logto-quiet { (about) }
    }
}

/// Whether a value has nested parts.
fn is_deep(value: &ClaimValue) -> bool {
    let nested = |value: &ClaimValue| matches!(value, ClaimValue::List(_) | ClaimValue::Parts(_));
    match value {
        ClaimValue::List(values) => values.iter().any(nested),
        value => nested(value),
    }
}

/// Text from outside, which runs in its own direction and leaves what stands beside it alone.
pub(super) fn isolated(text: &str) -> Markup {
    html! { bdi { (text) } }
}
