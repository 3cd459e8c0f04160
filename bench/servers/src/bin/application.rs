//! The application with the allocator that counts, and with symbols for `make profile`. Requests per second are those of the
//! program that ships.

use bench_servers::{Failure, counting};
use server::{router, serve, settings, state::AppState};

#[tokio::main]
async fn main() -> Result<(), Failure> {
    counting::report()?;
    let settings = settings::load().map_err(|faults| faults.to_string())?;
    let built = AppState::build(settings).await;
    let (state, _provider) = built.map_err(|fault| fault.to_string())?;
    let served = serve::run(&state, router::router(&state)).await;
    Ok(served.map_err(|fault| fault.to_string())?)
}
