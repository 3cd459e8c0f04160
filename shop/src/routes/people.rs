//! Orders that people place for themselves. They see their own and nobody else's.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use logto_axum::Bearer;

use super::{ReadOrders, WriteOrders};
use crate::{
    Shop,
    description::{Changed, Found, Listed, Placed, Refused},
    input::Input,
    order::{Customer, NewOrder, Order, OrderList},
    page::Page,
    problem::Problem,
};

fn customer<P>(bearer: Bearer<P>) -> Customer {
    Customer::Person {
        subject: bearer.token.subject,
    }
}

/// One's own orders, the newest first.
#[utoipa::path(
    get, path = "/orders", operation_id = "list_orders", tag = "One's own orders",
    params(
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "How many at most. 20, if it is not said."),
        ("before" = Option<uuid::Uuid>, Query, description = "Only orders older than this one."),
    ),
    responses(Refused, Listed),
    security(("bearer" = ["read:orders"])),
)]
pub async fn list(
    bearer: Bearer<ReadOrders>,
    State(shop): State<Shop>,
    page: Page,
) -> Result<Json<OrderList>, Problem> {
    super::list(&shop, &customer(bearer), page).await
}

/// Places an order for oneself.
#[utoipa::path(
    post, path = "/orders", operation_id = "place_order", tag = "One's own orders",
    request_body = NewOrder,
    responses(Refused, Placed),
    security(("bearer" = ["write:orders"])),
)]
pub async fn place(
    bearer: Bearer<WriteOrders>,
    State(shop): State<Shop>,
    input: Input,
) -> Result<Response, Problem> {
    super::place(&shop, &customer(bearer), input).await
}

/// One of one's own orders.
#[utoipa::path(
    get, path = "/orders/{id}", operation_id = "find_order", tag = "One's own orders",
    params(("id" = uuid::Uuid, Path, description = "The order.")),
    responses(Refused, Found),
    security(("bearer" = ["read:orders"])),
)]
pub async fn find(
    bearer: Bearer<ReadOrders>,
    State(shop): State<Shop>,
    Path(id): Path<String>,
) -> Result<Json<Order>, Problem> {
    super::find(&shop, &customer(bearer), &id).await
}

/// Cancels one of one's own orders.
#[utoipa::path(
    delete, path = "/orders/{id}", operation_id = "cancel_order", tag = "One's own orders",
    params(("id" = uuid::Uuid, Path, description = "The order.")),
    responses(Refused, Changed),
    security(("bearer" = ["write:orders"])),
)]
pub async fn cancel(
    bearer: Bearer<WriteOrders>,
    State(shop): State<Shop>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    super::cancel(&shop, &customer(bearer), &id).await
}
