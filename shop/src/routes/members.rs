//! Orders of an organization. Every member with the permission there sees all of them.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use logto_axum::{Bearer, InOrganization};

use super::{ReadOrders, WriteOrders};
use crate::{
    Shop,
    description::{Changed, Found, Listed, Placed, Refused},
    input::Input,
    order::{Customer, NewOrder, Order, OrderList},
    page::Page,
    problem::Problem,
};

fn customer<P>(bearer: Bearer<P, InOrganization>) -> Customer {
    Customer::Member {
        subject: bearer.token.subject,
        organization: bearer.organization,
    }
}

/// The orders of an organization, the newest first.
#[utoipa::path(
    get, path = "/organizations/{organization}/orders", operation_id = "list_organization_orders",
    tag = "Orders of an organization",
    params(
        ("organization" = String, Path, description = "The id of the organization that the token is for."),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "How many at most. 20, if it is not said."),
        ("before" = Option<uuid::Uuid>, Query, description = "Only orders older than this one."),
    ),
    responses(Refused, Listed),
    security(("bearer" = ["read:orders"])),
)]
pub async fn list(
    bearer: Bearer<ReadOrders, InOrganization>,
    State(shop): State<Shop>,
    page: Page,
) -> Result<Json<OrderList>, Problem> {
    super::list(&shop, &customer(bearer), page).await
}

/// Places an order for an organization.
#[utoipa::path(
    post, path = "/organizations/{organization}/orders", operation_id = "place_organization_order",
    tag = "Orders of an organization",
    params(("organization" = String, Path, description = "The id of the organization that the token is for.")),
    request_body = NewOrder,
    responses(Refused, Placed),
    security(("bearer" = ["write:orders"])),
)]
pub async fn place(
    bearer: Bearer<WriteOrders, InOrganization>,
    State(shop): State<Shop>,
    input: Input,
) -> Result<Response, Problem> {
    super::place(&shop, &customer(bearer), input).await
}

/// One of the orders of an organization.
#[utoipa::path(
    get, path = "/organizations/{organization}/orders/{id}", operation_id = "find_organization_order",
    tag = "Orders of an organization",
    params(
        ("organization" = String, Path, description = "The id of the organization that the token is for."),
        ("id" = uuid::Uuid, Path, description = "The order."),
    ),
    responses(Refused, Found),
    security(("bearer" = ["read:orders"])),
)]
pub async fn find(
    bearer: Bearer<ReadOrders, InOrganization>,
    State(shop): State<Shop>,
    Path((_, id)): Path<(String, String)>,
) -> Result<Json<Order>, Problem> {
    super::find(&shop, &customer(bearer), &id).await
}

/// Cancels one of the orders of an organization.
#[utoipa::path(
    delete, path = "/organizations/{organization}/orders/{id}", operation_id = "cancel_organization_order",
    tag = "Orders of an organization",
    params(
        ("organization" = String, Path, description = "The id of the organization that the token is for."),
        ("id" = uuid::Uuid, Path, description = "The order."),
    ),
    responses(Refused, Changed),
    security(("bearer" = ["write:orders"])),
)]
pub async fn cancel(
    bearer: Bearer<WriteOrders, InOrganization>,
    State(shop): State<Shop>,
    Path((_, id)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    super::cancel(&shop, &customer(bearer), &id).await
}
