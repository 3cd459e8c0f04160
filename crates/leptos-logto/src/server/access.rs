//! Checks of requirements, by `logto_axum`.

use axum::http::StatusCode;
use logto::OrganizationId;
use logto_axum::{AccessDecision, Auth, Member};
use logto_types::{Access, Requirement};

use super::{
    context::with_request,
    refuse::{invalid, refuse, set_status},
    session::signed_in,
};
use crate::error::AuthError;

/// Checks a requirement. The second line of every server function that asks for more than somebody
/// who is signed in. About an organization it returns the [`Member`], with the id and the token.
///
/// # Errors
/// [`AuthError::SignedOut`], with status 401; [`AuthError::NotFound`], with status 404, for an
/// organization that is not the person's or that there is not, which looks the same;
/// [`AuthError::Forbidden`], with status 403; [`AuthError::Upstream`], with status 503, when nobody
/// says.
pub async fn require(
    auth: &Auth,
    requires: Requirement<'static>,
    organization: Option<&str>,
) -> Result<Option<Member>, AuthError> {
    let decision = check(auth, requires, organization).await?;
    let (refusal, status) = match decision.access {
        Access::Granted => return Ok(decision.member),
        Access::SignedOut => (AuthError::SignedOut, StatusCode::UNAUTHORIZED),
        Access::NotFound => (AuthError::NotFound, StatusCode::NOT_FOUND),
        Access::Forbidden => (AuthError::Forbidden, StatusCode::FORBIDDEN),
        Access::Unavailable => (AuthError::Upstream, StatusCode::SERVICE_UNAVAILABLE),
    };
    let id = organization.and_then(|id| id.parse().ok());
    auth.report_denied(requires, id.as_ref(), decision.access);
    set_status(status);
    Err(refusal)
}

/// The answer to somebody who may not know whether it exists: 404.
pub(crate) fn not_found() -> AuthError {
    set_status(StatusCode::NOT_FOUND);
    AuthError::NotFound
}

/// Checks a requirement that arrived as text.
pub(crate) async fn access(
    auth: &Auth,
    requires: &str,
    organization: Option<&str>,
) -> Result<Access, AuthError> {
    let known = |requirement: &Requirement<'_>| match requirement {
        // Only configured resources: the browser must not choose what this server requests of
        // Logto.
        Requirement::Permission { resource, .. } => {
            let mut resources = auth.client().config().resources.iter();
            resources.any(|known| known.indicator == *resource)
        }
        _ => true,
    };
    let Some(requirement) = Requirement::parse(requires).filter(known) else {
        return Err(invalid());
    };
    let decision = check(auth, requirement, organization).await?;
    Ok(decision.access)
}

/// Checks a requirement, in an organization if one is named.
async fn check(
    auth: &Auth,
    requirement: Requirement<'_>,
    organization: Option<&str>,
) -> Result<AccessDecision, AuthError> {
    signed_in(auth)?;
    let id = match organization.map(str::parse::<OrganizationId>) {
        // A text that cannot be an id names no organization (OR-01).
        Some(Err(_)) => return Ok(Access::NotFound.into()),
        Some(Ok(id)) => Some(id),
        None => None,
    };
    auth.check(requirement, id.as_ref()).await.map_err(refuse)
}

/// The `Access` that the middleware has found for the page that is being rendered. Without one, the
/// page is not shown.
pub(crate) fn given_access() -> Access {
    // Routes are listed at start-up by rendering the application without a request.
    let access = with_request(|parts| {
        if let Some(access) = parts.extensions.get::<Access>() {
            return *access;
        }
        tracing::error!(
            path = format!("{:.200}", parts.uri.path()),
            "a guarded page is not in the table of guards that the middleware was given"
        );
        Access::Unavailable
    });
    access.unwrap_or(Access::Unavailable)
}

#[cfg(test)]
mod tests {
    use axum::http::Request;
    use leptos::prelude::{Owner, provide_context};

    use super::*;

    /// LX-02
    #[test]
    fn a_page_that_the_layer_was_not_asked_about_is_shown_to_nobody() {
        let given = |access: Option<Access>| {
            Owner::new().with(|| {
                let (mut parts, ()) = Request::new(()).into_parts();
                if let Some(access) = access {
                    parts.extensions.insert(access);
                }
                provide_context(parts);
                given_access()
            })
        };
        assert_eq!(given(None), Access::Unavailable);
        assert_eq!(given(Some(Access::Granted)), Access::Granted);
        assert_eq!(given(Some(Access::NotFound)), Access::NotFound);
        assert_eq!(given(Some(Access::Forbidden)), Access::Forbidden);
        assert_eq!(
            Owner::new().with(given_access),
            Access::Unavailable,
            "no request"
        );
    }
}
