/// Whether a person may see a page or call a function, as the server found.
///
/// It is exhaustive: a page draws each of them, and must not draw a new one as another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Access {
    /// They may.
    Granted,
    /// Nobody is signed in.
    SignedOut,
    /// There is no such organization, or the person is not a member of it. The two are not told apart.
    NotFound,
    /// They do not meet the requirement.
    Forbidden,
    /// It is not known, because Logto or the session store does not answer. Never to be shown as a refusal.
    Unavailable,
}
