//! The development identity provider, inside this process.

use std::{io, net::SocketAddr};

use ::dev_idp::{Fixture, StartError};
use app::{Account, Site};
use logto::{ApiResource, Config, Proxy, Scopes, Secret};
use logto_axum::paths;

use crate::settings::{Fault, Settings, cannot_listen};

/// The running provider; it stops when this is dropped.
pub type Embedded = Option<::dev_idp::Provider>;

/// Starts the provider with the redirect URIs of this application, and configures the client for it.
pub(super) async fn start(
    settings: &Settings,
    address: SocketAddr,
) -> Result<(Config, Site, Embedded), Fault> {
    let fault = |problem: String| {
        let example = "127.0.0.1:3011, or LOGTO_ENDPOINT for a real Logto";
        Fault::new("DEV_IDP_ADDR", problem, example)
    };
    let mut options = ::dev_idp::Options {
        addr: address,
        ..::dev_idp::Options::default()
    };
    let application = options.fixture.applications.first_mut().ok_or_else(|| {
        fault("cannot be used: the development identity provider has no application".to_owned())
    })?;
    let (app_id, secret) = (
        application.id.clone(),
        application.secret.clone().unwrap_or_default(),
    );
    for (list, path) in [
        (&mut application.redirect_uris, "callback"),
        (&mut application.post_logout_redirect_uris, ""),
    ] {
        let address = settings
            .base_url
            .join(path)
            .map_err(|error| fault(error.to_string()))?;
        list.push(address.into());
    }
    let backchannel_logout_uri = settings.base_url.join(paths::BACKCHANNEL_LOGOUT);
    let backchannel_logout_uri =
        backchannel_logout_uri.map_err(|error| fault(error.to_string()))?;
    application.backchannel_logout_uri = Some(backchannel_logout_uri.into());
    application.backchannel_logout_session_required = true;
    let provider = ::dev_idp::start(options).await.map_err(|error| {
        fault(match error {
            StartError::PortTaken(address) => {
                cannot_listen(address, &io::ErrorKind::AddrInUse.into())
            }
            StartError::Listen(address, error) => cannot_listen(address, &error),
            error => format!("is {address}: {error}"),
        })
    })?;
    let endpoint = provider
        .endpoint()
        .parse()
        .map_err(|_| fault("is not an address that a URL can name".to_owned()))?;
    let mut config = settings.client_config(endpoint, app_id, Secret::new(secret))?;
    // The provider is in this process: no proxy.
    config.connection.proxy = Proxy::None;
    ask_for_everything(&mut config, &provider.fixture());
    let accounts = provider.fixture().accounts();
    let site = Site {
        accounts: accounts
            .into_iter()
            .map(|account| Account {
                username: account.username,
                password: account.password,
                about: account.about,
                about_in: account
                    .about_ja
                    .map(|about| ("ja".to_owned(), about))
                    .into_iter()
                    .collect(),
            })
            .collect(),
        ..Site::default()
    };
    Ok((config, site, Some(provider)))
}

/// Asks for every resource and permission of the fixture when none are configured. A real Logto refuses a resource that it does not
/// have, so nothing is asked for by default there.
fn ask_for_everything(config: &mut Config, fixture: &Fixture) {
    if config.resources.is_empty() {
        let resources = fixture.resources.iter();
        config.resources = resources
            .map(|resource| ApiResource::new(&resource.indicator, &resource.permissions))
            .collect();
    }
    if config.organization_permissions.is_empty() {
        let roles = fixture.organization_roles.iter();
        let mut permissions: Scopes = Scopes::new();
        permissions.extend(roles.flat_map(|role| &role.organization_permissions));
        config.organization_permissions = permissions.iter().map(str::to_owned).collect();
    }
}
