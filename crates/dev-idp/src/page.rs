//! The pages a person sees: plain HTML that needs no script, in light and dark.

use std::fmt::Write;

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

use crate::world::User;

const STYLE: &str = include_str!("page.css");

/// Submits the only form of the page, as Logto's pages do. Without scripts there is the button.
const SUBMIT: &str = "document.forms[0].submit()";

/// What these pages may do: their own style and script, nothing else. Forms may lead anywhere, since signing in ends
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

/// What the sign-in page shows.
pub(crate) struct Screen<'a> {
    pub(crate) path: &'a str,
    pub(crate) action: &'a str,
    pub(crate) application: &'a str,
    pub(crate) identifier: &'a str,
    pub(crate) problem: Option<&'a str>,
    pub(crate) users: &'a [User],
}

/// Makes text safe to stand in HTML, in attributes too.
pub(crate) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

pub(crate) fn sign_in(screen: &Screen) -> String {
    let (heading, lead) = heading(screen.path);
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
    for user in screen.users.iter().filter(|user| user.listed) {
        let (name, about) = (escape(&user.username), escape(&user.about));
        let _ = write!(
            accounts,
            r#"<li><form method="post" action="{action}"><button class="account" name="account" value="{name}" aria-describedby="about-{name}">Continue as {name}</button></form><p id="about-{name}">{about}</p></li>"#,
        );
    }
    let body = format!(
        r#"<h1>{heading}</h1>
<p class="lead">{lead} You go on to <strong>{application}</strong>.</p>
{alert}
<form method="post" action="{action}">
<div class="field"><label for="identifier">Username, e-mail or phone</label>
<input id="identifier" name="identifier" type="text" autocomplete="username" autocapitalize="none" spellcheck="false" required value="{identifier}"{fault}></div>
<div class="field"><label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required{fault}></div>
<button class="primary" type="submit">Sign in</button>
</form>
<h2>Or pick an account</h2>
<p>One click, no password.</p>
<ul class="accounts">{accounts}</ul>
<form class="cancel" method="post" action="{action}"><button class="quiet" name="cancel" value="1">Cancel</button></form>"#,
        application = escape(screen.application),
        identifier = escape(screen.identifier),
    );
    document(heading, &body, "")
}

fn heading(path: &str) -> (&'static str, &'static str) {
    match path {
        "/register" | "/identifier-register" => (
            "Create an account",
            "Accounts come from world.toml; here you pick one of them.",
        ),
        "/reset-password" => (
            "Reset your password",
            "Passwords stand in world.toml; here you sign in with one.",
        ),
        "/single-sign-on" => (
            "Single sign-on",
            "There is no other provider here; you sign in with a local account.",
        ),
        path if path.starts_with("/direct/") => (
            "Continue with a provider",
            "There is no other provider here; you sign in with a local account.",
        ),
        _ => ("Sign in", "Use an account from world.toml."),
    }
}

/// The page that confirms a sign-out by itself.
pub(crate) fn end_session(action: &str, guard: &str, signed_in: bool) -> String {
    let lead = if signed_in {
        "This ends your session at the identity provider."
    } else {
        "You are not signed in here. Go on to finish."
    };
    let body = format!(
        r#"<h1>Sign out</h1>
<p class="lead">{lead}</p>
<form method="post" action="{action}">
<input type="hidden" name="xsrf" value="{guard}">
<input type="hidden" name="logout" value="yes">
<button class="primary" type="submit">Sign out</button>
</form>"#,
        action = escape(action),
        guard = escape(guard),
    );
    document("Sign out", &body, SUBMIT)
}

pub(crate) fn signed_out() -> String {
    document(
        "Signed out",
        "<h1>You are signed out</h1>\n<p class=\"lead\">You can close this page, or go back to where you came from.</p>",
        "",
    )
}

pub(crate) fn unknown_session() -> String {
    let body = "<h1>This sign-in is no longer open</h1>\n<p class=\"lead\">It was finished, replaced by a newer one, or left for more than an hour. Go back to the application and sign in again.</p>";
    document("Sign-in not open", body, "")
}

pub(crate) fn foreign_form() -> String {
    let body = "<h1>That came from another site</h1>\n<p class=\"lead\">Only this provider’s own page can sign you in. Go back to the application and sign in again.</p>";
    document("Not from here", body, "")
}

pub(crate) fn not_found() -> String {
    let body = "<h1>Nothing is here</h1>\n<p class=\"lead\">This address has no page. <a href=\"/\">See what this provider is</a>.</p>";
    document("Not found", body, "")
}

pub(crate) fn about(issuer: &str, users: &[User]) -> String {
    let mut accounts = String::new();
    for user in users.iter().filter(|user| user.listed) {
        let (name, password, about) = (
            escape(&user.username),
            escape(&user.password),
            escape(&user.about),
        );
        let _ = write!(
            accounts,
            "<li><p><code>{name}</code> / <code>{password}</code></p><p>{about}</p></li>"
        );
    }
    let body = format!(
        r#"<h1>Development identity provider</h1>
<p class="lead">It answers as Logto would. Its issuer is <code>{}</code>.</p>
<h2>Accounts</h2>
<p>Username and password:</p>
<ul class="accounts">{accounts}</ul>"#,
        escape(issuer),
    );
    document("Development identity provider", &body, "")
}

/// The page that carries an authorization answer back by a form.
pub(crate) fn form_post(action: &str, pairs: &[(&str, &str)]) -> String {
    let mut fields = String::new();
    for (name, value) in pairs {
        let _ = writeln!(
            fields,
            r#"<input type="hidden" name="{}" value="{}">"#,
            escape(name),
            escape(value)
        );
    }
    let body = format!(
        r#"<h1>Back to the application</h1>
<p class="lead">The answer travels in this form.</p>
<form method="post" action="{}">
{fields}<button class="primary" type="submit">Continue</button>
</form>"#,
        escape(action),
    );
    document("Back to the application", &body, SUBMIT)
}

fn document(title: &str, body: &str, script: &str) -> String {
    let script = if script.is_empty() {
        String::new()
    } else {
        format!("<script>{script}</script>\n")
    };
    format!(
        r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>{title} · Development identity provider</title>
<link rel="icon" href="data:,">
<style>{STYLE}</style>
</head>
<body>
<header><p><strong>Development identity provider</strong> Nothing here is safe for production.</p></header>
<main>
{body}
</main>
{script}</body>
</html>
"#
    )
}
