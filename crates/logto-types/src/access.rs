/// Whether a person may see a page or call a function, as the server found.
///
/// It is exhaustive: a page draws each of them, and must not draw a new one as another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Access {
    /// The requirement is met.
    Granted,
    /// Nobody is signed in.
    SignedOut,
    /// There is no such organization, or the person is not a member of it. The two look the same.
    NotFound,
    /// The requirement is not met.
    Forbidden,
    /// Unknown, because Logto or the session store does not answer. Do not show it as a refusal.
    Unavailable,
}
