use leptos::prelude::*;
use leptos_logto::{Notice, NoticeTone};

use super::access_token_panel::{AccessTokenPanel, ApiPage};
use crate::{api::RefreshAccessToken, model::AccessTokens, panel_texts::use_panel_texts};

/// A row for each API the person can get a token for: an [`AccessTokenPanel`]. Never a token.
///
/// ![The list: permissions, remaining time and claims of an access token](https://raw.githubusercontent.com/leptos-logto/leptos-logto/main/docs/components/access-token-list.png)
#[component]
pub fn AccessTokenList(
    /// The access tokens of the person.
    tokens: AccessTokens,
    /// The action that requests a fresh token. Create it where the tokens are loaded, and load them
    /// again when its version changes.
    refresh: ServerAction<RefreshAccessToken>,
    /// What the application has to an API, such as a page that calls it.
    #[prop(optional)]
    pages: Vec<ApiPage>,
) -> impl IntoView {
    let texts = use_panel_texts();
    let AccessTokens {
        cards,
        organizations,
        unknown,
    } = tokens;
    let organizations = StoredValue::new(organizations.list);
    let rows = cards
        .into_iter()
        .map(|card| {
            let mut pages = pages.iter();
            let page = pages.find(|page| page.indicator == card.api.indicator());
            let page = page.cloned();
            view! { <AccessTokenPanel card organizations=organizations.get_value() refresh page/> }
        })
        .collect_view();
    view! {
        <div class="logto logto-access-token-list">
            {unknown.then(|| view! { <Notice tone=NoticeTone::Warning title=texts.tokens.unknown/> })}
            <div class="logto-access-token-list__rows">{rows}</div>
        </div>
    }
}
