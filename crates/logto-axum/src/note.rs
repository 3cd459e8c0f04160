//! Notes: what a form came to, on the way to the page that tells it.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Serialize, de::DeserializeOwned};

use crate::{Auth, Hash, seal::Place};

/// The longest note that is opened.
const LONGEST: usize = 8192;

impl Auth {
    /// Seals something to be told on a page, for the address that leads there after a form (`told=…`). It can be opened in
    /// this session alone, and about the same matter; so no link that somebody made makes a page say anything. `None` when
    /// there is no session, or nothing to be sealed.
    ///
    /// What a page says may be as old as the session: the address can be opened again.
    #[must_use]
    pub fn seal_note<T: Serialize>(&self, about: &str, what: &T) -> Option<String> {
        let row = self.row_of_note(about)?;
        let place = Place {
            kind: "note",
            row: &row,
        };
        let sealed = self.app.parts().sessions.keys().seal(&place, what).ok()?;
        Some(URL_SAFE_NO_PAD.encode(sealed))
    }

    /// Opens what [`seal_note`](Self::seal_note) made in this session. Anything else is nothing, without a word in the log.
    #[must_use]
    pub fn open_note<T: DeserializeOwned>(&self, about: &str, note: &str) -> Option<T> {
        let row = self.row_of_note(about)?;
        let place = Place {
            kind: "note",
            row: &row,
        };
        let note = Some(note).filter(|note| note.len() <= LONGEST)?;
        let sealed = URL_SAFE_NO_PAD.decode(note).ok()?;
        self.app.parts().sessions.keys().open(&place, &sealed).ok()
    }

    fn row_of_note(&self, about: &str) -> Option<Hash> {
        let session = self.session_hash()?;
        Some(crate::digest(&[b"note", about.as_bytes(), &session]))
    }
}
