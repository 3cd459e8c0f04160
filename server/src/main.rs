//! The binary: read the settings, put the parts together, serve.

use std::process::ExitCode;

use server::{
    connections::raise_open_files,
    health_command, log,
    metrics::Exporter,
    router, serve, sessions_command,
    settings::{self, Faults},
    state::AppState,
    telemetry::Telemetry,
};

/// Rendering a page is many small allocations; `make bench` shows the difference.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const USAGE: &str = "\
Usage: server            serves the application until SIGTERM or SIGINT
       server health     whether the server of these settings answers
       server sessions   lists and ends sessions

Settings come from Leptos.toml, the environment, and the file that ENV_FILE names.
";

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    match arguments
        .split_first()
        .map(|(first, rest)| (&**first, rest))
    {
        None => {}
        Some(("sessions", rest)) => return sessions_command::run(rest).await,
        Some(("health", [])) => return health_command::run(),
        Some(("--help" | "-h", _)) => {
            print!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Some(_) => {
            eprint!("{USAGE}");
            return ExitCode::from(2);
        }
    }
    let settings = match settings::load() {
        Ok(settings) => settings,
        Err(faults) => {
            eprintln!("{faults}");
            return ExitCode::FAILURE;
        }
    };
    // Dropped last, so that the spans of the shutdown are sent.
    let telemetry = match Telemetry::start() {
        Ok(telemetry) => telemetry,
        Err(fault) => {
            eprintln!("{}", Faults::from(fault));
            return ExitCode::FAILURE;
        }
    };
    let log = log::start(settings.log.as_deref(), telemetry.layer());
    // Before the limits of connections and streams are made from it.
    raise_open_files();
    tokio::spawn(log.report());
    // Before anything is measured.
    let exporter = match settings.network.metrics {
        Some(address) => match Exporter::open(address).await {
            Ok(exporter) => Some(tokio::spawn(exporter.serve())),
            Err(fault) => {
                eprintln!("{}", Faults::from(fault));
                return ExitCode::FAILURE;
            }
        },
        None => None,
    };
    let (state, _provider) = match AppState::build(settings).await {
        Ok(built) => built,
        Err(fault) => {
            eprintln!("{}", Faults::from(fault));
            return ExitCode::FAILURE;
        }
    };
    let served = serve::run(&state, router::router(&state)).await;
    if let Some(exporter) = exporter {
        exporter.abort();
    }
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("{}", Faults::from(fault));
            ExitCode::FAILURE
        }
    }
}
