//! Endpoints that are closed to strangers unless they are named: a new one is guarded before anybody thinks of it (LX-04).

use axum::body::Bytes;

use logto_types::path_variants;

/// The endpoints of an application, and which of them are for everybody.
///
/// What is below a prefix and not named is answered before its code runs: 401 when nobody is signed in, 503 when the store
/// does not say. Browsers that navigate there, as forms do without JavaScript, are led to the sign-in instead and then back
/// to the page they came from.
///
/// ```
/// let endpoints = logto_axum::Endpoints::below("/api")
///     .open(["/api/opening-hours"])
///     .refusing_with(r#""SignedOut""#, r#""Upstream""#);
/// assert!(endpoints.is_closed("/api/orders"));
/// assert!(!endpoints.is_closed("/api/opening-hours"));
/// assert!(!endpoints.is_closed("/about"));
/// ```
#[derive(Clone, Debug)]
pub struct Endpoints {
    prefixes: Vec<Vec<String>>,
    open: Vec<String>,
    pub(crate) signed_out: Bytes,
    pub(crate) unavailable: Bytes,
}

impl Endpoints {
    /// None is closed: each handler guards itself.
    #[must_use]
    pub fn none() -> Self {
        Self {
            prefixes: Vec::new(),
            ..Self::below("")
        }
    }

    /// Everything below `prefix` is closed.
    #[must_use]
    pub fn below(prefix: &str) -> Self {
        Self {
            prefixes: vec![segments(prefix)],
            open: Vec::new(),
            signed_out: Bytes::from_static(br#"{"error":"signed_out"}"#),
            unavailable: Bytes::from_static(br#"{"error":"unavailable"}"#),
        }
    }

    /// Everything below another `prefix` is closed too.
    #[must_use]
    pub fn and_below(mut self, prefix: &str) -> Self {
        self.prefixes.push(segments(prefix));
        self
    }

    /// These are for everybody, in exactly this spelling.
    #[must_use]
    pub fn open(mut self, paths: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.open.extend(paths.into_iter().map(Into::into));
        self
    }

    /// The JSON bodies of the refusals, in the shape that whoever calls these endpoints reads errors in.
    #[must_use]
    pub fn refusing_with(
        mut self,
        signed_out: impl Into<Bytes>,
        unavailable: impl Into<Bytes>,
    ) -> Self {
        (self.signed_out, self.unavailable) = (signed_out.into(), unavailable.into());
        self
    }

    /// Whether a path is for signed-in people only, however it is spelt (LX-03).
    #[must_use]
    pub fn is_closed(&self, path: &str) -> bool {
        if self.open.iter().any(|open| open == path) {
            return false;
        }
        path_variants(path).iter().any(|variant| {
            let variant: Vec<String> = variant
                .iter()
                .map(|segment| segment.to_lowercase())
                .collect();
            self.prefixes
                .iter()
                .any(|prefix| variant.starts_with(prefix))
        })
    }
}

fn segments(prefix: &str) -> Vec<String> {
    let segments = prefix.split('/').filter(|segment| !segment.is_empty());
    segments.map(str::to_lowercase).collect()
}
