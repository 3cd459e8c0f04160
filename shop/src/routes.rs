//! The routes, and the handlers that both kinds of orders share.

mod members;
mod people;

use axum::{
    Json, Router,
    extract::DefaultBodyLimit,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use logto_axum::Permissions;
use time::OffsetDateTime;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    PATH, Shop, description,
    input::Input,
    order::{Customer, Order, OrderList},
    orders::StoreError,
    page::{self, Page},
    problem::Problem,
};

/// No order is near this.
const LARGEST_BODY: usize = 16 * 1024;

/// The permission to see orders.
pub struct ReadOrders;
impl Permissions for ReadOrders {
    const REQUIRED: &'static [&'static str] = &["read:orders"];
}

/// The permission to place orders and to cancel them.
pub struct WriteOrders;
impl Permissions for WriteOrders {
    const REQUIRED: &'static [&'static str] = &["write:orders"];
}

pub fn router(shop: Shop) -> Router {
    let (router, described) = OpenApiRouter::with_openapi(description::head())
        .routes(routes!(people::list, people::place))
        .routes(routes!(people::find, people::cancel))
        .routes(routes!(members::list, members::place))
        .routes(routes!(members::find, members::cancel))
        .split_for_parts();
    router
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .route(description::PATH, description::route(&described))
        .fallback(async || Problem::new(StatusCode::NOT_FOUND, "There is nothing at this address."))
        .method_not_allowed_fallback(async || {
            let detail = "This address does not know that method; Allow says which it knows.";
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, detail)
        })
        .with_state(shop)
}

async fn list(shop: &Shop, customer: &Customer, page: Page) -> Result<Json<OrderList>, Problem> {
    // One more than was asked for, to know whether there is more.
    let limit = page.limit as usize;
    let more = Page {
        limit: page.limit + 1,
        ..page
    };
    let mut orders = shop.orders.list(customer, more).await?;
    let is_more = orders.len() > limit;
    orders.truncate(limit);
    let next = orders.last().filter(|_| is_more).map(|order| order.id);
    Ok(Json(OrderList { orders, next }))
}

async fn place(shop: &Shop, customer: &Customer, Input(new): Input) -> Result<Response, Problem> {
    let now = OffsetDateTime::now_utc();
    let placed = shop.orders.place(customer, new, now).await?;
    let order = placed.ok_or_else(Problem::too_many_orders)?;
    let address = match customer.organization() {
        None => format!("{PATH}/orders/{}", order.id),
        Some(organization) => format!("{PATH}/organizations/{organization}/orders/{}", order.id),
    };
    let mut response = (StatusCode::CREATED, Json(order)).into_response();
    if let Ok(address) = HeaderValue::try_from(address) {
        response.headers_mut().insert(header::LOCATION, address);
    }
    Ok(response)
}

async fn find(shop: &Shop, customer: &Customer, id: &str) -> Result<Json<Order>, Problem> {
    let id = page::id(id).ok_or_else(Problem::no_such_order)?;
    let found = shop.orders.find(customer, id).await?;
    found.map(Json).ok_or_else(Problem::no_such_order)
}

async fn cancel(shop: &Shop, customer: &Customer, id: &str) -> Result<StatusCode, Problem> {
    let id = page::id(id).ok_or_else(Problem::no_such_order)?;
    if shop.orders.cancel(customer, id).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::no_such_order())
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let error = logto_axum::__private::chain(&error);
        tracing::error!(error, "an answer of the shop is missing");
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "Orders cannot be reached right now. Try again in a moment.",
        )
    }
}
