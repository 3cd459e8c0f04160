//! The server functions of this application.
//!
//! | function | request | for |
//! |---|---|---|
//! | [`choose_language`] | POST `/language` | anybody |

mod language;

pub use language::{ChooseLanguage, choose_language};
