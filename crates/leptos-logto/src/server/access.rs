//! The declarations of this crate, judged by `logto_axum`.

use axum::http::StatusCode;
use logto::OrganizationId;
use logto_axum::{Auth, Guards};

use super::{refuse, set_status, with_request};
use crate::{
    error::AuthError,
    guard::{Guard, Requirement},
    model::Access,
};

/// The table of an application's guards, for [`LogtoAuth::protect`](logto_axum::LogtoAuth::protect).
#[must_use]
pub fn guards(table: &[Guard]) -> Guards {
    Guards::new(
        table
            .iter()
            .map(|guard| (guard.path, guard.requires.into())),
    )
}

/// Lets only those go on who meet a requirement. The second line of every server function that asks for more than
/// somebody who is signed in.
///
/// # Errors
/// [`AuthError::SignedOut`], with status 401; [`AuthError::NotFound`], with status 404, for an organization that is not the
/// person's or that there is not, which looks the same; [`AuthError::Forbidden`], with status 403; [`AuthError::Upstream`],
/// with status 503, when nobody says.
pub async fn require(
    auth: &Auth,
    requires: Requirement,
    organization: Option<&str>,
) -> Result<(), AuthError> {
    let organization = organization.and_then(|id| id.parse().ok());
    let access = auth.check(&requires.into(), organization.as_ref()).await;
    let (refusal, status) = match access.map_err(refuse)? {
        logto_axum::Access::Granted => return Ok(()),
        logto_axum::Access::NotFound => (AuthError::NotFound, StatusCode::NOT_FOUND),
        logto_axum::Access::Forbidden(_) => (AuthError::Forbidden, StatusCode::FORBIDDEN),
        logto_axum::Access::Unavailable => (AuthError::Upstream, StatusCode::SERVICE_UNAVAILABLE),
    };
    set_status(status);
    Err(refusal)
}

/// There is nothing here for this person.
pub(super) fn not_found() -> AuthError {
    set_status(StatusCode::NOT_FOUND);
    AuthError::NotFound
}

/// Judges a requirement that came as text.
pub(crate) async fn access(
    auth: &Auth,
    requires: &str,
    organization: Option<&str>,
) -> Result<Access, AuthError> {
    let known = |requirement: &logto_axum::Requirement| match requirement {
        // Nobody is to make this server ask Logto about whatever they name.
        logto_axum::Requirement::Permission { resource, .. } => {
            let mut resources = auth.client().config().resources.iter();
            resources.any(|known| known.indicator == *resource)
        }
        _ => true,
    };
    let Some(requirement) = read(requires).filter(known) else {
        return Err(super::invalid());
    };
    let id = match organization.map(str::parse::<OrganizationId>) {
        // What cannot be an id is the id of nothing (OR-01).
        Some(Err(_)) => return Ok(Access::NotFound),
        Some(Ok(id)) => Some(id),
        None => None,
    };
    let access = auth.check(&requirement, id.as_ref()).await;
    access.map(|access| told(&access)).map_err(refuse)
}

/// What the layer has found out about the page that is being rendered. What it was not asked about is not shown.
pub(crate) fn given_access() -> Access {
    // Routes are listed at start-up by rendering the application without a request.
    let access = with_request(|parts| {
        if let Some(access) = parts.extensions.get::<logto_axum::Access>() {
            return told(access);
        }
        tracing::error!(
            path = parts.uri.path(),
            "a guarded page is not in the table of guards that the layer was given"
        );
        Access::Unavailable
    });
    access.unwrap_or(Access::Unavailable)
}

fn told(access: &logto_axum::Access) -> Access {
    match access {
        logto_axum::Access::Granted => Access::Granted,
        logto_axum::Access::NotFound => Access::NotFound,
        logto_axum::Access::Forbidden(_) => Access::Forbidden,
        logto_axum::Access::Unavailable => Access::Unavailable,
    }
}

impl From<Requirement> for logto_axum::Requirement {
    fn from(requirement: Requirement) -> Self {
        match requirement {
            Requirement::SignedIn => Self::SignedIn,
            Requirement::Role(name) => Self::Role(name.to_owned()),
            Requirement::Permission {
                resource,
                permission,
            } => Self::Permission {
                resource: resource.to_owned(),
                permission: permission.to_owned(),
            },
            Requirement::Member => Self::Member,
            Requirement::OrganizationRole(name) => Self::OrganizationRole(name.to_owned()),
            Requirement::OrganizationPermission(name) => {
                Self::OrganizationPermission(name.to_owned())
            }
        }
    }
}

/// Reads what [`Requirement::text`] writes.
fn read(text: &str) -> Option<logto_axum::Requirement> {
    use logto_axum::Requirement as R;

    match text {
        "signed-in" => return Some(R::SignedIn),
        "member" => return Some(R::Member),
        _ => {}
    }
    let (kind, rest) = text.split_once(' ')?;
    let named = |make: fn(String) -> R| (!rest.is_empty()).then(|| make(rest.to_owned()));
    match kind {
        "role" => named(R::Role),
        "organization-role" => named(R::OrganizationRole),
        "organization-permission" => named(R::OrganizationPermission),
        "permission" => {
            let (resource, permission) = rest.split_once(' ')?;
            Some(R::Permission {
                resource: resource.to_owned(),
                permission: permission.to_owned(),
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;
    use leptos::prelude::{Owner, provide_context};

    use super::*;

    /// LX-02
    #[test]
    fn a_page_that_the_layer_was_not_asked_about_is_shown_to_nobody() {
        let given = |access: Option<logto_axum::Access>| {
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
        assert_eq!(given(Some(logto_axum::Access::Granted)), Access::Granted);
        assert_eq!(given(Some(logto_axum::Access::NotFound)), Access::NotFound);
        let lacking = logto_axum::Access::Forbidden(logto_axum::Requirement::SignedIn);
        assert_eq!(given(Some(lacking)), Access::Forbidden);
        assert_eq!(
            Owner::new().with(given_access),
            Access::Unavailable,
            "no request"
        );
    }

    #[test]
    fn a_requirement_arrives_as_it_was_sent() {
        for requirement in [
            Requirement::SignedIn,
            Requirement::Role("shop reader"),
            Requirement::Permission {
                resource: "https://shop.example/api",
                permission: "read:orders",
            },
            Requirement::Member,
            Requirement::OrganizationRole("team lead"),
            Requirement::OrganizationPermission("manage:billing"),
        ] {
            assert_eq!(read(&requirement.text()), Some(requirement.into()));
        }
    }

    #[test]
    fn what_is_no_requirement_is_none() {
        for text in [
            "",
            "role",
            "role ",
            "member x",
            "signed-in ",
            "Signed-In",
            "permission",
            "permission https://shop.example/api",
            "owner",
        ] {
            assert_eq!(read(text), None, "{text:?}");
        }
    }
}
