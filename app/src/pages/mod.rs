//! One file for each page.

mod billing;
mod home;
mod not_found;
mod organization_overview;
mod organizations;
mod profile;
mod refused;
mod scopes;
mod sign_in_problem;
mod support;

pub use billing::Billing;
pub use home::Home;
pub use not_found::NotFound;
pub use organization_overview::OrganizationOverview;
pub use organizations::Organizations;
pub use profile::Profile;
pub use refused::RefusedPage;
pub use scopes::Scopes;
pub use sign_in_problem::SignInProblemPage;
pub use support::Support;
