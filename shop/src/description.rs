//! The OpenAPI 3.1 description of the API, generated from the routes.

use axum::{
    http::header,
    routing::{MethodRouter, get},
};
use utoipa::{
    IntoResponses, OpenApi,
    openapi::{
        self,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

use crate::{
    PATH as MOUNTED,
    order::{Order, OrderList},
    problem::{FieldError, Problem},
};

/// The path of the description.
pub const PATH: &str = "/openapi.json";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Shop",
        description = "Orders of people, and of the organizations they belong to.",
    ),
    // utoipa collects the schemas of requests, and not those of responses.
    components(schemas(Order, OrderList, Problem, FieldError)),
    tags(
        (name = "One's own orders", description = "The token is for the API, outside organizations."),
        (name = "Orders of an organization", description = "The token is for the API, as a member of the organization."),
    ),
)]
struct Head;

/// The description without the routes.
pub fn head() -> openapi::OpenApi {
    let mut head = Head::openapi();
    head.servers = Some(vec![openapi::Server::new(MOUNTED)]);
    let scheme = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some("An access token that Logto made for this API."))
        .build();
    let components = head.components.get_or_insert_default();
    components.add_security_scheme("bearer", SecurityScheme::Http(scheme));
    head
}

/// Serves the description.
pub fn route<S: Clone + Send + Sync + 'static>(described: &openapi::OpenApi) -> MethodRouter<S> {
    let text = described.to_json().unwrap_or_default();
    let kind = [(header::CONTENT_TYPE, "application/json")];
    get(async move || (kind, text))
}

/// Errors of every route: access refused, or a service not available.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "it describes, and is never made")]
pub enum Refused {
    /// No right access token came with the request.
    #[response(status = 401, content_type = "application/problem+json",
        headers(("WWW-Authenticate" = String, description = "What is wrong with the token (RFC 6750)")))]
    Unauthorized(Problem),
    /// The access token does not allow this.
    #[response(status = 403, content_type = "application/problem+json",
        headers(("WWW-Authenticate" = String, description = "Which permission is needed (RFC 6750)")))]
    Forbidden(Problem),
    /// Orders, or the keys that access tokens are judged with, cannot be reached.
    #[response(status = 503, content_type = "application/problem+json",
        headers(("Retry-After" = u32, description = "When to try again, in seconds")))]
    Unavailable(Problem),
}

/// Responses of a list.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "it describes, and is never made")]
pub enum Listed {
    /// The orders.
    #[response(status = 200)]
    Orders(OrderList),
    /// A parameter of the query is not usable.
    #[response(status = 400, content_type = "application/problem+json")]
    Query(Problem),
}

/// Responses to a new order.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "it describes, and is never made")]
pub enum Placed {
    /// It was placed.
    #[response(status = 201, headers(("Location" = String, description = "Where the order is now")))]
    Order(Order),
    /// The body is not JSON.
    #[response(status = 400, content_type = "application/problem+json")]
    NotJson(Problem),
    /// As many orders of whoever asks are kept here, for themselves or in this organization, as there may be: 1000.
    #[response(status = 409, content_type = "application/problem+json")]
    TooMany(Problem),
    /// The body is longer than any order.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLong(Problem),
    /// The body is said not to be JSON.
    #[response(status = 415, content_type = "application/problem+json")]
    AnotherType(Problem),
    /// The body is JSON, but no order.
    #[response(status = 422, content_type = "application/problem+json")]
    NoOrder(Problem),
}

/// Responses to a request for one order.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "it describes, and is never made")]
pub enum Found {
    /// The order.
    #[response(status = 200)]
    Order(Order),
    /// There is no such order, or it is not one of these.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(Problem),
}

/// Responses to the cancellation of an order.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "it describes, and is never made")]
pub enum Changed {
    /// It was cancelled.
    #[response(status = 204)]
    Done,
    /// There is no such order, or it is not one of these.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(Problem),
}
