//! PostgreSQL and Redis or Valkey for tests. Each server listens on a free port of this machine,
//! keeps its data in a new folder, and is stopped and removed when it is dropped. The programs are
//! those of the system.

mod port;
mod postgres;
mod process;
mod redis;

pub use self::{port::free_port, postgres::Postgres, redis::Redis};

/// What a server shows over TLS, as PEM.
#[derive(Clone, Copy, Debug)]
pub struct Certificate<'a> {
    /// The certificate.
    pub certificate: &'a str,
    /// Its private key.
    pub key: &'a str,
}

/// The variable with the URL of a PostgreSQL server that runs already.
pub const POSTGRES_URL: &str = "TEST_POSTGRES_URL";
/// The variable with the URL of a Redis or Valkey server that runs already.
pub const REDIS_URL: &str = "TEST_REDIS_URL";

/// The URL of a server that runs, from its variable. Without one the tests of that store do
/// nothing, and say so; in CI they fail.
///
/// # Panics
/// When the variable is not set, and `CI` is.
#[must_use]
pub fn running(variable: &str) -> Option<String> {
    let url = std::env::var(variable).ok();
    if url.is_none() {
        let text = format!(
            "{variable} is not set, so nothing is tested: run `cargo run -p store-servers -- cargo nextest run …`"
        );
        assert!(std::env::var_os("CI").is_none(), "{text}");
        eprintln!("{text}");
    }
    url
}
