//! The URL of a form.

/// Chooses the scopes in use. Takes a POST: `scopes[]`, once for each, and `return_to`.
pub const CHOOSE_SCOPES: &str = "/api/scopes/choose";
