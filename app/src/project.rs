//! Where this project is.

use crate::language::Language;

/// The source.
pub const SOURCE: &str = env!("CARGO_PKG_REPOSITORY");
/// The version of the application.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
/// The licences, as SPDX writes them.
pub const LICENSE: &str = env!("CARGO_PKG_LICENSE");

/// The smallest application with these crates.
pub const EXAMPLE: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/tree/main/examples/minimal");

/// The documentation in a language, or in English.
pub fn documentation(language: Language) -> &'static str {
    match language {
        Language::ja => concat!(
            env!("CARGO_PKG_REPOSITORY"),
            "/blob/main/docs/quick-start.ja.md"
        ),
        Language::en => concat!(
            env!("CARGO_PKG_REPOSITORY"),
            "/blob/main/docs/quick-start.md"
        ),
    }
}
