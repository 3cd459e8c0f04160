//! A build without the development identity provider.

use std::net::SocketAddr;

use app::Site;
use logto::Config;

use crate::settings::{Fault, Settings};

/// There is never one.
pub type Embedded = Option<std::convert::Infallible>;

pub(super) async fn start(
    _settings: &Settings,
    _address: SocketAddr,
) -> Result<(Config, Site, Embedded), Fault> {
    let problem =
        "is not set, and this program was built without the development identity provider";
    Err(Fault::new(
        "LOGTO_ENDPOINT",
        problem,
        "https://your-tenant.logto.app/",
    ))
}
