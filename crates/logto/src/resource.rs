/// An API that access tokens are made for, and what to ask for there.
///
/// Logto refuses a sign-in that names a resource it does not know. A permission, on the other hand,
/// it leaves out silently when the person does not have it, and also when it was not asked for at
/// the sign-in: a token for a resource with no permissions here may do nothing
/// (`token-responses.json`).
///
/// ```
/// let shop = logto::ApiResource::new("https://shop.example/api", ["read:orders", "write:orders"]);
/// assert_eq!(shop.permissions.len(), 2);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApiResource {
    /// The resource indicator, byte for byte as registered in the Logto Console. It is the `aud` of
    /// its tokens.
    pub indicator: String,
    /// The permissions to ask for, by the names they have in the Logto Console.
    pub permissions: Vec<String>,
}

impl ApiResource {
    /// The API with that indicator, and the permissions to ask for.
    pub fn new<P: Into<String>>(
        indicator: impl Into<String>,
        permissions: impl IntoIterator<Item = P>,
    ) -> Self {
        Self {
            indicator: indicator.into(),
            permissions: permissions.into_iter().map(Into::into).collect(),
        }
    }
}
