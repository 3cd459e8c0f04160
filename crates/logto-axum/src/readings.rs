//! A path as one router or another might read it. What guards paths must hold for all of them (LX-03).

use percent_encoding::percent_decode_str;

/// The segments of a path, without empty ones: as it is split and then decoded, which is what routers do; decoded all
/// through first, and twice, for what was encoded twice; and that with its dot segments resolved.
pub(crate) fn readings(path: &str) -> [Vec<String>; 3] {
    let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let filled = |segment: &&str| !segment.is_empty();
    let split_first = path.split('/').filter(filled).map(decode).collect();
    let decoded = decode(&decode(path));
    let decoded_first: Vec<String> = decoded
        .split(['/', '\\'])
        .filter(filled)
        .map(str::to_owned)
        .collect();
    let mut resolved: Vec<String> = Vec::new();
    for segment in &decoded_first {
        match segment.as_str() {
            "." => {}
            ".." => drop(resolved.pop()),
            _ => resolved.push(segment.clone()),
        }
    }
    [split_first, decoded_first, resolved]
}
