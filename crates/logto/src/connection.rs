//! How the provider is reached: through a proxy, and trusted by which certificates.

use std::fmt;
use std::str::FromStr;

use url::Url;

/// The proxy that requests to the provider go through.
///
/// Printing shows the host only, because an address may hold a password.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Proxy {
    /// None, whatever the environment says.
    #[default]
    None,
    /// That of the environment: `HTTPS_PROXY`, `HTTP_PROXY` and `ALL_PROXY`, with the exceptions of `NO_PROXY`.
    Environment,
    /// The HTTP proxy at this address, which may hold a user name and a password.
    Address(Url),
}

/// No proxy that can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a proxy is `environment`, or an address with http or https such as http://proxy.example:3128"
)]
pub struct InvalidProxy;

impl FromStr for Proxy {
    type Err = InvalidProxy;

    fn from_str(text: &str) -> Result<Self, InvalidProxy> {
        if text == "environment" {
            return Ok(Self::Environment);
        }
        let url = Url::parse(text).map_err(|_| InvalidProxy)?;
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        if matches!(url.scheme(), "http" | "https") && url.has_host() && bare {
            Ok(Self::Address(url))
        } else {
            Err(InvalidProxy)
        }
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::Environment => f.write_str("Environment"),
            Self::Address(url) => write!(f, "Address({:?})", url.host_str().unwrap_or_default()),
        }
    }
}

/// The certificate of an authority.
#[derive(Clone, Debug)]
pub struct RootCertificate(reqwest::Certificate);

/// No certificate in PEM form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no certificate in PEM form (BEGIN CERTIFICATE) that can be read")]
pub struct InvalidCertificate;

impl RootCertificate {
    /// Every certificate of a PEM file.
    ///
    /// # Errors
    /// When one cannot be read, or there is none.
    pub fn from_pem(pem: &[u8]) -> Result<Vec<Self>, InvalidCertificate> {
        let read = reqwest::Certificate::from_pem_bundle(pem).map_err(|_| InvalidCertificate)?;
        if read.is_empty() {
            return Err(InvalidCertificate);
        }
        Ok(read.into_iter().map(Self).collect())
    }

    pub(crate) fn into_inner(self) -> reqwest::Certificate {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_the_environments_or_an_http_address() {
        assert_eq!("environment".parse(), Ok(Proxy::Environment));
        for address in ["http://proxy.example:3128", "https://u:p@proxy.example/"] {
            let proxy: Proxy = address.parse().unwrap();
            assert_eq!(proxy, Proxy::Address(address.parse().unwrap()));
            // SL-05
            assert_eq!(format!("{proxy:?}"), "Address(\"proxy.example\")");
        }
        for text in [
            "",
            "Environment",
            "proxy.example:3128",
            "socks5://proxy.example",
            "http://proxy.example/path",
            "http://",
        ] {
            assert_eq!(text.parse::<Proxy>(), Err(InvalidProxy), "{text}");
        }
    }

    #[test]
    fn what_is_no_certificate_is_refused() {
        for pem in [
            "",
            "hello",
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        ] {
            assert!(RootCertificate::from_pem(pem.as_bytes()).is_err(), "{pem}");
        }
    }
}
