//! The development identity provider on its own, for an application that does not bring it along:
//! `cargo run -p dev-idp --example provider -- 127.0.0.1:3011 http://localhost:3000`. Prints what the application has to be told.

use std::{error::Error, process::ExitCode};

use dev_idp::{Options, start};

#[tokio::main]
async fn main() -> ExitCode {
    let Err(error) = serve().await;
    eprintln!("{error}");
    ExitCode::FAILURE
}

async fn serve() -> Result<std::convert::Infallible, Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut next = |otherwise: &str| arguments.next().unwrap_or_else(|| otherwise.to_owned());
    let mut options = Options {
        addr: next("127.0.0.1:3011").parse()?,
        ..Options::default()
    };
    let base = next("http://localhost:3000");
    let application = &mut options.world.applications[0];
    application.redirect_uris.push(format!("{base}/callback"));
    application
        .post_logout_redirect_uris
        .push(format!("{base}/"));
    let (id, secret) = (application.id.clone(), application.secret.clone());
    let provider = start(options).await?;
    println!("LOGTO_ENDPOINT={}", provider.endpoint());
    println!("LOGTO_APP_ID={id}");
    println!("LOGTO_APP_SECRET={}", secret.unwrap_or_default());
    std::future::pending().await
}
