use leptos::prelude::*;
use logto_types::SessionEnd;

use super::{
    notice::{Notice, NoticeTone},
    sign_in_link::SignInLink,
};
use crate::{
    auth::use_auth,
    memo::memo,
    texts::{fill, use_texts},
};

/// Warns before the session ends and offers to stay, and says when it has ended. It is a live
/// region, empty most of the time; pressing the button in one tab takes the warning away in all.
/// Without JavaScript it shows nothing: the next page that is asked for says it.
#[component]
pub fn SessionNotice() -> impl IntoView {
    let auth = use_auth();
    let table = use_texts();
    // A screen reader announces the live region once a minute, not every second.
    let minutes = memo(move || auth.ends_in().map(|seconds| seconds.div_ceil(60)));
    let can_stay = move || auth.end().is_some_and(SessionEnd::can_be_prolonged);
    let texts = &table.session;
    let warning = move || match minutes()? {
        0 => Some(texts.ending.to_owned()),
        1 => Some(texts.one_minute.to_owned()),
        count => Some(fill(texts.minutes, "count", &count.to_string())),
    };
    let stay = move || {
        view! {
            <button type="button" class="logto-button logto-button--small" on:click=move |_| auth.stay()>
                {texts.stay}
            </button>
        }
        .into_any()
    };
    let sign_in = move || {
        view! { <SignInLink class="logto-button logto-button--small">{texts.sign_in_again}</SignInLink> }
            .into_any()
    };
    let notice = move || {
        let (title, action) = if auth.has_ended() {
            (texts.ended.to_owned(), sign_in())
        } else {
            let warning = warning()?;
            (warning, if can_stay() { stay() } else { sign_in() })
        };
        Some(view! { <Notice tone=NoticeTone::Warning title action=Some(action) is_live=false/> })
    };
    view! {
        <div class="logto logto-session-notice" role="status" aria-live="polite">
            {notice}
        </div>
    }
}
