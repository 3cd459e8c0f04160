//! The binary: read the settings, put the parts together, serve.

use std::process::ExitCode;

use server::{
    log, router, serve, sessions_command,
    settings::{self, Faults},
    state::AppState,
};

/// Rendering a page is many small allocations; `make bench` shows the difference.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    if let Some(("sessions", rest)) = arguments
        .split_first()
        .map(|(first, rest)| (&**first, rest))
    {
        return sessions_command::run(rest).await;
    }
    let settings = match settings::load() {
        Ok(settings) => settings,
        Err(faults) => {
            eprintln!("{faults}");
            return ExitCode::FAILURE;
        }
    };
    let log = log::start(settings.log.as_deref());
    tokio::spawn(log.report());
    let (state, _provider) = match AppState::build(settings).await {
        Ok(built) => built,
        Err(fault) => {
            eprintln!("{}", Faults::from(fault));
            return ExitCode::FAILURE;
        }
    };
    match serve::run(&state, router::router(&state)).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("{}", Faults::from(fault));
            ExitCode::FAILURE
        }
    }
}
