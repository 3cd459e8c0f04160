//! Whom to write to, and who may know.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use leptos_logto::AuthError;
use serde::{Deserialize, Serialize};

/// Whom to write to, and what to quote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// An email address.
    pub address: String,
    /// What tells the reader which organization it is about.
    pub reference: String,
}

/// Whom the members of an organization write to.
#[server(prefix = "/api", endpoint = "support-contact", input = GetUrl)]
pub async fn load_support_contact(
    /// The id of the organization.
    organization: String,
) -> Result<Contact, AuthError> {
    use leptos_logto::{Requirement, server};

    let auth = server::auth()?;
    server::require(&auth, Requirement::Member, Some(&organization)).await?;
    Ok(Contact {
        address: "support@shop.example".to_owned(),
        reference: organization,
    })
}

/// Whom those write to who manage the bills of an organization.
#[server(prefix = "/api", endpoint = "billing-contact", input = GetUrl)]
pub async fn load_billing_contact(
    /// The id of the organization.
    organization: String,
) -> Result<Contact, AuthError> {
    use leptos_logto::server;

    use crate::guards::MANAGE_BILLING;

    let auth = server::auth()?;
    server::require(&auth, MANAGE_BILLING, Some(&organization)).await?;
    Ok(Contact {
        address: "accounts@shop.example".to_owned(),
        reference: format!("{organization}-billing"),
    })
}
