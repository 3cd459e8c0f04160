//! Replaces a guarded page by its refusal when a part of it learns that the person has lost access.

use leptos::prelude::*;
use logto_types::Access;

/// The access to a page: its organization, and the answer of the server.
pub(super) type KnownAccess = Option<(Option<String>, Access)>;

/// Lets a part of a guarded page say that the person has lost access to the page, in context.
#[derive(Clone, Copy)]
pub(super) struct LostAccess(pub(super) RwSignal<KnownAccess>);

impl LostAccess {
    /// Renders the refusal in the place of the page.
    pub(super) fn set(self, lost: Access) {
        self.0.update(|known| {
            if let Some((_, access)) = known {
                *access = lost;
            }
        });
    }
}
