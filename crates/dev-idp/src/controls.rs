//! The controls of a test: the clock, the life of access tokens, the rotation of refresh tokens, faults, tampered ID tokens.

use std::{collections::HashMap, time::Duration};

use crate::{faults::Faults, tamper::Tamper};

/// How long a replaced refresh token goes on working at Logto, for requests that crossed.
const GRACE: Duration = Duration::from_secs(3);

pub(crate) struct Controls {
    /// Seconds the provider's clock is ahead.
    pub(crate) time_offset: i64,
    pub(crate) tamper: Option<Tamper>,
    pub(crate) faults: Faults,
    /// The life of access tokens in seconds, by the id of the person.
    pub(crate) access_token_lives: HashMap<String, i64>,
    /// Whether every refresh replaces the refresh token.
    pub(crate) always_rotates: bool,
    /// How long a replaced refresh token goes on working.
    pub(crate) grace: Duration,
}

impl Default for Controls {
    fn default() -> Self {
        Self {
            time_offset: 0,
            tamper: None,
            faults: Faults::default(),
            access_token_lives: HashMap::new(),
            always_rotates: false,
            grace: GRACE,
        }
    }
}
