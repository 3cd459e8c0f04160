//! Pieces of pages.

#![expect(clippy::needless_pass_by_value, reason = "components own their props")]

mod api_call;
mod call_line;
mod contact_panel;
mod flow_drawing;
mod frame;
mod language_choice;
mod loading;
mod order_form;
mod order_list;
mod order_notice;
mod order_problem;
mod organization_frame;
mod snippet;

pub use api_call::ApiCall;
pub use contact_panel::ContactPanel;
pub use flow_drawing::FlowDrawing;
pub use frame::Frame;
pub use language_choice::LanguageChoice;
pub use loading::Loading;
pub use order_form::{OrderForm, TypedOrder};
pub use order_list::OrderList;
pub use order_notice::OrderNotice;
pub use organization_frame::OrganizationFrame;
pub use snippet::{FoldedSnippet, Snippet};
