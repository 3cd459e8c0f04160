use leptos::prelude::*;

use super::AccessTokenPanel;
use crate::{api::RefreshAccessToken, model::AccessTokens, words::use_words};

/// A panel for each API the person can get a token for. Never a token.
#[component]
pub fn AccessTokenList(
    /// What is known.
    tokens: AccessTokens,
    /// What gets a fresh one. Make it where the tokens are loaded, and load them again when its version changes.
    refresh: ServerAction<RefreshAccessToken>,
    /// Where an API can be called: its indicator, and the page that does it. The organization goes along in the query.
    #[prop(optional)]
    calls: Vec<(String, String)>,
) -> impl IntoView {
    let words = use_words();
    let AccessTokens {
        cards,
        organizations,
        unknown,
    } = tokens;
    let organizations = StoredValue::new(organizations.list);
    let panels = cards
        .into_iter()
        .map(|card| {
            let call = calls
                .iter()
                .find(|(indicator, _)| indicator == card.api.indicator())
                .map(|(_, page)| page.clone());
            view! { <AccessTokenPanel card organizations=organizations.get_value() refresh call/> }
        })
        .collect_view();
    view! {
        <div class="access-token-list">
            {unknown
                .then(|| {
                    view! {
                        <p class="notice notice--warning" role="status">
                            {words.tokens.unknown}
                        </p>
                    }
                })}
            {panels}
        </div>
    }
}
