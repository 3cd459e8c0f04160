//! Notes: the result of a form, on the way to the page that shows it.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{auth::Auth, seal::Place};

/// The longest note that is opened.
const LONGEST: usize = 8192;
/// So long it can be opened, in seconds: longer than a sign-in may take, so that a page can show
/// the outcome of one.
const HOLDS: u64 = 900;

/// The sealed content: the note, its time and its session.
#[derive(Serialize, Deserialize)]
struct Note<T> {
    what: T,
    at: u64,
    /// The session, in base64.
    session: String,
    /// The person, if it was known who that is.
    subject: Option<String>,
}

impl Auth {
    /// Seals something to be shown on a page, for the address that leads there after a form
    /// (`notice=…`). It can be opened by the same person alone, about the same subject, and for a
    /// quarter of an hour; so no link that somebody made makes a page say anything. `None` when
    /// there is no session, or nothing to be sealed.
    #[must_use]
    pub fn seal_note<T: Serialize>(&self, about: &str, what: &T) -> Option<String> {
        let note = Note {
            what,
            at: self.client().now(),
            session: self.session_of_note()?,
            subject: self.subject_of_note().map(str::to_owned),
        };
        let keys = self.app.parts().sessions.keys();
        let sealed = keys.seal(&place(about), &note).ok()?;
        Some(URL_SAFE_NO_PAD.encode(sealed))
    }

    /// Opens what [`seal_note`](Self::seal_note) made in this session. Anything else is nothing,
    /// without a word in the log.
    #[must_use]
    pub fn open_note<T: DeserializeOwned>(&self, about: &str, note: &str) -> Option<T> {
        let note = self.unseal_note(about, note)?;
        let is_here = self.session_of_note()? == note.session;
        is_here.then_some(note.what)
    }

    /// Opens what [`seal_note`](Self::seal_note) made in another session of the same person: in the
    /// one before a new sign-in.
    #[must_use]
    pub fn open_note_of_another_session<T: DeserializeOwned>(
        &self,
        about: &str,
        note: &str,
    ) -> Option<T> {
        let note = self.unseal_note(about, note)?;
        let is_elsewhere = self.session_of_note()? != note.session;
        let is_theirs = self.subject_of_note()? == note.subject?;
        (is_elsewhere && is_theirs).then_some(note.what)
    }

    fn unseal_note<T: DeserializeOwned>(&self, about: &str, note: &str) -> Option<Note<T>> {
        let note = Some(note).filter(|note| note.len() <= LONGEST)?;
        let sealed = URL_SAFE_NO_PAD.decode(note).ok()?;
        let keys = self.app.parts().sessions.keys();
        let note: Note<T> = keys.open(&place(about), &sealed).ok()?;
        let age = self.client().now().saturating_sub(note.at);
        (age < HOLDS).then_some(note)
    }

    fn session_of_note(&self) -> Option<String> {
        Some(URL_SAFE_NO_PAD.encode(self.session_hash()?))
    }

    fn subject_of_note(&self) -> Option<&str> {
        let person = self.signed_in().ok()?;
        Some(&person.claims.sub)
    }
}

fn place(about: &str) -> Place<'_> {
    Place {
        kind: "note",
        row: about.as_bytes(),
    }
}
