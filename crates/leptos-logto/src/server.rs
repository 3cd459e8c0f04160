//! Server side: builds the model of pages from the session and Logto's types. For server functions
//! of the application, too.

mod access;
mod api_call;
mod context;
mod cookies;
mod guarded_routes;
mod in_steps;
mod initials;
mod last_organization;
mod membership;
mod moment;
mod open_organization;
mod organizations;
mod page_text;
mod picture;
mod redirect;
mod refuse;
mod session;
mod sign_in;
mod token_refusal;

pub use logto::{Audience, OrganizationId, Secret, is_blank, is_invisible};
pub use logto_axum::{Auth, Called, Member};

pub use access::require;
pub(crate) use access::{access, given_access, not_found};
pub use api_call::call_api;
pub use context::{auth, is_from_our_page};
pub(crate) use context::{problem_detail, raw_query, refusal_text};
pub use cookies::{forget, remember, remember_for, remembered, take};
pub use guarded_routes::generate_guarded_route_list;
pub(crate) use guarded_routes::note_guard;
pub use in_steps::in_steps;
pub(crate) use last_organization::forget_last_organization;
pub use last_organization::last_organization;
pub(crate) use membership::membership;
pub use moment::{moment, moment_in_milliseconds, moment_to_the_minute};
pub(crate) use open_organization::open_organization;
pub use organizations::{organizations, organizations_in_id_token, recent_organizations};
pub use page_text::{for_page, stays_as_it_is, text_stays};
pub use picture::PicturePolicy;
pub use redirect::{go, go_back, redirect_to};
pub(crate) use refuse::unreadable;
pub use refuse::{check_viewer, invalid, log_fault, refuse};
pub(crate) use session::stay;
pub use session::{auth_state, signed_in};
pub use sign_in::UiLocales;
pub(crate) use sign_in::{sign_in_request, signed_out};
pub use token_refusal::token_refusal;

pub use crate::api::register::{endpoints, register};
