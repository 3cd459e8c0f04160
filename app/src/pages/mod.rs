//! One file for each page.

mod apis;
mod billing;
mod dashboard;
mod home;
pub mod lazy_pages;
mod not_found;
mod orders;
mod organization_overview;
mod organizations;
mod profile;
mod refused;
mod scopes;
mod sessions;
mod sign_in_problem;
mod support;

pub use apis::Apis;
pub use billing::Billing;
pub use dashboard::DashboardPage;
pub use home::Home;
pub use not_found::NotFound;
pub use orders::Orders;
pub use organization_overview::OrganizationOverview;
pub use organizations::Organizations;
pub use profile::Profile;
pub use refused::RefusedPage;
pub use scopes::Scopes;
pub use sessions::Sessions;
pub use sign_in_problem::SignInProblemPage;
pub use support::Support;
