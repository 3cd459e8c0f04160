//! Makes the texts in `locales/` part of the program, checked: each language has each key, with the same values in it.
//!
//! These are the two crates that `leptos_i18n_build` calls; it would also bring ICU's data exporter, an archive reader and an
//! HTTP client, for plural rules that nothing here uses.

use std::{collections::BTreeSet, env, fs, path::PathBuf};

use leptos_i18n_parser::parse_locales::{
    options::{Config, FileFormat, ParseOptions},
    parse_locales,
};
use toml::{Table, Value};

/// The language of those who ask for none that is here.
const DEFAULT: &str = "en";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=locales");
    let files = fs::read_dir("locales").expect("the folder locales is there");
    let names: BTreeSet<String> = files
        .filter_map(|file| {
            let name = file.ok()?.file_name().into_string().ok()?;
            Some(name.strip_suffix(".toml")?.to_owned())
        })
        .collect();
    let options = ParseOptions::default()
        .file_format(FileFormat::Toml)
        .interpolate_display(true);
    let mut config = Config::new(DEFAULT)
        .expect("a language")
        .parse_options(options);
    for name in names.iter().filter(|name| *name != DEFAULT) {
        println!("cargo::rerun-if-changed=locales/{name}.toml");
        config = config
            .add_locale(name)
            .unwrap_or_else(|error| panic!("locales/{name}.toml: {error}"));
    }
    let parsed = parse_locales(None, config).unwrap_or_else(|error| panic!("locales: {error}"));
    let warnings = parsed.diag.warnings();
    assert!(warnings.is_empty(), "locales: {warnings:?}");
    let attributes = "#![allow(clippy::all, clippy::pedantic, missing_docs, unused)]"
        .parse()
        .expect("attributes");
    let code = leptos_i18n_codegen::gen_code(&parsed, None, false, Some(&attributes), false)
        .unwrap_or_else(|error| panic!("locales: {error}"));
    let folder = PathBuf::from(env::var_os("OUT_DIR").expect("cargo says where"));
    let write = |file: &str, code: String| {
        fs::write(folder.join(file), code).expect("the folder can be written to");
    };
    write("i18n.rs", code.to_string());
    write("component_texts.rs", component_texts(&names));
}

/// The texts of the components as one constant for each language: the browser need not make it, which would be far more code.
fn component_texts(languages: &BTreeSet<String>) -> String {
    let names = languages.iter();
    let arms = names.map(|name| format!("Language::{name} => &{name}::TEXTS,\n"));
    let arms: String = arms.collect();
    let choice = format!(
        "fn component_texts(language: Language) -> &'static (Texts, PanelTexts) {{\nmatch language {{\n{arms}}}\n}}\n"
    );
    let modules = languages.iter().map(|name| component_texts_in(name));
    modules.chain([choice]).collect()
}

/// The sections `[logto.…]` and `[panels.…]` of a language.
fn component_texts_in(language: &str) -> String {
    let file = fs::read_to_string(format!("locales/{language}.toml")).expect("it was read before");
    let sections: Table = file.parse().expect("it was read before");
    let constant = |(name, text): (&String, &Value)| {
        let text = text.as_str().expect("a text");
        format!("pub const {name}: &str = {text:?};\n")
    };
    let module = |(group, texts): (&String, &Value)| {
        let texts = texts.as_table().expect("a section of texts");
        let constants: String = texts.iter().map(constant).collect();
        format!("pub mod {group} {{\n{constants}}}\n")
    };
    let table = |name: &str| {
        let groups = sections[name].as_table().expect("sections");
        let modules: String = groups.iter().map(module).collect();
        format!("mod {name} {{\n{modules}}}\n")
    };
    let tables = ["logto", "panels"].map(table).concat();
    format!(
        "#[allow(non_upper_case_globals, clippy::all, clippy::pedantic, unused)]
        mod {language} {{
            {tables}
            macro_rules! text {{ ($group:ident.$name:ident) => {{ self::logto::$group::$name }}; }}
            macro_rules! panel_text {{ ($group:ident.$name:ident) => {{ self::panels::$group::$name }}; }}
            pub static TEXTS: (super::Texts, super::PanelTexts) =
                (leptos_logto::texts_from!(text), leptos_logto_panels::panel_texts_from!(panel_text));
        }}\n"
    )
}
