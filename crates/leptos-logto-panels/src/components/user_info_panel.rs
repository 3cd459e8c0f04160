use leptos::prelude::*;

use leptos_logto::{Notice, NoticeTone, use_texts};

use super::{
    claims_table::{Ways, claims_table, link},
    copy_button::CopyButton,
};
use crate::{
    model::{Fetch, UserInfo},
    panel_texts::use_panel_texts,
};

/// Every claim with its value, its source and its scope, a person's own facts first; and, where a
/// claim is missing, why, and what can be done about it. Never a token.
///
/// It can be copied as JSON: by a button, or without JavaScript out of the text at its end.
///
/// ![The panel: claims in groups, each with value, source and scope](https://raw.githubusercontent.com/leptos-logto/leptos-logto/main/docs/components/user-info-panel.png)
#[component]
pub fn UserInfoPanel(
    /// The claims of the person.
    info: UserInfo,
    /// The page where scopes are switched on and off. Without one, no link to it is offered.
    #[prop(optional, into)]
    scopes: String,
    /// The page this panel is on, with userinfo asked for. Without one, that is not offered.
    #[prop(optional, into)]
    with_userinfo: String,
    /// The page this panel is on, without userinfo. Without one, that is not offered.
    #[prop(optional, into)]
    without_userinfo: String,
) -> impl IntoView {
    let UserInfo {
        claims,
        missing,
        fetch,
        json,
    } = info;
    let table = use_panel_texts();
    let texts = &table.user_info;
    let ways = Ways {
        table,
        scopes: StoredValue::new(scopes),
        with_userinfo: StoredValue::new(with_userinfo.clone()),
    };
    let (state, way, says) = match fetch {
        Fetch::NotAsked => (texts.state_id_token, with_userinfo, texts.fetch),
        Fetch::Answered => (texts.state_both, without_userinfo, texts.leave_out),
        Fetch::Unavailable => (
            texts.unavailable,
            with_userinfo,
            use_texts().general.try_again,
        ),
    };
    let unavailable = fetch == Fetch::Unavailable;
    let (copied, readable) = (json.clone(), json.clone());
    let way = link(
        way,
        says,
        unavailable,
        "logto-button logto-button--quiet logto-button--small",
    );
    let (retry, way) = if unavailable {
        (way.map(IntoAny::into_any), None)
    } else {
        (None, way)
    };
    view! {
        <div class="logto logto-user-info-panel">
            {unavailable.then(|| view! { <Notice tone=NoticeTone::Warning title=state action=retry/> })}
            <div class="logto-user-info-panel__bar">
                <p class="logto-user-info-panel__state">{(!unavailable).then_some(state)}</p>
                <div class="logto-user-info-panel__actions">
                    {way}
                    <CopyButton text=copied class="logto-button logto-button--quiet logto-button--small">
                        {texts.copy}
                    </CopyButton>
                </div>
            </div>
            {claims_table(ways, claims, missing)}
            <details class="logto-user-info-panel__json">
                <summary>{texts.as_json}</summary>
                <p class="logto-quiet">{texts.as_json_about}</p>
                // The child text is for the page without JavaScript; after hydration only the
                // property changes.
                <textarea readonly rows="14" spellcheck="false" aria-label=texts.as_json prop:value=readable>
                    {json}
                </textarea>
            </details>
        </div>
    }
}
