use leptos::prelude::*;
use leptos_logto_panels::CopyButton;

use crate::{
    language::{t, use_language},
    project,
};

/// Adds the crate to an application.
const ADD: &str = concat!(
    "cargo add leptos-logto --git ",
    env!("CARGO_PKG_REPOSITORY")
);

/// Lines of the smallest application, as README.md has them.
const LINES: &str = r#"<SignedOut><SignInLink class="logto-button">"Sign in"</SignInLink></SignedOut>
<SignedIn>
    <p>"Hello, " {move || use_auth().viewer().map(|viewer| viewer.display_name())}</p>
    <SignOutButton>"Sign out"</SignOutButton>
</SignedIn>"#;

/// How to have this in an application of one's own.
#[component]
pub fn Snippet() -> impl IntoView {
    view! {
        <section class="panel snippet">
            <h2>{t!(home.add_title)}</h2>
            {steps()}
        </section>
    }
}

/// The same, folded: for somebody who has seen it.
#[component]
pub fn FoldedSnippet() -> impl IntoView {
    view! {
        <details class="panel snippet">
            <summary>
                <h2>{t!(home.add_title)}</h2>
            </summary>
            {steps()}
        </details>
    }
}

/// A command and five lines, and the ways to the smallest program that has them, to documentation and source.
fn steps() -> impl IntoView {
    view! {
        <p>
            {t!(home.add_about)}
            " "
            <a href=project::EXAMPLE>
                <code>"examples/minimal"</code>
            </a>
        </p>
        {code(t!(home.command), ADD)}
        {code(t!(home.lines), LINES)}
        <p class="snippet__ways">
            <a class="button button--quiet" href=project::documentation(use_language())>{t!(frame.documentation)}</a>
            " "
            <a class="button button--quiet" href=project::SOURCE>{t!(frame.source)}</a>
        </p>
    }
}

/// Code that can be copied: by the button, or after a press on it, which selects the whole.
fn code(label: &'static str, code: &'static str) -> impl IntoView {
    view! {
        <div class="snippet__code">
            <pre role="region" aria-label=label tabindex="0"><code>{code}</code></pre>
            <CopyButton class="button button--quiet button--small" text=code.to_owned()>
                {t!(panels.copy.copy)}
                <span class="visually-hidden">" " {label}</span>
            </CopyButton>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_are_those_of_the_readme() {
        let readme = include_str!("../../../README.md");
        let lines: Vec<_> = LINES
            .lines()
            .map(|line| format!("        {line}\n"))
            .collect();
        assert_eq!(lines.len(), 5);
        assert!(readme.contains(&lines.concat()));
    }
}
