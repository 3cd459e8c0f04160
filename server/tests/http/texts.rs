//! The texts in `app/locales/`: every language has every key, and each key is used.

use std::{collections::BTreeMap, fs, path::Path};

use toml::Value;

/// Each text of a table by its path: `orders.title`.
fn texts(path: &str, value: &Value, found: &mut BTreeMap<String, String>) {
    if let Value::Table(table) = value {
        for (name, value) in table {
            let dot = if path.is_empty() { "" } else { "." };
            texts(&format!("{path}{dot}{name}"), value, found);
        }
    } else {
        let text = value.as_str().expect("a text");
        assert!(!text.trim().is_empty(), "{path} is empty");
        found.insert(path.to_owned(), text.to_owned());
    }
}

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// The texts of a language.
fn texts_of(file: &str) -> BTreeMap<String, String> {
    let text = fs::read_to_string(folder().join("app/locales").join(file)).unwrap();
    let mut found = BTreeMap::new();
    texts("", &Value::Table(text.parse().unwrap()), &mut found);
    found
}

/// The files of the languages.
fn languages() -> Vec<String> {
    fs::read_dir(folder().join("app/locales"))
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect()
}

/// The values a text has in braces.
fn values(text: &str) -> Vec<&str> {
    let parts = text.split('{').filter_map(|part| part.split_once('}'));
    let mut values: Vec<_> = parts.map(|(name, _)| name.trim()).collect();
    values.sort_unstable();
    values
}

#[test]
fn no_text_is_missing_in_any_language() {
    let keys = |file: &str| {
        let texts = texts_of(file).into_iter();
        let keys = texts.map(|(key, text)| format!("{key} {:?}", values(&text)));
        keys.collect::<Vec<_>>()
    };
    let english = keys("en.toml");
    assert!(english.len() > 50);
    let files = languages();
    assert!(files.len() >= 2);
    for file in files {
        assert_eq!(keys(&file), english, "{file}");
    }
}

/// All that is written in Rust below a folder, except for the tables of texts.
fn source(folder: &Path, found: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            source(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs")
            && !path.ends_with("english.rs")
        {
            found.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}

/// Whether a source has a name that is not the beginning of a longer one.
fn has(source: &str, name: &str) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    source
        .match_indices(name)
        .any(|(at, _)| !source[at + name.len()..].starts_with(is_part))
}

#[test]
fn every_text_is_used() {
    let read = |part: &str| {
        let mut found = String::new();
        source(&folder().join(part), &mut found);
        found
    };
    let app = read("app/src");
    let components = read("crates/leptos-logto/src") + &read("crates/leptos-logto-panels/src");
    let unused: Vec<_> = texts_of("en.toml")
        .into_keys()
        .filter(|key| {
            let name = key.rsplit('.').next().unwrap_or_default();
            let is_used = match key.split('.').next() {
                // The components take a text from its group, and the name of a claim by that of the claim.
                Some("logto" | "panels") => {
                    has(&components, &format!(".{name}"))
                        || (key.starts_with("panels.claims.")
                            && components.contains(&format!("\"{name}\"")))
                }
                _ => has(&app, key),
            };
            !is_used
        })
        .collect();
    assert_eq!(unused, Vec::<String>::new());
}

/// What docs/words.md says of spaces and colons in Japanese.
#[test]
fn japanese_is_closed_and_its_colons_are_full_width() {
    let is_katakana = |letter: char| ('ァ'..='ー').contains(&letter);
    for (key, text) in texts_of("ja.toml") {
        assert!(
            !text.contains(": ") && !text.ends_with(':'),
            "{key}: {text}"
        );
        let open = ["アクセス トークン", "リフレッシュ トークン"];
        let closed = open
            .iter()
            .fold(text.clone(), |text, term| text.replace(term, ""));
        let letters: Vec<char> = closed.chars().collect();
        let gap = letters
            .windows(3)
            .any(|three| three[1] == ' ' && is_katakana(three[0]) && is_katakana(three[2]));
        assert!(!gap, "{key}: {text}");
    }
}
