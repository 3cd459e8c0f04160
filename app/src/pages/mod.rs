//! One file for each page.

mod home;
mod not_found;
mod organizations;
mod profile;
mod sign_in_problem;

pub use home::Home;
pub use not_found::NotFound;
pub use organizations::Organizations;
pub use profile::Profile;
pub use sign_in_problem::SignInProblemPage;
