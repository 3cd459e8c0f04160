//! How a part of a guarded page gives way to the refusal of the page.

use leptos::prelude::*;
use logto_types::Access;

/// What is known of who may see a page: in which organization, and what the server said.
pub(super) type KnownAccess = Option<(Option<String>, Access)>;

/// Lets a part of a guarded page say that the person has lost access to the page, in context.
#[derive(Clone, Copy)]
pub(super) struct LostAccess(pub(super) RwSignal<KnownAccess>);

impl LostAccess {
    /// Draws the refusal in the place of the page.
    pub(super) fn set(self, lost: Access) {
        self.0.update(|known| {
            if let Some((_, access)) = known {
                *access = lost;
            }
        });
    }
}
