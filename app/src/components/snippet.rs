use leptos::prelude::*;

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

/// How to have this in an application of one's own: a command and five lines, a press on which selects the whole, and the
/// ways to the smallest program that has them, to documentation and source.
#[component]
pub fn Snippet() -> impl IntoView {
    view! {
        <section class="panel snippet">
            <h2>{t!(home.add_title)}</h2>
            <p>
                {t!(home.add_about)}
                " "
                <a href=project::EXAMPLE>
                    <code>"examples/minimal"</code>
                </a>
            </p>
            <pre class="snippet__code"><code>{ADD}</code></pre>
            <pre class="snippet__code"><code>{LINES}</code></pre>
            <p class="snippet__ways">
                <a class="button button--quiet" href=project::documentation(use_language())>{t!(frame.documentation)}</a>
                " "
                <a class="button button--quiet" href=project::SOURCE>{t!(frame.source)}</a>
            </p>
        </section>
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
