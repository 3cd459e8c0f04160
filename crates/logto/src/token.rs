//! Tokens: exchanging the code, refreshing, and the result.

mod access_token;
mod audience;
mod exchange;
#[cfg(test)]
mod tests;
mod tokens;

pub use self::access_token::AccessToken;
pub use self::audience::Audience;
pub(crate) use self::exchange::{exchange_request, read, refresh_request};
pub use self::tokens::{FinishedSignIn, Refreshed, Tokens};
