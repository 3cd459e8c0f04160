//! The metrics of this crate, by the `metrics` facade: their names, labels and help texts, and what
//! records them.

use std::time::{Duration, Instant};

use logto::PROVIDER_REQUEST_SECONDS;
use metrics::{
    Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};

const SIGN_INS: &str = "logto_sign_ins_total";
const SIGN_OUTS: &str = "logto_sign_outs_total";
const ACCESS_DENIED: &str = "logto_access_denied_total";
const BACKCHANNEL_LOGOUTS: &str = "logto_backchannel_logouts_total";
const REFRESHES: &str = "logto_token_refreshes_total";
const TURN_WAIT: &str = "logto_single_flight_wait_seconds";
const LEASE_WAIT: &str = "logto_lease_wait_seconds";
const STORE_OPERATION: &str = "logto_store_operation_seconds";
const SESSIONS: &str = "logto_sessions";
const STREAMS: &str = "logto_session_streams";
const DROPPED_EVENTS: &str = "logto_hook_events_dropped_total";

/// A metric that this crate records by the [`metrics`](https://docs.rs/metrics) facade. Without a
/// recorder nothing is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Metric {
    /// Its name. A unit and `total` are in it, as Prometheus has them.
    pub name: &'static str,
    /// What kind it is.
    pub kind: MetricKind,
    /// The names of its labels. No label has values without a limit, or personal data.
    pub labels: &'static [&'static str],
    /// What it counts or measures.
    pub help: &'static str,
}

/// What kind a [`Metric`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MetricKind {
    /// It only grows.
    Counter,
    /// It goes up and down.
    Gauge,
    /// A distribution of seconds.
    Histogram,
}

/// Every metric of this crate, and of `logto` below it.
pub const METRICS: [Metric; 12] = [
    metric(
        SIGN_INS,
        MetricKind::Counter,
        &["outcome"],
        "Sign-ins that were finished, by outcome: success, or the reason of the problem page.",
    ),
    metric(
        SIGN_OUTS,
        MetricKind::Counter,
        &["cause"],
        "Sessions that were ended, by cause.",
    ),
    metric(
        ACCESS_DENIED,
        MetricKind::Counter,
        &["access"],
        "Requests of signed-in people for what they may not see, by answer: forbidden or not-found.",
    ),
    metric(
        BACKCHANNEL_LOGOUTS,
        MetricKind::Counter,
        &["outcome"],
        "Logout tokens that were received, by outcome: accepted, refused or unavailable.",
    ),
    metric(
        REFRESHES,
        MetricKind::Counter,
        &["outcome"],
        "Requests for tokens by a refresh token, by outcome.",
    ),
    metric(
        TURN_WAIT,
        MetricKind::Histogram,
        &["outcome"],
        "How long requests for a token waited for others of the same session, by outcome: turn, shared or failed.",
    ),
    metric(
        LEASE_WAIT,
        MetricKind::Histogram,
        &["outcome"],
        "How long refreshes waited for the lease of their session, by outcome: taken, answered, without or failed.",
    ),
    metric(
        STORE_OPERATION,
        MetricKind::Histogram,
        &["store", "operation", "outcome"],
        "How long operations of the session store took, by store, operation and outcome: success or error.",
    ),
    metric(
        PROVIDER_REQUEST_SECONDS,
        MetricKind::Histogram,
        &["endpoint", "outcome"],
        "How long requests to the identity provider took, by endpoint and outcome: success, refused, failed or unreachable.",
    ),
    metric(
        SESSIONS,
        MetricKind::Gauge,
        &[],
        "Sessions in the store, counted every five minutes. Every process that shares the store has the same number.",
    ),
    metric(
        STREAMS,
        MetricKind::Gauge,
        &[],
        "Open streams of session events in this process.",
    ),
    metric(
        DROPPED_EVENTS,
        MetricKind::Counter,
        &["hook"],
        "Events that no hook was called for, because too many calls were waiting.",
    ),
];

const fn metric(
    name: &'static str,
    kind: MetricKind,
    labels: &'static [&'static str],
    help: &'static str,
) -> Metric {
    Metric {
        name,
        kind,
        labels,
        help,
    }
}

/// Gives the installed recorder the help texts of all [`METRICS`]. Call it once, after the recorder
/// was installed.
pub fn describe_metrics() {
    for Metric {
        name, kind, help, ..
    } in METRICS
    {
        match kind {
            MetricKind::Counter => describe_counter!(name, Unit::Count, help),
            MetricKind::Gauge => describe_gauge!(name, Unit::Count, help),
            MetricKind::Histogram => describe_histogram!(name, Unit::Seconds, help),
        }
    }
}

pub(crate) fn count_sign_in(outcome: &'static str) {
    counter!(SIGN_INS, "outcome" => outcome).increment(1);
}

pub(crate) fn count_sign_out(cause: &'static str) {
    counter!(SIGN_OUTS, "cause" => cause).increment(1);
}

pub(crate) fn count_denied(access: &'static str) {
    counter!(ACCESS_DENIED, "access" => access).increment(1);
}

pub(crate) fn count_backchannel_logout(outcome: &'static str) {
    counter!(BACKCHANNEL_LOGOUTS, "outcome" => outcome).increment(1);
}

pub(crate) fn count_refresh(outcome: &'static str) {
    counter!(REFRESHES, "outcome" => outcome).increment(1);
}

pub(crate) fn count_dropped_event(hook: &'static str) {
    counter!(DROPPED_EVENTS, "hook" => hook).increment(1);
}

pub(crate) fn record_turn_wait(since: Instant, outcome: &'static str) {
    histogram!(TURN_WAIT, "outcome" => outcome).record(since.elapsed());
}

pub(crate) fn record_lease_wait(since: Instant, outcome: &'static str) {
    histogram!(LEASE_WAIT, "outcome" => outcome).record(since.elapsed());
}

pub(crate) fn record_store_operation(
    store: &'static str,
    operation: &'static str,
    duration: Duration,
    is_success: bool,
) {
    let outcome = if is_success { "success" } else { "error" };
    histogram!(
        STORE_OPERATION,
        "store" => store,
        "operation" => operation,
        "outcome" => outcome
    )
    .record(duration);
}

pub(crate) fn stream_opened() {
    gauge!(STREAMS).increment(1.0);
}

pub(crate) fn stream_closed() {
    gauge!(STREAMS).decrement(1.0);
}

pub(crate) fn set_sessions(count: u64) {
    // Exact up to 2^53.
    #[expect(clippy::cast_precision_loss, reason = "a gauge is a float")]
    gauge!(SESSIONS).set(count as f64);
}
