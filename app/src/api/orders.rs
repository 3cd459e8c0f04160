//! Orders: the API of the shop, called with the person's own access token for it.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use leptos_logto::AuthError;

use crate::orders::{ApiAnswer, OrderError, Orders};

/// The orders of the person, or of one of their organizations, the newest first. What cannot be the id of an order counts as
/// none, and what cannot be that of an organization as one that the person is not in.
#[server(prefix = "/api", endpoint = "orders", input = GetUrl)]
pub async fn load_orders(
    /// The id of the organization.
    organization: Option<String>,
    /// Only orders before this one.
    before: Option<String>,
    /// The sealed notice that [`place_order`] put into the address of the page.
    notice: Option<String>,
) -> Result<Orders, AuthError> {
    use leptos_logto::server;

    use crate::server::orders;

    let auth = server::auth()?;
    server::signed_in(&auth)?;
    let organizations = leptos_logto::api::load_organizations().await?;
    let (answer, may_place) =
        orders::list(&auth, organization.as_deref(), before.as_deref()).await?;
    let notice = orders::open_notice(&auth, organization.as_deref(), notice.as_deref());
    Ok(server::for_page(Orders {
        organizations,
        answer,
        may_place,
        notice,
    }))
}

/// Calls the API as [`load_orders`] does, for the text of its answer, whatever its status. `None`: a link of another site led here,
/// and nothing is called.
#[server(prefix = "/api", endpoint = "orders/call", input = GetUrl)]
pub async fn call_orders_api(
    /// The id of the organization.
    organization: Option<String>,
) -> Result<Option<Result<ApiAnswer, OrderError>>, AuthError> {
    use leptos_logto::server;

    use crate::server::orders;

    let auth = server::auth()?;
    server::signed_in(&auth)?;
    if !server::is_from_our_page(&auth) {
        return Ok(None);
    }
    let answer = orders::call(&auth, organization.as_deref()).await?;
    Ok(Some(server::for_page(answer)))
}

/// Places an order, and redirects to the page of orders with a notice about the result and, if it was refused, with the typed
/// values. The notice is sealed for this session.
#[server(prefix = "/api", endpoint = "orders/place")]
pub async fn place_order(
    /// The id of the organization that it is for.
    organization: Option<String>,
    /// What is ordered.
    #[server(default)]
    item: String,
    /// How many.
    #[server(default)]
    quantity: String,
    /// For whom the form was drawn, as `ViewerField` says it.
    #[server(default)]
    viewer: Option<String>,
) -> Result<(), AuthError> {
    use leptos_logto::server;

    use crate::server::orders;

    let auth = server::auth()?;
    let person = server::signed_in(&auth)?;
    server::check_viewer(person, viewer.as_deref())?;
    let organization = organization.as_deref();
    let quantity = orders::in_ascii_digits(&quantity);
    let outcome = orders::place(&auth, organization, &item, &quantity).await?;
    leptos_axum::redirect(&orders::page(
        &auth,
        organization,
        &item,
        &quantity,
        outcome,
    ));
    Ok(())
}
