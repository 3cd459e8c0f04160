//! Scopes: which there are, and which are to be used.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use leptos_logto::AuthError;

use crate::model::ScopeChoices;

/// The scopes that are offered, the state of each for the person, and what a change needs.
#[server(prefix = "/api", endpoint = "scopes", input = GetUrl)]
pub async fn load_scopes(
    /// The note that [`choose_scopes`] put into the address of the page it led back to, as
    /// `scopes`.
    notice: Option<String>,
) -> Result<ScopeChoices, AuthError> {
    use leptos_logto::server::{auth, signed_in};

    let auth = auth()?;
    let person = signed_in(&auth)?;
    crate::server::load(&auth, person, notice.as_deref()).await
}

/// Makes these the scopes in use, besides the reserved ones, in the cheapest way that works, and
/// sends the browser back to the page, or to Logto if it takes a new authorization. A browser
/// navigates to it, with or without JavaScript; it answers with a redirect, whatever happened.
#[server(prefix = "/api", endpoint = "scopes/choose")]
pub async fn choose_scopes(
    /// Each scope whose switch is on.
    #[server(default)]
    scopes: Vec<String>,
    /// The scopes whose switches were on when the form was drawn, separated by spaces: which of
    /// them were turned off is no longer to be seen from the session once Logto grants one no more.
    #[server(default)]
    drawn: Option<String>,
    /// The page to come back to, a path of this application. The note in its query, `scopes`, has
    /// the result.
    #[server(default)]
    return_to: Option<String>,
    /// For whom the form was drawn, as [`ViewerField`](leptos_logto::ViewerField) says it.
    #[server(default)]
    viewer: Option<String>,
) -> Result<(), AuthError> {
    use leptos_logto::server::{auth, go};

    let auth = auth()?;
    let choice = crate::server::Choice::new(&scopes, drawn.as_deref());
    go(crate::server::choose(&auth, &choice, return_to.as_deref(), viewer.as_deref()).await);
    Ok(())
}
