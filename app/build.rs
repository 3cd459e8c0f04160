//! Makes the texts in `locales/` part of the program, checked: each language has each key, with the same values in it.
//!
//! These are the two crates that `leptos_i18n_build` calls; it would also bring ICU's data exporter, an archive reader and an
//! HTTP client, for plural rules that nothing here uses.

use std::{collections::BTreeSet, env, fs, path::PathBuf};

use leptos_i18n_parser::parse_locales::{
    options::{Config, FileFormat, ParseOptions},
    parse_locales,
};

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
    fs::write(folder.join("i18n.rs"), code.to_string()).expect("the folder can be written to");
}
