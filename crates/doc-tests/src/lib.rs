//! The Rust code in the documents of this repository, compiled, and compared with the examples that it is taken from.

#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;

#[cfg(doctest)]
#[doc = include_str!("../../../docs/quick-start.md")]
struct QuickStart;

#[cfg(test)]
mod tests {
    const README: &str = include_str!("../../../README.md");
    const QUICK_START: &str = include_str!("../../../docs/quick-start.md");
    const QUICK_START_JA: &str = include_str!("../../../docs/quick-start.ja.md");
    const AXUM: &str = include_str!("../../../examples/axum/src/main.rs");
    const CONTRIBUTING: &str = include_str!("../../../CONTRIBUTING.md");
    const IGNORED: &str = include_str!("../../../.gitignore");
    const API: &str = include_str!("../../../examples/api/src/main.rs");
    const ACCOUNT_PAGES: &str = include_str!("../../../examples/account/src/lib.rs");
    const ACCOUNT_SERVER: &str = include_str!("../../../examples/account/src/main.rs");
    const LEPTOS_PAGES: &str = include_str!("../../../examples/minimal/src/lib.rs");
    const LEPTOS_SERVER: &str = include_str!("../../../examples/minimal/src/main.rs");

    /// The blocks of code of a document in one language, without their fences.
    fn blocks<'d>(document: &'d str, language: &str) -> Vec<&'d str> {
        let fence = format!("\n```{language}");
        let parts = document.split(fence.as_str()).skip(1);
        let block = |part: &'d str| part.split_once('\n')?.1.split_once("```");
        parts.map(|part| block(part).unwrap().0).collect()
    }

    /// Without the comments, which are in the language of the document.
    fn code(block: &str) -> Vec<&str> {
        let lines = block.lines();
        lines
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect()
    }

    #[test]
    fn the_readme_shows_the_examples_as_they_are() {
        let shown = blocks(README, "rust");
        for (name, source) in [
            ("examples/axum/src/main.rs", AXUM),
            ("examples/minimal/src/lib.rs", LEPTOS_PAGES),
            ("examples/minimal/src/main.rs", LEPTOS_SERVER),
        ] {
            assert!(
                shown.contains(&source),
                "README.md does not show {name} as it is"
            );
        }
        let lines = format!("in {} lines", API.lines().count());
        assert!(README.contains(&lines), "examples/api is {lines}");
    }

    #[test]
    fn no_example_is_longer_than_80_lines() {
        for example in [
            vec![AXUM],
            vec![API],
            vec![LEPTOS_PAGES, LEPTOS_SERVER],
            vec![ACCOUNT_PAGES, ACCOUNT_SERVER],
        ] {
            let lines: usize = example.iter().map(|file| file.lines().count()).sum();
            assert!(lines < 80, "{lines}: {}", example[0]);
        }
    }

    /// How many lines call or name something of these crates. A `use` counts once, however long; so does an element.
    fn lines_about_signing_in(source: &str) -> usize {
        const OURS: [&str; 16] = [
            "Auth",
            "auth.",
            "builder.",
            "display_name",
            "expose",
            "access_token",
            "Guard",
            "CurrentUser",
            "SignedIn",
            "SignedOut",
            "SignInLink",
            "SignOutButton",
            "STYLESHEET",
            "leptos_logto::",
            "logto_axum::",
            "server::",
        ];
        let one_line = source.replace(",\n    ", ", ").replace("::{\n    ", "::{ ");
        let lines = one_line.lines().map(str::trim_start);
        let code = lines.filter(|line| !line.starts_with("//") && !line.starts_with("</"));
        code.filter(|line| OURS.iter().any(|name| line.contains(name)))
            .count()
    }

    #[test]
    fn signing_in_takes_few_lines() {
        let axum = lines_about_signing_in(AXUM);
        let leptos = lines_about_signing_in(LEPTOS_PAGES) + lines_about_signing_in(LEPTOS_SERVER);
        assert_eq!((axum, leptos), (10, 15), "README.md says these numbers");
    }

    #[test]
    fn both_languages_of_the_quick_start_have_the_same_code() {
        for language in ["rust", "sh", "toml"] {
            let english = blocks(QUICK_START, language);
            let japanese = blocks(QUICK_START_JA, language);
            assert_eq!(english.len(), japanese.len(), "{language}");
            for (english, japanese) in english.iter().zip(&japanese) {
                assert_eq!(code(english), code(japanese));
            }
        }
    }

    /// A table that leads to a file that was renamed leads nowhere. A folder that a command makes is
    /// not there after a clone: it is in `.gitignore`.
    #[test]
    fn the_files_that_contributing_names_are_there() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let names = CONTRIBUTING.split('`').skip(1).step_by(2);
        let is_path = |name: &&str| {
            name.contains('/') && !name.starts_with('/') && !name.contains(['*', ' ', ':', '<'])
        };
        let paths: Vec<_> = names.filter(is_path).collect();
        assert!(paths.len() > 40, "{paths:?}");
        let is_made = |path: &str| {
            let first = path.split('/').next().unwrap_or(path);
            IGNORED.lines().any(|line| line.trim_matches('/') == first)
        };
        for path in paths {
            let known = is_made(path) || root.join(path).exists();
            assert!(known, "CONTRIBUTING.md names {path}");
        }
    }
}
