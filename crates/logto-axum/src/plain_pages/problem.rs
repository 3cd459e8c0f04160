//! The problem page of an application that has none of its own.

use std::fmt::Write as _;

use axum::response::Html;

use super::{
    document::{Texts, again_link, document, escape},
    language::PageLanguage,
};
use crate::{
    error::ProblemReason,
    flow::{ProblemDetail, RefusalText},
    problem_query::ProblemQuery,
};

/// Why a sign-in failed, and the ways on. The text of a refusal stands in the place of what the
/// reason means, and details for developers stand below; both escaped.
pub(crate) fn problem_page(
    language: PageLanguage,
    query: &ProblemQuery,
    is_signed_in: bool,
    detail: Option<&ProblemDetail>,
    refusal: Option<&RefusalText>,
) -> Html<String> {
    let (title, about) = match language {
        PageLanguage::English => english(query.reason),
        PageLanguage::Japanese => japanese(query.reason),
    };
    let refusal = refusal.map(|RefusalText(text)| escape(text));
    let about = refusal.as_deref().unwrap_or(about);
    let (again, home, signed_in, developers, settings) = match language {
        PageLanguage::English => (
            "Try again",
            "Go to the home page",
            "You are still signed in. Nothing changed.",
            "For developers",
            "Settings to check:",
        ),
        PageLanguage::Japanese => (
            "再試行",
            "ホームに戻る",
            "サインインしたままです。変更はありません。",
            "開発者向けの情報",
            "確認する設定：",
        ),
    };
    let mut rest = format!(
        "<p>{}</p>",
        again_link(query.return_to.as_str(), again, home)
    );
    if is_signed_in {
        rest = format!("<p>{signed_in}</p>{rest}");
    }
    if let Some(detail) = detail {
        let error = escape(&detail.error);
        let _ = write!(rest, "<h2>{developers}</h2><p><code>{error}</code></p>");
        if let Some(setting) = &detail.setting {
            let setting = escape(setting);
            let _ = write!(rest, "<p>{settings} <code>{setting}</code></p>");
        }
    }
    document(
        &Texts {
            language,
            title,
            about,
        },
        &rest,
    )
}

/// A title and its explanation.
fn english(reason: Option<ProblemReason>) -> (&'static str, &'static str) {
    match reason {
        Some(ProblemReason::Cancelled) => (
            "Sign-in cancelled",
            "You are not signed in. Nothing changed.",
        ),
        Some(ProblemReason::Expired) => (
            "Sign-in expired",
            "It took more than 10 minutes, was already completed, or was started in another browser. Start again.",
        ),
        Some(ProblemReason::Invalid) => (
            "Sign-in could not be verified",
            "The response does not match the sign-in started in this browser. Start again.",
        ),
        Some(ProblemReason::Refused) => (
            "Sign-in refused",
            "Logto rejected the request. If this continues, contact the administrator of this app.",
        ),
        Some(ProblemReason::Unavailable) => (
            "Sign-in is unavailable right now",
            "This app or Logto is not working correctly. Try again in a moment.",
        ),
        Some(ProblemReason::Loop) => (
            "This browser does not stay signed in",
            "You signed in twice within a minute, and the session was lost each time or ended from another browser. If you did not end it, allow cookies for this site and check the date and time of this device. Then try again.",
        ),
        Some(ProblemReason::Clock) => (
            "Clocks do not match",
            "The clocks of this app and of Logto differ too much. Contact the administrator of this app, then try again.",
        ),
        Some(ProblemReason::TooLarge) => (
            "Sign-in response too large",
            "Logto returned more data about this account than this app accepts. Contact the administrator of this app; fewer organizations or roles in the account can help.",
        ),
        Some(ProblemReason::AccessDenied) => (
            "This account cannot sign in",
            "This app does not allow this account to sign in. If you think it should, contact the administrator of this app.",
        ),
        None => ("Could not sign in", "You are not signed in. Start again."),
    }
}

/// The same in Japanese.
fn japanese(reason: Option<ProblemReason>) -> (&'static str, &'static str) {
    match reason {
        Some(ProblemReason::Cancelled) => (
            "サインインをキャンセルしました",
            "サインインは完了していません。変更はありません。",
        ),
        Some(ProblemReason::Expired) => (
            "サインインの有効期限が切れました",
            "開始から 10 分以上たったか、すでに完了しているか、別のブラウザーで開始された可能性があります。もう一度サインインしてください。",
        ),
        Some(ProblemReason::Invalid) => (
            "サインインを検証できませんでした",
            "応答が、このブラウザーで開始したサインインと一致しません。もう一度サインインしてください。",
        ),
        Some(ProblemReason::Refused) => (
            "サインインが拒否されました",
            "Logto がリクエストを拒否しました。問題が続く場合は、このアプリの管理者にお問い合わせください。",
        ),
        Some(ProblemReason::Unavailable) => (
            "現在サインインできません",
            "このアプリ、または Logto が正常に動作していません。しばらくしてから、もう一度お試しください。",
        ),
        Some(ProblemReason::Loop) => (
            "このブラウザーではサインイン状態が維持されません",
            "1 分以内に 2 回サインインしましたが、どちらもセッションが失われたか、別のブラウザーから終了されました。ご自身で終了していない場合は、このサイトの Cookie を許可し、デバイスの日付と時刻を確認してから、もう一度お試しください。",
        ),
        Some(ProblemReason::Clock) => (
            "時刻が一致していません",
            "このアプリと Logto の時刻が大きくずれています。このアプリの管理者にお問い合わせのうえ、もう一度お試しください。",
        ),
        Some(ProblemReason::TooLarge) => (
            "サインインの応答が大きすぎます",
            "このアカウントについて、アプリの上限を超える情報が Logto から返されました。このアプリの管理者にお問い合わせください。アカウントの組織やロールを減らすと解決することがあります。",
        ),
        Some(ProblemReason::AccessDenied) => (
            "このアカウントではサインインできません",
            "このアプリでは、このアカウントでのサインインが許可されていません。サインインできるはずの場合は、このアプリの管理者にお問い合わせください。",
        ),
        None => (
            "サインインできませんでした",
            "サインインしていません。もう一度サインインしてください。",
        ),
    }
}
