//! How the provider is reached: through which proxy, trusted by which certificates, within which
//! limits.

use std::time::Duration;

use crate::error::ConfigError;
use crate::proxy::Proxy;

/// How the provider is reached, by a [`Client`](crate::Client) and by a
/// [`ResourceServer`](crate::ResourceServer).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Connection {
    /// Whether the provider may be reached over plain http on another machine. It sends tokens and
    /// the application's secret through the network for everybody to read, so it is for development
    /// only, as between containers. Default: no.
    pub allow_http: bool,
    /// The proxy that requests to the provider go through. Default: none, whatever the environment
    /// says.
    pub proxy: Proxy,
    /// Certificates of authorities that the provider's certificate may be signed by, besides those
    /// of the system. Default: none.
    pub root_certificates: Vec<RootCertificate>,
    /// The longest that one request to Logto may take. Default: five seconds.
    pub timeout: Duration,
    /// The longest answer that is read, in bytes. Default: one mebibyte.
    pub max_body: usize,
}

impl Default for Connection {
    fn default() -> Self {
        Self {
            allow_http: false,
            proxy: Proxy::None,
            root_certificates: Vec::new(),
            timeout: Duration::from_secs(5),
            max_body: 1024 * 1024,
        }
    }
}

impl Connection {
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        if self.max_body == 0 {
            return Err(ConfigError::Empty("max_body"));
        }
        if self.timeout.is_zero() {
            return Err(ConfigError::Empty("timeout"));
        }
        Ok(())
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
