//! The proxy in front of the provider.

use std::fmt;
use std::str::FromStr;

use reqwest::NoProxy;
use url::Url;

/// The proxy that requests to the provider go through.
///
/// Printing shows host and port only, because an address may hold a password.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Proxy {
    /// None, whatever the environment says.
    #[default]
    None,
    /// Those that the usual variables name.
    Environment(ProxyVariables),
    /// The HTTP proxy at this address, which may hold a user name and a password.
    Address(Url),
}

/// What `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` say.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ProxyVariables {
    https: Option<Url>,
    http: Option<Url>,
    no_proxy: Option<String>,
}

/// No proxy that can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a proxy is an address with http or https such as http://proxy.example:3128")]
pub struct InvalidProxy;

/// A variable that names no proxy that can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{variable}: {InvalidProxy}")]
pub struct InvalidProxyVariable {
    /// Its name.
    pub variable: &'static str,
}

impl ProxyVariables {
    /// Reads `HTTPS_PROXY` and `HTTP_PROXY`, each or else `ALL_PROXY`, and the exceptions of
    /// `NO_PROXY`. `variable` gives the value of a variable, as `|name| std::env::var(name).ok()`
    /// does; an empty value is none. Names in lower case count where there is no other.
    ///
    /// # Errors
    /// When one of them is not the address of an HTTP proxy.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, InvalidProxyVariable> {
        let set = |name: &str| variable(name).filter(|text| !text.trim().is_empty());
        let proxy = |names: [&'static str; 4]| {
            let found = names.into_iter().find_map(|name| Some((name, set(name)?)));
            let read = |(variable, text): (_, String)| {
                let proxy = address(&text);
                proxy.map_err(|InvalidProxy| InvalidProxyVariable { variable })
            };
            found.map(read).transpose()
        };
        Ok(Self {
            https: proxy(["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])?,
            http: proxy(["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])?,
            no_proxy: set("NO_PROXY").or_else(|| set("no_proxy")),
        })
    }
}

/// `proxy.example:3128` is the same with `http://` before it, as everywhere in these variables.
fn address(text: &str) -> Result<Url, InvalidProxy> {
    let text = text.trim();
    let url = if text.contains("://") {
        Url::parse(text)
    } else {
        Url::parse(&format!("http://{text}"))
    };
    let url = url.map_err(|_| InvalidProxy)?;
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    if matches!(url.scheme(), "http" | "https") && url.has_host() && bare {
        Ok(url)
    } else {
        Err(InvalidProxy)
    }
}

impl Proxy {
    /// The proxy that requests to `url` go through, without its password:
    /// `http://proxy.example:3128`; with `NO_PROXY`, which may say otherwise, if that is set.
    #[must_use]
    pub fn describe_for(&self, url: &Url) -> Option<String> {
        let (proxy, no_proxy) = match self {
            Self::None => return None,
            Self::Address(proxy) => (proxy, None),
            Self::Environment(variables) => {
                let proxy = match url.scheme() {
                    "https" => &variables.https,
                    _ => &variables.http,
                };
                (proxy.as_ref()?, variables.no_proxy.as_ref())
            }
        };
        let proxy = format!("{}://{}", proxy.scheme(), host_and_port(proxy));
        Some(match no_proxy {
            Some(hosts) => format!("{proxy} (NO_PROXY={hosts})"),
            None => proxy,
        })
    }

    /// What the HTTP client is to do.
    pub(crate) fn rules(&self) -> Result<Vec<reqwest::Proxy>, reqwest::Error> {
        match self {
            Self::None => Ok(Vec::new()),
            Self::Address(url) => Ok(vec![reqwest::Proxy::all(url.clone())?]),
            Self::Environment(variables) => {
                let https = variables.https.clone().map(reqwest::Proxy::https);
                let http = variables.http.clone().map(reqwest::Proxy::http);
                let no_proxy = variables.no_proxy.as_deref();
                let no_proxy = no_proxy.and_then(NoProxy::from_string);
                let proxies = https.into_iter().chain(http);
                proxies
                    .map(|proxy| Ok(proxy?.no_proxy(no_proxy.clone())))
                    .collect()
            }
        }
    }
}

fn host_and_port(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let port = url.port_or_known_default().unwrap_or_default();
    format!("{host}:{port}")
}

impl FromStr for Proxy {
    type Err = InvalidProxy;

    /// Reads an address, with its scheme.
    fn from_str(text: &str) -> Result<Self, InvalidProxy> {
        if text.contains("://") {
            address(text).map(Self::Address)
        } else {
            Err(InvalidProxy)
        }
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::Environment(variables) => write!(f, "Environment({variables:?})"),
            Self::Address(url) => write!(f, "Address({:?})", host_and_port(url)),
        }
    }
}

impl fmt::Debug for ProxyVariables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProxyVariables")
            .field("https", &self.https.as_ref().map(host_and_port))
            .field("http", &self.http.as_ref().map(host_and_port))
            .field("no_proxy", &self.no_proxy)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(set: &[(&str, &str)]) -> Result<ProxyVariables, InvalidProxyVariable> {
        ProxyVariables::read(|name| {
            let found = set.iter().find(|(set, _)| *set == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_proxy_is_an_http_address() {
        for address in ["http://proxy.example:3128", "https://u:p@proxy.example/"] {
            let proxy: Proxy = address.parse().unwrap();
            assert_eq!(proxy, Proxy::Address(address.parse().unwrap()));
            // SL-05
            let shown = format!("{proxy:?}");
            assert!(shown.starts_with("Address(\"proxy.example:"), "{shown}");
        }
        for text in [
            "",
            "environment",
            "proxy.example:3128",
            "socks5://proxy.example",
            "http://proxy.example/path",
            "http://",
        ] {
            assert_eq!(text.parse::<Proxy>(), Err(InvalidProxy), "{text}");
        }
    }

    #[test]
    fn the_variables_of_a_proxy_are_read_as_everywhere() {
        let described = |set: &[(&str, &str)], url: &str| {
            let proxy = Proxy::Environment(variables(set).unwrap());
            proxy.describe_for(&url.parse().unwrap())
        };
        let all = [("ALL_PROXY", "a.example:1"), ("https_proxy", "b.example:2")];
        let found = |text: &str| Some(text.to_owned());
        assert_eq!(described(&all, "https://x"), found("http://b.example:2"));
        assert_eq!(described(&all, "http://x"), found("http://a.example:1"));
        let upper = [
            ("http_proxy", "http://a.example"),
            ("HTTP_PROXY", "https://u:p@b.example"),
        ];
        assert_eq!(
            described(&upper, "http://x"),
            found("https://b.example:443")
        );
        assert_eq!(described(&upper, "https://x"), None);
        assert_eq!(described(&[("HTTPS_PROXY", " ")], "https://x"), None);
        let excepted = [("HTTP_PROXY", "p:1"), ("NO_PROXY", "localhost,.internal")];
        let expected = found("http://p:1 (NO_PROXY=localhost,.internal)");
        assert_eq!(described(&excepted, "http://x"), expected);
    }

    /// SL-05
    #[test]
    fn a_variable_that_names_no_http_proxy_is_named_and_not_shown() {
        let error = variables(&[("https_proxy", "socks5://user:hush@proxy.example")]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "https_proxy: a proxy is an address with http or https such as http://proxy.example:3128"
        );
        let read = variables(&[("HTTPS_PROXY", "http://user:hush@proxy.example:1")]).unwrap();
        let shown = format!("{:?}", Proxy::Environment(read));
        assert!(
            shown.contains("proxy.example:1") && !shown.contains("hush"),
            "{shown}"
        );
    }
}
