//! The texts of the pages, in every language they speak. `{}` stands where a name goes.

use axum::http::header;

use crate::call::Call;

/// The texts of one language.
pub(crate) struct Texts {
    /// The language, as the `lang` attribute has it.
    pub(crate) lang: &'static str,
    pub(crate) provider: &'static str,
    pub(crate) warning: &'static str,
    pub(crate) sign_in: Headed,
    pub(crate) register: Headed,
    pub(crate) reset_password: Headed,
    pub(crate) single_sign_on: Headed,
    pub(crate) direct: Headed,
    pub(crate) goes_on: &'static str,
    pub(crate) an_application: &'static str,
    pub(crate) identifier: &'static str,
    pub(crate) password: &'static str,
    pub(crate) sign_in_button: &'static str,
    pub(crate) incorrect: &'static str,
    pub(crate) suspended: &'static str,
    pub(crate) pick: Headed,
    pub(crate) continue_as: &'static str,
    pub(crate) cancel: &'static str,
    pub(crate) about_cancel: &'static str,
    pub(crate) sign_out: &'static str,
    pub(crate) ends_session: &'static str,
    pub(crate) no_session: &'static str,
    pub(crate) signed_out: Headed,
    pub(crate) unknown_session: Headed,
    pub(crate) foreign_form: Headed,
    pub(crate) not_found: Headed,
    pub(crate) see_provider: &'static str,
    pub(crate) about: &'static str,
    pub(crate) accounts: Headed,
    pub(crate) form_post: Headed,
    pub(crate) go_on: &'static str,
}

/// A heading and what stands under it.
#[derive(Clone, Copy)]
pub(crate) struct Headed {
    pub(crate) heading: &'static str,
    pub(crate) lead: &'static str,
}

const fn headed(heading: &'static str, lead: &'static str) -> Headed {
    Headed { heading, lead }
}

pub(crate) static ENGLISH: Texts = Texts {
    lang: "en",
    provider: "Development identity provider",
    warning: "Nothing here is safe for production.",
    sign_in: headed("Sign in", "Use an account from fixture.toml."),
    register: headed(
        "Create an account",
        "Accounts come from fixture.toml; here you pick one of them.",
    ),
    reset_password: headed(
        "Reset your password",
        "Passwords are in fixture.toml; here you sign in with one.",
    ),
    single_sign_on: headed(
        "Single sign-on",
        "There is no other provider here; you sign in with a local account.",
    ),
    direct: headed(
        "Continue with a provider",
        "There is no other provider here; you sign in with a local account.",
    ),
    goes_on: "You continue to {}.",
    an_application: "an application",
    identifier: "Username, email or phone",
    password: "Password",
    sign_in_button: "Sign in",
    incorrect: "Incorrect account or password.",
    suspended: "This account is suspended.",
    pick: headed("Or pick an account", "One click, no password."),
    continue_as: "Continue as {}",
    cancel: "Cancel",
    about_cancel: "For development: Logto’s own page has no such button. It leads back the way Cancel on Logto’s consent page does, without an answer.",
    sign_out: "Sign out",
    ends_session: "This ends your session at the identity provider.",
    no_session: "You are not signed in here. Continue to finish.",
    signed_out: headed(
        "You are signed out",
        "You can close this page, or go back to where you came from.",
    ),
    unknown_session: headed(
        "Sign-in expired",
        "It was completed, replaced by a newer one, or left for more than an hour. Go back to the application and sign in again.",
    ),
    foreign_form: headed(
        "Request from another site",
        "Only this provider’s own page can sign you in. Go back to the application and sign in again.",
    ),
    not_found: headed("Page not found", "There is no page at this address."),
    see_provider: "See what this provider is",
    about: "It answers as Logto would. Its issuer is {}.",
    accounts: headed("Accounts", "Username and password:"),
    form_post: headed(
        "Back to the application",
        "The answer travels in this form.",
    ),
    go_on: "Continue",
};

static JAPANESE: Texts = Texts {
    lang: "ja",
    provider: "開発用 ID プロバイダー",
    warning: "本番環境では使えません。",
    sign_in: headed("サインイン", "fixture.toml のアカウントを使います。"),
    register: headed(
        "アカウントの作成",
        "アカウントは fixture.toml にあります。その中から選んでください。",
    ),
    reset_password: headed(
        "パスワードのリセット",
        "パスワードは fixture.toml にあります。それを使ってサインインしてください。",
    ),
    single_sign_on: headed(
        "シングルサインオン",
        "ここにはほかのプロバイダーがありません。このプロバイダーのアカウントでサインインします。",
    ),
    direct: headed(
        "プロバイダーで続ける",
        "ここにはほかのプロバイダーがありません。このプロバイダーのアカウントでサインインします。",
    ),
    goes_on: "サインイン後、{} に進みます。",
    an_application: "アプリケーション",
    identifier: "ユーザー名、メールアドレスまたは電話番号",
    password: "パスワード",
    sign_in_button: "サインイン",
    incorrect: "アカウントまたはパスワードが正しくありません。",
    suspended: "このアカウントは停止されています。",
    pick: headed(
        "アカウントを選ぶ",
        "ワンクリックで、パスワードなしでサインインします。",
    ),
    continue_as: "{} で続ける",
    cancel: "キャンセル",
    about_cancel: "開発用のボタンで、Logto のページにはありません。Logto の同意ページのキャンセルと同じく、結果を伝えずにアプリケーションへ戻ります。",
    sign_out: "サインアウト",
    ends_session: "ID プロバイダーのセッションを終了します。",
    no_session: "ここではサインインしていません。続けると完了します。",
    signed_out: headed(
        "サインアウトしました",
        "このページを閉じるか、元のページに戻ってください。",
    ),
    unknown_session: headed(
        "サインインの有効期限が切れました",
        "すでに完了したか、新しいサインインに置き換わったか、1 時間以上経過しました。アプリケーションに戻り、もう一度サインインしてください。",
    ),
    foreign_form: headed(
        "別のサイトから送信されました",
        "サインインできるのは、このプロバイダーのページからだけです。アプリケーションに戻り、もう一度サインインしてください。",
    ),
    not_found: headed(
        "ページが見つかりません",
        "この URL にはページがありません。",
    ),
    see_provider: "このプロバイダーについて",
    about: "Logto と同じように応答します。発行者（issuer）は {} です。",
    accounts: headed("アカウント", "ユーザー名とパスワード："),
    form_post: headed(
        "アプリケーションに戻ります",
        "結果はこのフォームで送られます。",
    ),
    go_on: "続ける",
};

impl Texts {
    /// In the language the application asks for (`ui_locales`), else the browser (`Accept-Language`), else in English.
    pub(crate) fn of(call: &Call) -> &'static Self {
        let asked = call.query.get("ui_locales");
        let asked = asked.or(call.body.get("ui_locales")).unwrap_or_default();
        let accepted = call
            .headers
            .get(header::ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        asked
            .split_ascii_whitespace()
            .chain(accepted.split(',').map(str::trim))
            .find_map(Self::spoken)
            .unwrap_or(&ENGLISH)
    }

    /// The texts of a language tag, as `ja-JP` or `ja;q=0.8`.
    fn spoken(tag: &str) -> Option<&'static Self> {
        let language = tag.split(['-', ';']).next().unwrap_or_default();
        [&ENGLISH, &JAPANESE]
            .into_iter()
            .find(|texts| texts.lang.eq_ignore_ascii_case(language))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderMap;

    use super::*;
    use crate::params::Params;

    #[test]
    fn the_application_is_heard_before_the_browser() {
        let cases = [
            ("", "", "en"),
            ("ja", "", "ja"),
            ("ja-JP", "en", "ja"),
            ("fr JA", "en", "ja"),
            ("fr", "ja,en;q=0.5", "ja"),
            ("en", "ja", "en"),
            ("", "fr-FR, ja;q=0.8", "ja"),
            ("", "*", "en"),
            ("jam", "", "en"),
        ];
        for (asked, accepted, spoken) in cases {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, accepted.parse().unwrap());
            let call = Call {
                headers,
                query: Params::form(format!("ui_locales={asked}").replace(' ', "+").as_bytes()),
                body: Params::default(),
            };
            assert_eq!(Texts::of(&call).lang, spoken, "{asked} {accepted}");
        }
    }
}
