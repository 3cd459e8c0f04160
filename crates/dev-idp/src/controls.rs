//! The knobs over HTTP, for tests in a browser and for programs on this machine alone.

use std::time::Duration;

use axum::{
    Json, Router,
    extract::{Path, State as Extract},
    http::StatusCode,
    middleware::from_fn,
    response::{IntoResponse, Response},
    routing::{post, put},
};
use serde_json::json;

use crate::{
    access_token::{self, TokenFor},
    params::Params,
    requests::Call,
    state::Live,
    this_machine::only_this_machine,
    trouble::Trouble,
    world::WorldError,
};

/// The first part of their paths.
pub(crate) const PREFIX: &str = "/dev";

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
        .route(
            "/people/{username}/access-token-life",
            put(set_life).delete(reset_life),
        )
        .route("/access-token", post(make_access_token))
        .route("/trouble", post(make_trouble).delete(end_trouble))
        .route("/clock", put(set_clock))
        .layer(from_fn(only_this_machine))
}

/// Whether a path is one of theirs.
pub(crate) fn is_one(path: &str) -> bool {
    path.strip_prefix(PREFIX)
        .is_some_and(|rest| rest.starts_with('/'))
}

/// Why a knob does not turn.
enum Problem {
    NotFound(WorldError),
    Bad(String),
}

type Turned = Result<StatusCode, Problem>;
const TURNED: Turned = Ok(StatusCode::NO_CONTENT);

impl From<WorldError> for Problem {
    fn from(error: WorldError) -> Self {
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
    let user = live.change(|world| world.add_like(model).cloned())?;
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
) -> Turned {
    let params = known(&call, &["roles"])?;
    let roles: Vec<&str> = params
        .get("roles")
        .unwrap_or_default()
        .split_ascii_whitespace()
        .collect();
    live.change(|world| world.join(&username, &organization, &roles))?;
    TURNED
}

async fn leave(
    Extract(live): Extract<Live>,
    Path((username, organization)): Path<(String, String)>,
    call: Call,
) -> Turned {
    known(&call, &[])?;
    live.change(|world| world.leave(&username, &organization))?;
    TURNED
}

async fn suspend(Extract(live): Extract<Live>, Path(username): Path<String>, call: Call) -> Turned {
    known(&call, &[])?;
    let id = live.world().id_of(&username)?.to_owned();
    live.state().suspended.insert(id);
    TURNED
}

async fn end_suspension(
    Extract(live): Extract<Live>,
    Path(username): Path<String>,
    call: Call,
) -> Turned {
    known(&call, &[])?;
    let world = live.world();
    live.state().suspended.remove(world.id_of(&username)?);
    TURNED
}

async fn set_life(
    Extract(live): Extract<Live>,
    Path(username): Path<String>,
    call: Call,
) -> Turned {
    let seconds: u32 = number(known(&call, &["seconds"])?, "seconds")?
        .ok_or_else(|| Problem::Bad("say how long, as seconds=5".into()))?;
    let id = live.world().id_of(&username)?.to_owned();
    live.state()
        .knobs
        .access_token_lives
        .insert(id, seconds.into());
    TURNED
}

async fn reset_life(
    Extract(live): Extract<Live>,
    Path(username): Path<String>,
    call: Call,
) -> Turned {
    known(&call, &[])?;
    let world = live.world();
    let id = world.id_of(&username)?;
    live.state().knobs.access_token_lives.remove(id);
    TURNED
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

async fn make_trouble(Extract(live): Extract<Live>, call: Call) -> Turned {
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
    let trouble = Trouble {
        person: person(&live, params)?,
        path,
        wait,
        status,
        loses_answer,
        left: number(params, "times")?.unwrap_or(1),
    };
    live.state().knobs.troubles.add(trouble);
    TURNED
}

async fn end_trouble(Extract(live): Extract<Live>, call: Call) -> Turned {
    let person = person(&live, known(&call, &["person"])?)?;
    live.state().knobs.troubles.end(person.as_deref());
    TURNED
}

async fn set_clock(Extract(live): Extract<Live>, call: Call) -> Turned {
    let ahead: i32 = number(known(&call, &["ahead"])?, "ahead")?
        .ok_or_else(|| Problem::Bad("say how many seconds, as ahead=3600".into()))?;
    live.state().knobs.time_offset = ahead.into();
    TURNED
}

/// The parameters, if all are known here: a misspelt one must not be taken for none.
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
    let world = live.world();
    let id = params
        .get("person")
        .map(|name| world.id_of(name))
        .transpose()?;
    Ok(id.map(str::to_owned))
}
