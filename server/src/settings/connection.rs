//! How Logto is reached, and which signing algorithms of its tokens are accepted.

use std::fs;

use logto::{Config, Proxy, ProxyVariables, RootCertificate, SigningAlgorithm};

use super::{
    fault::{Fault, Faults},
    file,
    flag::parse_flag,
};

/// The variables that name a proxy for https.
const PROXY_VARIABLES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// The connection to Logto and the algorithms of its tokens, for the client and the orders API.
#[derive(Clone, Debug, Default)]
pub struct Connection {
    /// The signing algorithms of tokens; `None` for those that Logto announces.
    pub algorithms: Option<Vec<SigningAlgorithm>>,
    /// Proxy, certificates, and whether plain http to another machine is allowed (never in production).
    pub http: logto::Connection,
}

impl Connection {
    pub(super) fn parse(
        file: &file::Logto,
        env: &dyn Fn(&str) -> Option<String>,
        production: bool,
    ) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let algorithms = env("LOGTO_ALGORITHMS").map(|text| split_list(&text));
        let algorithms = algorithms.or_else(|| file.algorithms.clone());
        let algorithms = faults.note(algorithms.as_deref().map(parse_algorithms).transpose());
        let proxy = env("LOGTO_PROXY").or_else(|| file.proxy.clone());
        let proxy = faults.note(proxy.map_or(Ok(Proxy::None), |text| parse_proxy(&text, env)));
        let path = env("LOGTO_ROOT_CERTIFICATE").or_else(|| file.root_certificate.clone());
        let root_certificates = faults.note(path.map_or(Ok(Vec::new()), |path| read_pem(&path)));
        let allow_http = faults.note(parse_allow_http(file, env, production));
        let usable = move || {
            let mut http = logto::Connection::default();
            http.allow_http = allow_http?;
            http.proxy = proxy?;
            http.root_certificates = root_certificates?;
            Some(Self {
                algorithms: algorithms?,
                http,
            })
        };
        usable().ok_or(faults)
    }

    /// A warning, when a variable names a proxy for Logto that is not used.
    pub(super) fn unused_proxy(&self, env: &dyn Fn(&str) -> Option<String>) -> Option<String> {
        if self.http.proxy != Proxy::None {
            return None;
        }
        let variable = PROXY_VARIABLES
            .into_iter()
            .find(|name| env(name).is_some())?;
        Some(format!(
            "the proxy of {variable} is not used to reach Logto; if it is needed, set [logto] proxy = \"environment\" \
             (LOGTO_PROXY=environment)"
        ))
    }

    /// Puts it into the configuration of the client.
    pub(super) fn configure(&self, config: &mut Config) {
        config.algorithms.clone_from(&self.algorithms);
        config.connection = self.http.clone();
    }
}

fn split_list(text: &str) -> Vec<String> {
    text.split([',', ' '])
        .filter(|item| !item.is_empty())
        .map(str::to_owned)
        .collect()
}

fn parse_algorithms(names: &[String]) -> Result<Vec<SigningAlgorithm>, Fault> {
    let fault = |problem: String| {
        Fault::new(
            "LOGTO_ALGORITHMS",
            problem,
            "ES384, or several, separated by commas",
        )
    };
    if names.is_empty() {
        let problem = "is an empty list; leave it out to accept what Logto announces";
        return Err(fault(problem.to_owned()));
    }
    let read = |name: &String| {
        let read = name.parse();
        read.map_err(|error: logto::UnknownAlgorithm| fault(format!("has {name:?}; {error}")))
    };
    names.iter().map(read).collect()
}

/// The word `environment`, for the variables that every program reads, or an address. No message repeats an address: it may
/// hold a password.
fn parse_proxy(text: &str, env: &dyn Fn(&str) -> Option<String>) -> Result<Proxy, Fault> {
    let example = "http://proxy.example:3128";
    if text == "environment" {
        // Not by the HTTP client: it would not see the variables of an `.env` file.
        return match ProxyVariables::read(env) {
            Ok(variables) => Ok(Proxy::Environment(variables)),
            Err(error) => {
                let problem = format!("is not valid: {}", logto::InvalidProxy);
                Err(Fault::new(error.variable, problem, example))
            }
        };
    }
    text.parse().map_err(|error: logto::InvalidProxy| {
        let problem = format!("is not valid: {error}, or the word environment for HTTPS_PROXY");
        Fault::new("LOGTO_PROXY", problem, example)
    })
}

fn read_pem(path: &str) -> Result<Vec<RootCertificate>, Fault> {
    let fault = |problem: String| {
        let example = "/etc/ssl/my-authority.pem, a file of certificates in PEM form";
        Fault::new("LOGTO_ROOT_CERTIFICATE", problem, example)
    };
    let pem = fs::read(path);
    let pem = pem.map_err(|error| fault(format!("is {path:?}, which cannot be read: {error}")))?;
    RootCertificate::from_pem(&pem)
        .map_err(|error| fault(format!("is {path:?}, which is not valid: {error}")))
}

fn parse_allow_http(
    file: &file::Logto,
    env: &dyn Fn(&str) -> Option<String>,
    production: bool,
) -> Result<bool, Fault> {
    let key = "LOGTO_ALLOW_HTTP";
    let allowed = parse_flag(key, env, file.allow_http, "false")?;
    if allowed && production {
        let problem =
            "is true, and in production (LEPTOS_ENV=PROD) tokens do not travel over plain http";
        return Err(Fault::new(key, problem, "false"));
    }
    Ok(allowed)
}
