//! Endpoints that require a sign-in unless they are named as open: a new one is guarded by default.

use axum::body::Bytes;

use logto_types::path_variants;

/// The endpoints of an application, and which of them are for everybody.
///
/// An endpoint below a prefix that is not named is answered before its code runs: 401 when nobody
/// is signed in, 503 when the store does not say. Browsers that navigate there, as forms do without
/// JavaScript, are redirected to the sign-in instead and then back to the page they came from.
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
    open_prefixes: Vec<Vec<String>>,
    pub(crate) signed_out: Bytes,
    pub(crate) unavailable: Bytes,
}

impl Endpoints {
    /// None is closed: each handler guards itself.
    #[must_use]
    pub fn none() -> Self {
        Self {
            prefixes: Vec::new(),
            open: Vec::new(),
            open_prefixes: Vec::new(),
            signed_out: Bytes::from_static(br#"{"error":"signed_out"}"#),
            unavailable: Bytes::from_static(br#"{"error":"unavailable"}"#),
        }
    }

    /// Everything below `prefix` is closed, but for the [`FlowPaths`](crate::FlowPaths).
    ///
    /// # Panics
    /// When `prefix` is empty or `/`: that is every page. Guard pages with
    /// [`Guards`](crate::Guards).
    #[must_use]
    pub fn below(prefix: &str) -> Self {
        Self::none().and_below(prefix)
    }

    /// Everything below another `prefix` is closed too.
    ///
    /// # Panics
    /// As [`below`](Self::below).
    #[must_use]
    pub fn and_below(mut self, prefix: &str) -> Self {
        let segments = segments(prefix);
        self.prefixes.push(
            segments
                .iter()
                .map(|segment| segment.to_lowercase())
                .collect(),
        );
        self
    }

    /// These are for everybody, in exactly this spelling.
    #[must_use]
    pub fn open(mut self, paths: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.open.extend(paths.into_iter().map(Into::into));
        self
    }

    /// Everything below these prefixes is for everybody as far as sessions go: each handler there
    /// guards itself, as those do that ask for [`Bearer`](crate::Bearer).
    ///
    /// ```
    /// let endpoints = logto_axum::Endpoints::below("/api").open_below(["/api/v1"]);
    /// assert!(!endpoints.is_closed("/api/v1/orders"));
    /// assert!(endpoints.is_closed("/api/v2"));
    /// ```
    ///
    /// # Panics
    /// As [`below`](Self::below).
    #[must_use]
    pub fn open_below<'a>(mut self, prefixes: impl IntoIterator<Item = &'a str>) -> Self {
        self.open_prefixes
            .extend(prefixes.into_iter().map(segments));
        self
    }

    /// The JSON bodies of the refusals, in the shape that whoever calls these endpoints reads
    /// errors in.
    #[must_use]
    pub fn refusing_with(
        mut self,
        signed_out: impl Into<Bytes>,
        unavailable: impl Into<Bytes>,
    ) -> Self {
        (self.signed_out, self.unavailable) = (signed_out.into(), unavailable.into());
        self
    }

    /// Whether a path is for signed-in people only, however it is spelt. The access middleware asks
    /// this of no path of the sign-in flow.
    #[must_use]
    pub fn is_closed(&self, path: &str) -> bool {
        if self.open.iter().any(|open| open == path) {
            return false;
        }
        let variants = path_variants(path);
        let is_open = |variant: &Vec<String>| {
            let covers = |prefix: &Vec<String>| variant.starts_with(prefix);
            self.open_prefixes.iter().any(covers)
        };
        if variants.iter().all(is_open) {
            return false;
        }
        variants.iter().any(|variant| {
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
    let segments: Vec<String> = segments.map(str::to_owned).collect();
    assert!(
        !segments.is_empty(),
        "the prefix {prefix:?} of endpoints is that of every page: name a path, such as /api"
    );
    segments
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prefix_of_every_page_is_refused() {
        for prefix in ["", "/", "//"] {
            for set_up in [
                |prefix: &str| Endpoints::below(prefix),
                |prefix: &str| Endpoints::none().and_below(prefix),
                |prefix: &str| Endpoints::none().open_below([prefix]),
            ] {
                let refused = std::panic::catch_unwind(|| set_up(prefix)).unwrap_err();
                let text = refused.downcast_ref::<String>().unwrap();
                assert!(text.ends_with("name a path, such as /api"), "{text}");
            }
        }
    }

    /// LX-03: only the very spelling is open.
    #[test]
    fn what_is_open_below_a_prefix_is_so_in_one_spelling() {
        let endpoints = Endpoints::below("/api").open_below(["/api/v1"]);
        for path in ["/api/v1", "/api/v1/", "/api/v1/orders"] {
            assert!(!endpoints.is_closed(path), "{path}");
        }
        for path in [
            "/api",
            "/api/v10",
            "/API/v1/orders",
            "/api/v1/../orders",
            "/api/v1%2f..%2forders",
            "/api/V1",
        ] {
            assert!(endpoints.is_closed(path), "{path}");
        }
    }
}
