use std::sync::Arc;

use leptos::{html::Div, prelude::*};

use leptos_logto::{Notice, NoticeTone, show_local_times, use_auth, use_texts};

use super::{claim_groups::Writer, copy_button::CopyButton};
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
    #[prop(into)]
    info: Arc<UserInfo>,
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
    let fetch = info.fetch;
    let table = use_panel_texts();
    let texts = &table.user_info;
    let writer = Writer {
        table,
        texts: use_texts(),
        viewer: untrack(|| use_auth().viewer()),
        scopes,
    };
    let claims = writer.claims(&info);
    let panel = NodeRef::<Div>::new();
    Effect::new(move |_| {
        if let Some(panel) = panel.get() {
            show_local_times(&panel);
        }
    });
    let unavailable = (fetch == Fetch::Unavailable).then(|| {
        let page = with_userinfo.clone();
        // The browser goes there: for a router it is the page one is on.
        let again = (!page.is_empty()).then(|| {
            view! {
                <a class="logto-button logto-button--quiet logto-button--small" href=page rel="external">
                    {use_texts().general.try_again}
                </a>
            }
        });
        view! { <Notice tone=NoticeTone::Warning title=fetch.text(table) action=again.map(IntoAny::into_any)/> }
    });
    let source = |target: String, says: &'static str, is_current: bool| {
        let current = is_current.then_some("true");
        (!target.is_empty()).then(|| view! { <a href=target aria-current=current>{says}</a> })
    };
    let is_token_alone = fetch == Fetch::NotAsked;
    // The text is on the page already, and `info` may be without it (`WithUserInfo html_only`).
    let json = move || {
        let shown = panel.get_untracked()?.query_selector("textarea").ok()??;
        shown.text_content()
    };
    let json = move || json().unwrap_or_default();
    view! {
        <div class="logto logto-user-info-panel" node_ref=panel>
            {unavailable}
            <div class="logto-user-info-panel__bar">
                <div class="logto-user-info-panel__sources" role="group" aria-label=texts.from>
                    {source(without_userinfo, texts.from_id_token, is_token_alone)}
                    {source(with_userinfo, texts.with_userinfo, !is_token_alone)}
                </div>
                <CopyButton text=json class="logto-button logto-button--quiet logto-button--small">
                    {texts.copy}
                </CopyButton>
            </div>
            <p class="logto-quiet">{(fetch != Fetch::Unavailable).then(|| fetch.text(table))}</p>
            {claims}
        </div>
    }
}
