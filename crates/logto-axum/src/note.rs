//! Notes: the result of a form, on the way to the page that shows it.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{Auth, Hash, seal::Place};

/// The longest note that is opened.
const LONGEST: usize = 8192;
/// So long it can be opened, in seconds: longer than a sign-in may take, so that a page can show the outcome of one.
const HOLDS: u64 = 900;

/// Where a note can be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteFor {
    /// In the session it was made in.
    Session,
    /// In every session of the person it was made for: also in the one that a new sign-in of theirs makes.
    Person,
}

#[derive(Serialize, Deserialize)]
struct Note<T> {
    what: T,
    at: u64,
}

impl Auth {
    /// Seals something to be told on a page, for the address that leads there after a form (`told=…`). It can be opened by
    /// whom it is for alone, about the same matter, and for a quarter of an hour; so no link that somebody made makes a page
    /// say anything. `None` when there is no session, or nothing to be sealed.
    #[must_use]
    pub fn seal_note<T: Serialize>(&self, whom: NoteFor, about: &str, what: &T) -> Option<String> {
        let row = self.row_of_note(whom, about)?;
        let place = Place {
            kind: "note",
            row: &row,
        };
        let at = self.client().now();
        let keys = self.app.parts().sessions.keys();
        let sealed = keys.seal(&place, &Note { what, at }).ok()?;
        Some(URL_SAFE_NO_PAD.encode(sealed))
    }

    /// Opens what [`seal_note`](Self::seal_note) made. Anything else is nothing, without a word in the log.
    #[must_use]
    pub fn open_note<T: DeserializeOwned>(
        &self,
        whom: NoteFor,
        about: &str,
        note: &str,
    ) -> Option<T> {
        let row = self.row_of_note(whom, about)?;
        let place = Place {
            kind: "note",
            row: &row,
        };
        let note = Some(note).filter(|note| note.len() <= LONGEST)?;
        let sealed = URL_SAFE_NO_PAD.decode(note).ok()?;
        let keys = self.app.parts().sessions.keys();
        let note: Note<T> = keys.open(&place, &sealed).ok()?;
        let age = self.client().now().saturating_sub(note.at);
        (age < HOLDS).then_some(note.what)
    }

    fn row_of_note(&self, whom: NoteFor, about: &str) -> Option<Hash> {
        let session = self.session_hash()?;
        let subject = self.signed_in().ok().map(|person| &person.claims.sub);
        let (kind, id): (&[u8], &[u8]) = match whom {
            NoteFor::Session => (b"session", &session),
            NoteFor::Person => (b"person", subject?.as_bytes()),
        };
        Some(crate::digest(&[b"note", kind, id, about.as_bytes()]))
    }
}
