//! What the fuzz target `sealed_record` in `fuzz/` calls: it takes any bytes and panics where a rule
//! is broken. A test runs its seeds.
#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a panic is the finding"
)]

use std::sync::LazyLock;

use serde_json::Value;

use crate::{
    seal::{Place, SessionKeys},
    session::{TokenRecord, read_content},
};

const PLACE: Place<'_> = Place {
    kind: "session",
    row: b"the row",
};
static KEYS: LazyLock<SessionKeys> = LazyLock::new(SessionKeys::ephemeral);

/// A sealed value, and the content of one.
///
/// Nothing that was not sealed here is opened, and what was sealed is opened for its own row alone,
/// whole, and not with one bit flipped. Any content is read without a panic: another version of
/// this program may have sealed it.
pub fn sealed_record(data: &[u8]) {
    assert!(KEYS.open::<Value>(&PLACE, data).is_err());
    read_content(data);
    let _ = serde_json::from_slice::<TokenRecord>(data);
    let Ok(value) = serde_json::from_slice::<Value>(data) else {
        return;
    };
    let sealed = KEYS.seal(&PLACE, &value).unwrap();
    let opened: Value = KEYS.open(&PLACE, &sealed).unwrap();
    // Reading a number is exact to the last digit only for numbers that Rust has written.
    let written = serde_json::to_vec(&value).unwrap();
    assert_eq!(opened, serde_json::from_slice::<Value>(&written).unwrap());
    let other = Place {
        row: b"another row",
        ..PLACE
    };
    assert!(KEYS.open::<Value>(&other, &sealed).is_err());
    let number = data.iter().fold(0_usize, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(usize::from(*byte))
    });
    let bit = number % (sealed.len() * 8);
    let mut flipped = sealed;
    flipped[bit / 8] ^= 1 << (bit % 8);
    assert!(KEYS.open::<Value>(&PLACE, &flipped).is_err(), "bit {bit}");
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    /// FZ-03
    #[test]
    fn the_seeds_break_no_rule() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds/sealed_record");
        let mut seeds = 0;
        for file in fs::read_dir(folder).unwrap() {
            sealed_record(&fs::read(file.unwrap().path()).unwrap());
            seeds += 1;
        }
        assert!(seeds > 0);
    }
}
