//! `/readyz`: whether this server can sign people in and keep them signed in.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use ::shop::Shop;
use axum::{
    Json,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use logto_axum::{__private::chain, Component, LogtoAuth};
use serde::Serialize;
use time::OffsetDateTime;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::{state::AppState, timestamp::rfc3339};

/// How long the database of orders may take.
const CHECK_TIMEOUT: Duration = Duration::from_secs(2);
/// So long the result answers everybody, as [`LogtoAuth::readiness`] has it for the other components.
const KEPT: Duration = Duration::from_secs(3);

/// What the answer is made of.
#[derive(Debug)]
pub struct Readyz {
    auth: LogtoAuth,
    shop: Option<Shop>,
    /// The last check of the database of orders, and when it began.
    orders: tokio::sync::Mutex<Option<(Instant, Component)>>,
    shutdown: CancellationToken,
    since: Since,
}

/// The answer as JSON.
#[derive(Serialize)]
struct Report {
    status: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "as_map")]
    components: Vec<(&'static str, Checked)>,
}

/// The state of one component, without anything internal: the log has the error.
#[derive(Serialize)]
struct Checked {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// The first check that found this status (RFC 3339, in UTC).
    since: String,
}

impl Readyz {
    /// For the server in this state.
    #[must_use]
    pub fn new(state: &AppState) -> Self {
        Self {
            auth: state.auth.clone(),
            shop: state.shop.clone(),
            orders: tokio::sync::Mutex::default(),
            shutdown: state.shutdown.clone(),
            since: Since::default(),
        }
    }

    /// 200 when the session store, the keys, the provider and the database of orders are in order, else 503. 503 from the signal
    /// to stop on, so that a load balancer sends nobody here. Whether the process runs at all is `/healthz`.
    ///
    /// A line for each component, or JSON for whoever accepts it; there is no secret in either.
    pub async fn answer(&self, headers: &HeaderMap) -> Response {
        let (status, components) = if self.shutdown.is_cancelled() {
            ("stopping", Vec::new())
        } else {
            let components = self.check().await;
            let is_ready = components
                .iter()
                .all(|(_, component)| *component == Component::Ok);
            (if is_ready { "ready" } else { "not ready" }, components)
        };
        let code = match status {
            "ready" => StatusCode::OK,
            _ => StatusCode::SERVICE_UNAVAILABLE,
        };
        let mut response = if accepts_json(headers) {
            Json(self.report(status, components)).into_response()
        } else {
            text(status, &components).into_response()
        };
        *response.status_mut() = code;
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::VARY, HeaderValue::from_static("accept"));
        if code != StatusCode::OK {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response
    }

    async fn check(&self) -> Vec<(&'static str, Component)> {
        let (readiness, orders) = tokio::join!(self.auth.readiness(), self.check_orders());
        let mut components = vec![
            ("store", readiness.store),
            ("keys", readiness.keys),
            ("provider", readiness.provider),
        ];
        components.extend(orders.map(|orders| ("orders", orders)));
        components
    }

    /// `None` without an orders API.
    async fn check_orders(&self) -> Option<Component> {
        let shop = self.shop.as_ref()?;
        let failing = |reason: &str| Component::Failing(reason.to_owned());
        let mut last = self.orders.lock().await;
        if let Some((at, orders)) = &*last
            && at.elapsed() < KEPT
        {
            return Some(orders.clone());
        }
        let began = Instant::now();
        let orders = match timeout(CHECK_TIMEOUT, shop.check()).await {
            Ok(Ok(())) => Component::Ok,
            Ok(Err(error)) => {
                tracing::warn!(
                    error = chain(&error),
                    "readiness: the database of orders fails"
                );
                failing("unavailable")
            }
            Err(_) => failing("slow"),
        };
        *last = Some((began, orders.clone()));
        Some(orders)
    }

    fn report(&self, status: &'static str, components: Vec<(&'static str, Component)>) -> Report {
        let now = OffsetDateTime::now_utc().unix_timestamp();
        let components = components.into_iter().map(|(name, component)| {
            let since = self.since.of(name, component == Component::Ok, now);
            let (status, reason) = match component {
                Component::Ok => ("ok", None),
                Component::Failing(reason) => ("failing", Some(reason)),
                _ => ("unknown", None),
            };
            let checked = Checked {
                status,
                reason,
                since: rfc3339(since),
            };
            (name, checked)
        });
        Report {
            status,
            components: components.collect(),
        }
    }
}

fn text(status: &str, components: &[(&str, Component)]) -> String {
    if components.is_empty() {
        return format!("server {status}\n");
    }
    let lines = components
        .iter()
        .map(|(name, component)| format!("{name} {component}\n"));
    lines.collect()
}

fn as_map<S: serde::Serializer>(
    components: &[(&'static str, Checked)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(components.iter().map(|(name, checked)| (name, checked)))
}

fn accepts_json(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT);
    let accept = accept.and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("application/json"))
}

/// Since when each component is as it is: in order or not, and the first check that found that (Unix seconds).
#[derive(Debug, Default)]
struct Since(Mutex<BTreeMap<&'static str, (bool, i64)>>);

impl Since {
    fn of(&self, name: &'static str, is_ok: bool, now: i64) -> i64 {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (was_ok, since) = known.entry(name).or_insert((is_ok, now));
        if *was_ok != is_ok {
            (*was_ok, *since) = (is_ok, now);
        }
        *since
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_lasts_since_the_first_check_that_found_it() {
        let since = Since::default();
        let checks = [(true, 1), (true, 2), (false, 3), (false, 4), (true, 5)];
        let found = checks.map(|(is_ok, now)| since.of("store", is_ok, now));
        assert_eq!(found, [1, 1, 3, 3, 5]);
        assert_eq!(since.of("orders", false, 9), 9);
    }
}
