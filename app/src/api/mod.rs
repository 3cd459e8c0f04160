//! The server functions of this application.
//!
//! | function | request | for |
//! |---|---|---|
//! | [`choose_language`] | POST `/language` | anybody |
//! | [`load_support_contact`] | GET `/api/support-contact` | a member of the organization |
//! | [`load_billing_contact`] | GET `/api/billing-contact` | whoever may manage billing in the organization |
//! | [`load_dashboard`] | GET `/api/dashboard` | signed in |
//! | [`load_orders`] | GET `/api/orders` | signed in |
//! | [`call_orders_api`] | GET `/api/orders/call` | signed in |
//! | [`place_order`] | POST `/api/orders/place` | signed in |

mod contacts;
mod dashboard;
mod language;
mod orders;

pub use contacts::{
    Contact, LoadBillingContact, LoadSupportContact, load_billing_contact, load_support_contact,
};
pub use dashboard::{LoadDashboard, load_dashboard};
pub use language::{ChooseLanguage, choose_language};
pub use orders::{
    CallOrdersApi, LoadOrders, PlaceOrder, call_orders_api, load_orders, place_order,
};
