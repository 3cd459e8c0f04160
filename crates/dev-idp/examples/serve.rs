//! Runs the provider by itself: `cargo run -p dev-idp --example serve [address]`.

use std::{env, future};

use dev_idp::{Options, start};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let addr = env::args()
        .nth(1)
        .unwrap_or_else(|| "127.0.0.1:3301".into())
        .parse()?;
    let provider = start(Options {
        addr,
        ..Options::default()
    })
    .await?;
    println!(
        "The development identity provider is at {}",
        provider.endpoint()
    );
    for account in provider.world().accounts() {
        println!(
            "  {} / {}  {}",
            account.username, account.password, account.about
        );
    }
    future::pending().await
}
