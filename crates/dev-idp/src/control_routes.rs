//! The controls over HTTP, for tests in a browser. Only programs on this machine may use them.

use std::time::Duration;

use axum::{
    Json, Router,
    extract::{Path, State as Extract},
    http::StatusCode,
    middleware::from_fn,
    response::{IntoResponse, Response},
    routing::{delete, post, put},
};
use serde_json::json;

use crate::{
    access_token::{self, TokenFor},
    backchannel_logout,
    call::Call,
    faults::Fault,
    fixture_error::FixtureError,
    live::{Live, Shared},
    params::Params,
    this_machine::only_this_machine,
};

/// The prefix of their paths.
pub(crate) const PREFIX: &str = "/controls";

pub(crate) fn router() -> Router<Live> {
    Router::new()
        .route("/people", post(add))
        .route(
            "/people/{username}/organizations/{organization}",
            put(join).delete(leave),
        )
        .route(
            "/people/{username}/suspension",
            put(suspend).delete(end_suspension),
        )
        .route("/people/{username}/sessions", delete(end_sessions))
        .route(
            "/people/{username}/access-token-life",
            put(set_life).delete(reset_life),
        )
        .route("/access-token", post(make_access_token))
        .route("/faults", post(add_fault).delete(end_faults))
        .route("/clock", put(set_clock))
        .layer(from_fn(only_this_machine))
}

/// Whether a path is one of the controls.
pub(crate) fn is_control(path: &str) -> bool {
    path.strip_prefix(PREFIX)
        .is_some_and(|rest| rest.starts_with('/'))
}

/// Why the request of a control is refused.
enum Problem {
    NotFound(FixtureError),
    Bad(String),
}

type Done = Result<StatusCode, Problem>;
const DONE: Done = Ok(StatusCode::NO_CONTENT);

impl From<FixtureError> for Problem {
    fn from(error: FixtureError) -> Self {
        Self::NotFound(error)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, text) = match self {
            Self::NotFound(error) => (StatusCode::NOT_FOUND, error.to_string()),
            Self::Bad(text) => (StatusCode::BAD_REQUEST, text),
        };
        (status, text + "\n").into_response()
    }
}

async fn add(Extract(live): Extract<Live>, call: Call) -> Result<Response, Problem> {
    let params = known(&call, &["like"])?;
    let model = params
        .get("like")
        .ok_or_else(|| Problem::Bad("say whom they are like, as like=alice".into()))?;
    let user = live.change(|fixture| fixture.add_like(model).cloned())?;
    let body = json!({
        "id": user.id,
        "username": user.username,
        "password": user.password,
        "name": user.name,
    });
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

async fn join(
    Extract(live): Extract<Live>,
    Path((username, organization)): Path<(String, String)>,
    call: Call,
) -> Done {
    let params = known(&call, &["roles"])?;
    let roles: Vec<&str> = params
        .get("roles")
        .unwrap_or_default()
        .split_ascii_whitespace()
        .collect();
    live.change(|fixture| fixture.join(&username, &organization, &roles))?;
    DONE
}

async fn leave(
    Extract(live): Extract<Live>,
    Path((username, organization)): Path<(String, String)>,
    call: Call,
) -> Done {
    known(&call, &[])?;
    live.change(|fixture| fixture.leave(&username, &organization))?;
    DONE
}

async fn suspend(Extract(live): Extract<Live>, Path(username): Path<String>, call: Call) -> Done {
    known(&call, &[])?;
    let id = live.fixture().id_of(&username)?.to_owned();
    live.state().suspended.insert(id);
    DONE
}

async fn end_suspension(
    Extract(live): Extract<Live>,
    Path(username): Path<String>,
    call: Call,
) -> Done {
    known(&call, &[])?;
    let fixture = live.fixture();
    live.state().suspended.remove(fixture.id_of(&username)?);
    DONE
}

async fn end_sessions(
    Extract(shared): Extract<Shared>,
    Path(username): Path<String>,
    call: Call,
) -> Done {
    known(&call, &[])?;
    let user = shared.fixture().id_of(&username)?.to_owned();
    let deliveries = backchannel_logout::end_sessions(&shared, &mut shared.state(), &user);
    backchannel_logout::deliver(deliveries).await;
    DONE
}

async fn set_life(Extract(live): Extract<Live>, Path(username): Path<String>, call: Call) -> Done {
    let seconds: u32 = number(known(&call, &["seconds"])?, "seconds")?
        .ok_or_else(|| Problem::Bad("say how long, as seconds=5".into()))?;
    let id = live.fixture().id_of(&username)?.to_owned();
    live.state()
        .controls
        .access_token_lives
        .insert(id, seconds.into());
    DONE
}

async fn reset_life(
    Extract(live): Extract<Live>,
    Path(username): Path<String>,
    call: Call,
) -> Done {
    known(&call, &[])?;
    let fixture = live.fixture();
    let id = fixture.id_of(&username)?;
    live.state().controls.access_token_lives.remove(id);
    DONE
}

async fn make_access_token(Extract(live): Extract<Live>, call: Call) -> Result<String, Problem> {
    let params = known(&call, &["person", "resource", "organization"])?;
    let person = params
        .get("person")
        .ok_or_else(|| Problem::Bad("say whose it is, as person=alice".into()))?;
    let what = match (params.get("resource"), params.get("organization")) {
        (Some(resource), Some(organization)) => TokenFor::OrganizationResource {
            organization,
            resource,
        },
        (Some(resource), None) => TokenFor::Resource(resource),
        (None, Some(organization)) => TokenFor::Organization(organization),
        (None, None) => {
            return Err(Problem::Bad(
                "say what it is for, as resource=https://shop.example/api".into(),
            ));
        }
    };
    Ok(access_token::make(&live, person, what)?)
}

async fn add_fault(Extract(live): Extract<Live>, call: Call) -> Done {
    let params = known(
        &call,
        &["person", "path", "status", "wait", "lost", "times"],
    )?;
    let path = params.get("path").map(str::to_owned);
    if path.as_ref().is_some_and(|path| !path.starts_with('/')) {
        return Err(Problem::Bad(
            "path begins with a slash, as path=/oidc/token".into(),
        ));
    }
    let status = number::<u16>(params, "status")?
        .map(StatusCode::from_u16)
        .transpose()
        .map_err(|_| Problem::Bad("status must be one of HTTP, as status=503".into()))?;
    let wait = Duration::from_millis(number(params, "wait")?.unwrap_or_default());
    let loses_answer = match params.get("lost") {
        None => false,
        Some("true") => true,
        Some(_) => return Err(Problem::Bad("lost can only be true".into())),
    };
    if loses_answer && status.is_some() {
        return Err(Problem::Bad(
            "an answer that is lost has no status: say one of the two".into(),
        ));
    }
    if status.is_none() && wait.is_zero() && !loses_answer {
        return Err(Problem::Bad(
            "say what happens, as status=503, wait=500 or lost=true".into(),
        ));
    }
    let fault = Fault {
        person: person(&live, params)?,
        path,
        wait,
        status,
        loses_answer,
        left: number(params, "times")?.unwrap_or(1),
    };
    live.state().controls.faults.add(fault);
    DONE
}

async fn end_faults(Extract(live): Extract<Live>, call: Call) -> Done {
    let person = person(&live, known(&call, &["person"])?)?;
    live.state().controls.faults.end(person.as_deref());
    DONE
}

async fn set_clock(Extract(live): Extract<Live>, call: Call) -> Done {
    let ahead: i32 = number(known(&call, &["ahead"])?, "ahead")?
        .ok_or_else(|| Problem::Bad("say how many seconds, as ahead=3600".into()))?;
    live.state().controls.time_offset = ahead.into();
    DONE
}

/// The parameters, if the control has all of them: a misspelt one must not count as absent.
fn known<'c>(call: &'c Call, names: &[&str]) -> Result<&'c Params, Problem> {
    let params = call.params();
    match params.names().find(|name| !names.contains(name)) {
        None => Ok(params),
        Some(_) if names.is_empty() => Err(Problem::Bad("this takes no parameters".into())),
        Some(_) => Err(Problem::Bad(format!(
            "this takes only {}",
            names.join(", ")
        ))),
    }
}

fn number<T: std::str::FromStr>(params: &Params, name: &str) -> Result<Option<T>, Problem> {
    params
        .get(name)
        .map(str::parse)
        .transpose()
        .map_err(|_| Problem::Bad(format!("{name} must be a whole number in its range")))
}

/// The id of the person named, if one is.
fn person(live: &Live, params: &Params) -> Result<Option<String>, Problem> {
    let fixture = live.fixture();
    let id = params
        .get("person")
        .map(|name| fixture.id_of(name))
        .transpose()?;
    Ok(id.map(str::to_owned))
}
