//! The controls of a test: the clock, the life of access tokens, faults, tampered ID tokens.

use std::collections::HashMap;

use crate::{faults::Faults, tamper::Tamper};

#[derive(Default)]
pub(crate) struct Controls {
    /// Seconds the provider's clock is ahead.
    pub(crate) time_offset: i64,
    pub(crate) tamper: Option<Tamper>,
    pub(crate) faults: Faults,
    /// The life of access tokens in seconds, by the id of the person.
    pub(crate) access_token_lives: HashMap<String, i64>,
}
