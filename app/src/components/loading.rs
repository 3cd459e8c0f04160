use leptos::prelude::*;

use crate::language::t;

/// Stands in for rows that are on their way, at about their size.
#[component]
pub fn Loading(
    /// How many rows.
    rows: usize,
) -> impl IntoView {
    view! {
        <div class="loading" role="status">
            <span class="visually-hidden">{t!(frame.loading)}</span>
            {(0..rows).map(|_| view! { <span class="loading__row" aria-hidden="true"></span> }).collect_view()}
        </div>
    }
}
