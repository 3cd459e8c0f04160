//! The seeds of the fuzz target `settings_file`.

#[path = "../../../fuzz/src/settings.rs"]
mod settings;

use std::{fs, path::Path};

#[test]
fn settings_files() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/seeds/settings_file");
    let mut seeds = 0;
    for file in fs::read_dir(folder).unwrap() {
        settings::settings_file(&fs::read(file.unwrap().path()).unwrap());
        seeds += 1;
    }
    assert!(seeds > 0);
}
