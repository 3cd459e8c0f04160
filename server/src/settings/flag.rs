//! Settings that are on or off.

use super::fault::Fault;

/// What a variable says, else what the file says. `example` is a right value.
pub(super) fn parse_flag(
    key: &'static str,
    env: &dyn Fn(&str) -> Option<String>,
    file: bool,
    example: &'static str,
) -> Result<bool, Fault> {
    match env(key).as_deref() {
        None => Ok(file),
        Some("true") => Ok(true),
        Some("false") => Ok(false),
        Some(text) => {
            let problem = format!("is {text:?}; it can be true or false");
            Err(Fault::new(key, problem, example))
        }
    }
}
