use std::time::Duration;

use reqwest::header::{
    ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER,
};
use reqwest::{ClientBuilder, redirect, retry};

use crate::connection::{Connection, RootCertificate};
use crate::error::{ConfigError, HttpError, Unreachable, UnreachableReason};
use crate::message::{Answer, Request};

/// How long a connection without a request is kept. Node.js, which Logto runs on, closes one after
/// five seconds. A request that is on its way then is lost, and nobody knows whether it arrived.
const IDLE_CONNECTION: Duration = Duration::from_secs(4);

/// How requests travel: to exactly the address they name, once, and within limits.
pub(super) struct Http {
    client: reqwest::Client,
    timeout: Duration,
    longest: usize,
}

impl Http {
    pub(super) fn new(issuer: &str, connection: &Connection) -> Result<Self, ConfigError> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        let client = reqwest::Client::builder()
            .user_agent(concat!("leptos-logto/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers)
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            .pool_idle_timeout(IDLE_CONNECTION)
            .https_only(issuer.starts_with("https:"))
            .connect_timeout(connection.timeout)
            .timeout(connection.timeout)
            // By default the library reads proxies from the environment of the process.
            .no_proxy();
        let error = |error| ConfigError::HttpClient(HttpError::new(error));
        let proxies = connection.proxy.rules().map_err(error)?;
        let client = proxies.into_iter().fold(client, ClientBuilder::proxy);
        let roots = connection.root_certificates.iter().cloned();
        let client = client.tls_certs_merge(roots.map(RootCertificate::into_inner));
        let client = client.build().map_err(error)?;
        Ok(Self {
            client,
            timeout: connection.timeout,
            longest: connection.max_body,
        })
    }

    pub(super) async fn send(&self, request: &Request) -> Result<Answer, Unreachable> {
        let answer = self.try_send(request).await;
        answer.map_err(|problem| Unreachable::new(request, problem))
    }

    async fn try_send(&self, request: &Request) -> Result<Answer, UnreachableReason> {
        let mut builder = match &request.form {
            None => self.client.get(request.url.clone()),
            Some(form) => self
                .client
                .post(request.url.clone())
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(form.expose().to_owned()),
        };
        if let Some(authorization) = &request.authorization {
            let value = HeaderValue::from_str(authorization.expose());
            let mut value = value.map_err(|_| UnreachableReason::Unsendable)?;
            value.set_sensitive(true);
            builder = builder.header(AUTHORIZATION, value);
        }
        let mut response = builder.send().await.map_err(|error| self.problem(error))?;
        let status = response.status();
        if status.is_redirection() {
            return Err(UnreachableReason::Redirected {
                status: status.as_u16(),
            });
        }
        let header = |name: HeaderName| {
            let value = response.headers().get(name);
            value.and_then(|value| value.to_str().ok())
        };
        let content_type = header(CONTENT_TYPE)
            .and_then(|value| value.split(';').next())
            .unwrap_or_default();
        let content_type = content_type.trim().to_owned();
        let retry_after = header(RETRY_AFTER).map(str::to_owned);
        let mut body = Vec::new();
        while let Some(chunk) = response
            .chunk()
            .await
            .map_err(|error| self.problem(error))?
        {
            if chunk.len() > self.longest - body.len() {
                return Err(UnreachableReason::TooLong {
                    limit: self.longest,
                });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer {
            status: status.as_u16(),
            content_type,
            retry_after,
            body,
        })
    }

    fn problem(&self, error: reqwest::Error) -> UnreachableReason {
        if error.is_timeout() {
            UnreachableReason::Timeout {
                seconds: self.timeout.as_secs_f32(),
            }
        } else if error.is_connect() {
            UnreachableReason::Connection(HttpError::new(error))
        } else {
            UnreachableReason::LostAnswer(HttpError::new(error))
        }
    }
}
