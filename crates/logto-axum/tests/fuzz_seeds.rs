//! The seeds of fuzz targets break no rule.

#[path = "../../../fuzz/src/requests.rs"]
mod requests;

use std::{fs, path::Path};

fn run(name: &str, target: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fuzz/seeds")
        .join(name);
    let mut seeds = 0;
    for file in fs::read_dir(folder).unwrap() {
        target(&fs::read(file.unwrap().path()).unwrap());
        seeds += 1;
    }
    assert!(seeds > 0, "{name} has no seeds");
}

/// FZ-03
#[test]
fn cookie_headers() {
    run("cookie_header", requests::cookie_header);
}

/// FZ-02
#[test]
fn return_targets() {
    run("return_target", requests::return_target);
}
