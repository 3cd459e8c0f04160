//! Steps of the flow that a dropped request does not cancel.

use crate::{error::ProblemReason, logto_auth::LogtoAuth, outcome::Outcome, return_to::ReturnTo};

/// Does the work in a task of its own, which a request that is dropped does not take with it.
pub(super) async fn run_to_completion(
    app: &LogtoAuth,
    work: impl Future<Output = Outcome> + Send + 'static,
) -> Outcome {
    app.spawn(work).await.unwrap_or_else(|_| {
        tracing::error!("a step of the flow was interrupted");
        Outcome::problem(ProblemReason::Unavailable, &ReturnTo::default())
    })
}
