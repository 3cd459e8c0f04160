//! The pages for when the store or Logto does not answer.

use axum::response::Html;
use logto_types::paths;

use super::{
    document::{Texts, again_link, document, escape},
    language::PageLanguage,
};

const STORE_UNAVAILABLE: Texts = Texts {
    language: PageLanguage::English,
    title: "This page cannot be shown right now",
    about: "Sign-in status is unavailable. Your session is not lost. Reload the page in a moment.",
};
const STORE_UNAVAILABLE_JA: Texts = Texts {
    language: PageLanguage::Japanese,
    title: "現在このページを表示できません",
    about: "サインイン状態を確認できませんでした。セッションは失われていません。しばらくしてから、ページを再読み込みしてください。",
};
const SIGN_IN_UNAVAILABLE: Texts = Texts {
    language: PageLanguage::English,
    title: "Sign-in is unavailable right now",
    about: "Logto is not responding. Try again in a moment.",
};
const SIGN_IN_UNAVAILABLE_JA: Texts = Texts {
    language: PageLanguage::Japanese,
    title: "現在サインインできません",
    about: "Logto が応答していません。しばらくしてから、もう一度お試しください。",
};

/// The store does not say who is signed in. `here` is the path and query to open again. A new
/// sign-in helps where this process cannot read the session, because a key is missing.
pub(crate) fn store_unavailable(language: PageLanguage, here: Option<&str>) -> Html<String> {
    let (texts, reload, home, again) = match language {
        PageLanguage::English => (
            &STORE_UNAVAILABLE,
            "Reload",
            "Go to the home page",
            ("If that does not help, ", "sign in again", "."),
        ),
        PageLanguage::Japanese => (
            &STORE_UNAVAILABLE_JA,
            "再読み込み",
            "ホームに戻る",
            (
                "それでも表示されない場合は、",
                "もう一度サインイン",
                "してください。",
            ),
        ),
    };
    let reload = here.map(|here| {
        let here = escape(here).replace('"', "&quot;");
        format!("<a href=\"{here}\">{reload}</a> ")
    });
    let reload = reload.unwrap_or_default();
    let (before, link, after) = again;
    let sign_in = paths::SIGN_IN;
    document(
        texts,
        &format!(
            "<p>{reload}<a href=\"/\">{home}</a></p><p>{before}<a href=\"{sign_in}\">{link}</a>{after}</p>"
        ),
    )
}

/// Logto or the store does not answer in the middle of the flow. `return_to` is the page asked for.
pub(crate) fn sign_in_unavailable(language: PageLanguage, return_to: &str) -> Html<String> {
    let (texts, again, home) = match language {
        PageLanguage::English => (&SIGN_IN_UNAVAILABLE, "Try again", "Go to the home page"),
        PageLanguage::Japanese => (&SIGN_IN_UNAVAILABLE_JA, "再試行", "ホームに戻る"),
    };
    document(
        texts,
        &format!("<p>{}</p>", again_link(return_to, again, home)),
    )
}
