//! The pages a person sees: plain HTML that needs no script, in light and dark, in English and Japanese.

use std::fmt::Write;

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

use crate::{
    fixture::FixtureUser,
    html::escape,
    texts::{Headed, Texts},
};

const STYLE: &str = include_str!("page.css");

/// Submits the only form of the page, as Logto's pages do. Without scripts there is the button.
const SUBMIT: &str = "document.forms[0].submit()";

/// The content security policy of the pages: their own style and script, nothing else. Forms may lead anywhere, since signing in ends
/// at the application.
pub(crate) fn policy() -> String {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; img-src data:; base-uri 'none'; \
         frame-ancestors 'none'",
        hash(STYLE),
        hash(SUBMIT),
    )
}

/// The content of the sign-in page.
pub(crate) struct Screen<'a> {
    pub(crate) texts: &'a Texts,
    pub(crate) path: &'a str,
    pub(crate) action: &'a str,
    pub(crate) application: Option<&'a str>,
    pub(crate) identifier: &'a str,
    pub(crate) problem: Option<&'a str>,
    pub(crate) users: &'a [FixtureUser],
}

pub(crate) fn sign_in(screen: &Screen) -> String {
    let texts = screen.texts;
    let Headed { heading, lead } = heading(texts, screen.path);
    let action = escape(screen.action);
    let (alert, fault) = match screen.problem {
        None => (String::new(), ""),
        Some(problem) => (
            format!(
                r#"<p class="problem" id="problem" role="alert"><span aria-hidden="true">▲</span> {}</p>"#,
                escape(problem)
            ),
            r#" aria-invalid="true" aria-describedby="problem""#,
        ),
    };
    let mut accounts = String::new();
    for user in listed(screen.users) {
        let (name, about) = (escape(&user.username), escape(user.about_in(texts.lang)));
        let button = put(texts.continue_as, &name);
        let _ = write!(
            accounts,
            r#"<li><form method="post" action="{action}"><button class="account" name="account" value="{name}" aria-describedby="about-{name}">{button}</button></form><p id="about-{name}">{about}</p></li>"#,
        );
    }
    let application = escape(screen.application.unwrap_or(texts.an_application));
    let body = format!(
        r#"<h1>{heading}</h1>
<p class="lead">{lead} {goes_on}</p>
{alert}
<form method="post" action="{action}">
<div class="field"><label for="identifier">{identifier_label}</label>
<input id="identifier" name="identifier" type="text" autocomplete="username" autocapitalize="none" spellcheck="false" required value="{identifier}"{fault}></div>
<div class="field"><label for="password">{password_label}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required{fault}></div>
<button class="primary" type="submit">{sign_in_button}</button>
</form>
<h2>{pick}</h2>
<p>{about_pick}</p>
<ul class="accounts">{accounts}</ul>
<form class="cancel" method="post" action="{action}"><button class="quiet" name="cancel" value="1" aria-describedby="about-cancel-button">{cancel}</button></form>
<p class="small" id="about-cancel-button">{about_cancel}</p>"#,
        goes_on = put(texts.goes_on, &format!("<strong>{application}</strong>")),
        identifier_label = texts.identifier,
        identifier = escape(screen.identifier),
        password_label = texts.password,
        sign_in_button = texts.sign_in_button,
        pick = texts.pick.heading,
        about_pick = texts.pick.lead,
        cancel = texts.cancel,
        about_cancel = texts.about_cancel,
    );
    document(texts, heading, &body, "")
}

/// Puts a name into a sentence.
fn put(sentence: &str, name: &str) -> String {
    sentence.replacen("{}", name, 1)
}

fn listed(users: &[FixtureUser]) -> impl Iterator<Item = &FixtureUser> {
    users.iter().filter(|user| user.listed)
}

fn heading(texts: &Texts, path: &str) -> Headed {
    match path {
        "/register" | "/identifier-register" => texts.register,
        "/reset-password" => texts.reset_password,
        "/single-sign-on" => texts.single_sign_on,
        path if path.starts_with("/direct/") => texts.direct,
        _ => texts.sign_in,
    }
}

/// The page that confirms a sign-out by itself.
pub(crate) fn end_session(texts: &Texts, action: &str, guard: &str, signed_in: bool) -> String {
    let body = format!(
        r#"<h1>{sign_out}</h1>
<p class="lead">{lead}</p>
<form method="post" action="{action}">
<input type="hidden" name="xsrf" value="{guard}">
<input type="hidden" name="logout" value="yes">
<button class="primary" type="submit">{sign_out}</button>
</form>"#,
        sign_out = texts.sign_out,
        lead = if signed_in {
            texts.ends_session
        } else {
            texts.no_session
        },
        action = escape(action),
        guard = escape(guard),
    );
    document(texts, texts.sign_out, &body, SUBMIT)
}

/// A page that says one thing.
pub(crate) fn note(texts: &Texts, note: Headed) -> String {
    let Headed { heading, lead } = note;
    let body = format!("<h1>{heading}</h1>\n<p class=\"lead\">{lead}</p>");
    document(texts, heading, &body, "")
}

pub(crate) fn not_found(texts: &Texts) -> String {
    let Headed { heading, lead } = texts.not_found;
    let see = texts.see_provider;
    let body = format!("<h1>{heading}</h1>\n<p class=\"lead\">{lead} <a href=\"/\">{see}</a></p>");
    document(texts, heading, &body, "")
}

pub(crate) fn about(texts: &Texts, issuer: &str, users: &[FixtureUser]) -> String {
    let mut accounts = String::new();
    for user in listed(users) {
        let (name, password, about) = (
            escape(&user.username),
            escape(&user.password),
            escape(user.about_in(texts.lang)),
        );
        let _ = write!(
            accounts,
            "<li><p><code>{name}</code> / <code>{password}</code></p><p>{about}</p></li>"
        );
    }
    let body = format!(
        r#"<h1>{provider}</h1>
<p class="lead">{about}</p>
<h2>{heading}</h2>
<p>{lead}</p>
<ul class="accounts">{accounts}</ul>"#,
        provider = texts.provider,
        about = put(texts.about, &format!("<code>{}</code>", escape(issuer))),
        heading = texts.accounts.heading,
        lead = texts.accounts.lead,
    );
    document(texts, texts.provider, &body, "")
}

/// The page that carries an authorization answer back by a form.
pub(crate) fn form_post(texts: &Texts, action: &str, pairs: &[(&str, &str)]) -> String {
    let mut fields = String::new();
    for (name, value) in pairs {
        let _ = writeln!(
            fields,
            r#"<input type="hidden" name="{}" value="{}">"#,
            escape(name),
            escape(value)
        );
    }
    let Headed { heading, lead } = texts.form_post;
    let body = format!(
        r#"<h1>{heading}</h1>
<p class="lead">{lead}</p>
<form method="post" action="{action}">
{fields}<button class="primary" type="submit">{go_on}</button>
</form>"#,
        action = escape(action),
        go_on = texts.go_on,
    );
    document(texts, heading, &body, SUBMIT)
}

fn document(texts: &Texts, title: &str, body: &str, script: &str) -> String {
    let script = if script.is_empty() {
        String::new()
    } else {
        format!("<script>{script}</script>\n")
    };
    format!(
        r#"<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>{title} · {provider}</title>
<link rel="icon" href="data:,">
<style>{STYLE}</style>
</head>
<body>
<header><p><strong>{provider}</strong> {warning}</p></header>
<main>
{body}
</main>
{script}</body>
</html>
"#,
        lang = texts.lang,
        provider = texts.provider,
        warning = texts.warning,
    )
}
