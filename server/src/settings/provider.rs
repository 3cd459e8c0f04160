//! The identity provider: Logto, or the development identity provider inside this process.

use std::net::SocketAddr;

use logto::{Secret, is_loopback};
use url::Url;

use super::{
    fault::{Fault, Faults},
    file,
    urls::is_valid,
};

/// The default address of the development identity provider. 3001 and 3002 are Logto's own ports.
const DEV_IDP_ADDR: &str = "127.0.0.1:3011";

/// The identity provider.
#[derive(Debug)]
pub enum Provider {
    /// A Logto somewhere.
    Logto {
        /// Its address.
        endpoint: Url,
        /// The id of the application there.
        app_id: String,
        /// Its secret.
        app_secret: Secret,
    },
    /// The development identity provider, inside this process, at this address.
    Embedded(SocketAddr),
}

pub(super) fn parse(
    file: &file::Logto,
    env: &dyn Fn(&str) -> Option<String>,
    production: bool,
    allow_http: bool,
) -> Result<Provider, Faults> {
    let endpoint = env("LOGTO_ENDPOINT").or_else(|| file.endpoint.clone());
    let app_id = env("LOGTO_APP_ID").or_else(|| file.app_id.clone());
    let secret = env("LOGTO_APP_SECRET");
    if endpoint.is_none() && app_id.is_none() && secret.is_none() {
        return embedded(env, production).map_err(Faults::from);
    }
    let mut faults = Faults::default();
    let needed = |key: &str, value: Option<String>, example: &str| {
        value.ok_or_else(|| {
            Fault::new(
                key,
                "is not set, though other settings of Logto are",
                example,
            )
        })
    };
    let endpoint = faults.note(
        needed("LOGTO_ENDPOINT", endpoint, "https://your-tenant.logto.app/")
            .and_then(|text| parse_endpoint(&text, allow_http)),
    );
    let app_id = faults.note(needed(
        "LOGTO_APP_ID",
        app_id,
        "the App ID of the application in Logto's console",
    ));
    let secret = faults.note(needed(
        "LOGTO_APP_SECRET",
        secret,
        "the App secret of the application in Logto's console",
    ));
    match (endpoint, app_id, secret) {
        (Some(endpoint), Some(app_id), Some(secret)) => Ok(Provider::Logto {
            endpoint,
            app_id,
            app_secret: Secret::new(secret),
        }),
        _ => Err(faults),
    }
}

fn embedded(env: &dyn Fn(&str) -> Option<String>, production: bool) -> Result<Provider, Fault> {
    let example = "https://your-tenant.logto.app/";
    if production {
        let problem = "is not set, and the development identity provider is not for production (LEPTOS_ENV=PROD)";
        return Err(Fault::new("LOGTO_ENDPOINT", problem, example));
    }
    if cfg!(not(feature = "dev-idp")) {
        let problem = "is not set, and this program was built without the development identity provider (the feature dev-idp)";
        return Err(Fault::new("LOGTO_ENDPOINT", problem, example));
    }
    let text = env("DEV_IDP_ADDR").unwrap_or_else(|| DEV_IDP_ADDR.to_owned());
    let address: Option<SocketAddr> = text
        .parse()
        .ok()
        .filter(|address: &SocketAddr| address.ip().is_loopback());
    let fault = |problem| Fault::new("DEV_IDP_ADDR", problem, DEV_IDP_ADDR);
    match address {
        Some(address) if address.is_ipv6() => Err(fault(format!(
            "is {text:?}; the content security policy of pages cannot name an IPv6 address, so browsers would block \
             the sign-out"
        ))),
        Some(address) => Ok(Provider::Embedded(address)),
        None => Err(fault(format!(
            "is {text:?}, which is no loopback address with a port"
        ))),
    }
}

/// The accounts of the development identity provider and their passwords are known to everybody.
pub(super) fn check_embedded(base_url: &Url) -> Result<(), Fault> {
    if is_loopback(base_url) {
        return Ok(());
    }
    let problem = format!(
        "is not set, and the development identity provider, whose passwords everybody knows, does not sign people in at \
         {base_url}: it is for an APP_BASE_URL on this machine"
    );
    let example = "https://your-tenant.logto.app/";
    Err(Fault::new("LOGTO_ENDPOINT", problem, example))
}

fn parse_endpoint(text: &str, allow_http: bool) -> Result<Url, Fault> {
    let fault =
        |problem: String| Fault::new("LOGTO_ENDPOINT", problem, "https://your-tenant.logto.app/");
    let not_a_url = |error| fault(format!("is {text:?}, which is not a URL: {error}"));
    let url = Url::parse(text).map_err(not_a_url)?;
    if let Some((endpoint, rest)) = without_oidc(&url) {
        let problem = format!(
            "is {text:?}, which is an address below the Logto endpoint: leave {rest:?} out"
        );
        return Err(Fault::new("LOGTO_ENDPOINT", problem, endpoint));
    }
    if !is_valid(&url, allow_http) {
        let elsewhere = if is_valid(&url, true) {
            "; for development, [logto] allow_http = true (LOGTO_ALLOW_HTTP=true) allows http to another machine"
        } else {
            ""
        };
        return Err(fault(format!(
            "is {text:?}; it must be https (http only on this machine), with nothing after the path{elsewhere}"
        )));
    }
    Ok(url)
}

/// The issuer and the discovery document are beside the endpoint in Logto's console, and end in a path that the client adds
/// itself: the endpoint without that path, and the path.
fn without_oidc(url: &Url) -> Option<(Url, &'static str)> {
    let path = url.path().trim_end_matches('/');
    let (base, rest) = [
        "/oidc/.well-known/openid-configuration",
        "/.well-known/openid-configuration",
        "/oidc",
    ]
    .into_iter()
    .find_map(|rest| Some((path.strip_suffix(rest)?, &rest[1..])))?;
    let mut endpoint = url.clone();
    endpoint.set_path(&format!("{base}/"));
    endpoint.set_query(None);
    endpoint.set_fragment(None);
    Some((endpoint, rest))
}
