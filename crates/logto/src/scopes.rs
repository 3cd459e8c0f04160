//! Sets of scopes: what an application asks to know and to do.

use std::{collections::HashSet, fmt, str::FromStr};

use logto_types::scope::USER;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Visitor};

/// Scopes in the order they were given, each once. Two are equal when they hold the same scopes, in
/// whatever order. However many there are, looking one up takes no longer: a request may hold very
/// many.
///
/// ```
/// use logto::{Scopes, scope};
///
/// let mut scopes = Scopes::parse("openid email openid");
/// scopes.insert(scope::PHONE);
/// assert_eq!(scopes.to_string(), "openid email phone");
/// ```
#[derive(Clone, Default)]
pub struct Scopes {
    list: Vec<String>,
    /// The same, where they are more than [`FEW`].
    index: HashSet<String>,
}

/// Up to how many scopes are looked for one by one, which is faster than to put them into a set.
const FEW: usize = 32;

/// A scope with a character that RFC 6749 does not allow in one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a scope is made of visible ASCII characters without quotation mark and backslash, which {0:?} is not"
)]
pub struct InvalidScope(pub String);

impl Scopes {
    /// No scope at all.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Splits at white space and drops repetitions. It does not validate: use [`str::parse`] for
    /// user input.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        text.split_ascii_whitespace().collect()
    }

    /// Adds a scope at the end; `false` if it was there already. An empty one is not added.
    pub fn insert(&mut self, scope: impl Into<String>) -> bool {
        let scope = scope.into();
        if scope.is_empty() || self.contains(&scope) {
            return false;
        }
        self.list.push(scope);
        match self.list.len().saturating_sub(FEW) {
            0 => {}
            1 => self.index.extend(self.list.iter().cloned()),
            _ => self.index.extend(self.list.last().cloned()),
        }
        true
    }

    /// Takes a scope out; `false` if it was not there.
    pub fn remove(&mut self, scope: &str) -> bool {
        let found = self.list.iter().position(|known| known == scope);
        if let Some(place) = found {
            self.list.remove(place);
            if self.list.len() > FEW {
                self.index.remove(scope);
            } else {
                self.index.clear();
            }
        }
        found.is_some()
    }

    /// Whether exactly this scope is there. `read` is not `read:all`.
    #[must_use]
    pub fn contains(&self, scope: &str) -> bool {
        if self.list.len() > FEW {
            self.index.contains(scope)
        } else {
            self.list.iter().any(|known| known == scope)
        }
    }

    /// The scopes in their order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> + Clone {
        self.list.iter().map(String::as_str)
    }

    /// These scopes, then those of `other` which are new.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        self.iter().chain(other.iter()).collect()
    }

    /// The scopes that are here and not in `other`.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        self.iter().filter(|scope| !other.contains(scope)).collect()
    }

    /// The scopes that are both here and in `other`.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        self.iter().filter(|scope| other.contains(scope)).collect()
    }

    /// Those that are permissions, and not among [`scope::USER`](crate::scope::USER).
    #[must_use]
    pub fn permissions(&self) -> Self {
        self.iter().filter(|scope| !USER.contains(scope)).collect()
    }

    /// Whether `other` holds every scope that is here.
    #[must_use]
    pub fn is_subset(&self, other: &Self) -> bool {
        self.iter().all(|scope| other.contains(scope))
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// The first scope that cannot travel in a request.
    pub(crate) fn check(&self) -> Result<(), InvalidScope> {
        let allowed = |byte: u8| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
        match self.list.iter().find(|scope| !scope.bytes().all(allowed)) {
            Some(scope) => Err(InvalidScope(scope.clone())),
            None => Ok(()),
        }
    }
}

impl PartialEq for Scopes {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.is_subset(other)
    }
}

impl Eq for Scopes {}

impl fmt::Debug for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Scopes").field(&self.list).finish()
    }
}

impl<S: Into<String>> FromIterator<S> for Scopes {
    fn from_iter<I: IntoIterator<Item = S>>(scopes: I) -> Self {
        let mut set = Self::new();
        set.extend(scopes);
        set
    }
}

impl<S: Into<String>> Extend<S> for Scopes {
    fn extend<I: IntoIterator<Item = S>>(&mut self, scopes: I) {
        for scope in scopes {
            self.insert(scope);
        }
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, scope) in self.iter().enumerate() {
            if place > 0 {
                f.write_str(" ")?;
            }
            f.write_str(scope)?;
        }
        Ok(())
    }
}

impl FromStr for Scopes {
    type Err = InvalidScope;

    fn from_str(text: &str) -> Result<Self, InvalidScope> {
        let scopes = Self::parse(text);
        scopes.check()?;
        Ok(scopes)
    }
}

impl Serialize for Scopes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Scopes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl Visitor<'_> for Text {
            type Value = Scopes;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("scopes with spaces between them")
            }

            fn visit_str<E>(self, text: &str) -> Result<Scopes, E> {
                Ok(Scopes::parse(text))
            }
        }

        deserializer.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_keep_their_order_and_drop_repetitions() {
        let scopes = Scopes::parse("  b a\tb  c a ");
        assert_eq!(scopes.to_string(), "b a c");
        assert_eq!(scopes, Scopes::parse("a b c"));
        assert_ne!(scopes, Scopes::parse("a b"));
    }

    /// LX-15: a request with very many scopes does not delay other requests. Compared one by one,
    /// these take minutes.
    #[test]
    fn very_many_scopes_are_read_quickly() {
        let all =
            |first: usize| -> Scopes { (first..first + 200_000).map(|n| n.to_string()).collect() };
        let (one, other) = (all(0), all(100_000));
        assert_eq!(one.union(&other).len(), 300_000);
        assert_eq!(one.intersection(&other).len(), one.difference(&other).len());
        assert!(!one.is_subset(&other) && one != other);
        assert_eq!(Scopes::parse(&one.to_string()), one);
    }

    #[test]
    fn around_the_number_that_is_few_they_stay_a_set() {
        let name = |n: usize| format!("s{n}");
        let mut scopes = Scopes::new();
        for n in 0..FEW + 3 {
            assert!(scopes.insert(name(n)) && !scopes.insert(name(n)));
            assert!((0..=n).all(|n| scopes.contains(&name(n))) && !scopes.contains(&name(n + 1)));
        }
        for n in 0..FEW + 3 {
            assert!(scopes.remove(&name(n)) && !scopes.remove(&name(n)));
            assert!(!scopes.contains(&name(n)));
            assert!((n + 1..FEW + 3).all(|n| scopes.contains(&name(n))));
            assert!(scopes.insert("again") && scopes.remove("again"));
        }
        assert!(scopes.is_empty());
    }

    /// JW-13
    #[test]
    fn a_scope_is_matched_as_a_whole_word() {
        let scopes = Scopes::parse("read:allx write");
        assert!(!scopes.contains("read:all"));
        assert!(!scopes.contains("read:allx write"));
        assert!(scopes.contains("read:allx"));
    }

    #[test]
    fn scopes_are_combined_and_compared() {
        let (few, many) = (Scopes::parse("a b"), Scopes::parse("b c a"));
        assert!(few.is_subset(&many) && !many.is_subset(&few));
        assert_eq!(few.union(&many).to_string(), "a b c");
        assert_eq!(many.difference(&few).to_string(), "c");
        assert_eq!(many.intersection(&few).to_string(), "b a");
        let asked =
            Scopes::parse("openid read:orders urn:logto:scope:organizations manage:billing");
        assert_eq!(
            asked.permissions().to_string(),
            "read:orders manage:billing"
        );
    }

    #[test]
    fn scopes_are_stored_as_one_string() {
        let stored = serde_json::to_string(&Scopes::parse("a b")).unwrap();
        assert_eq!(stored, r#""a b""#);
        assert_eq!(
            serde_json::from_str::<Scopes>(&stored).unwrap().to_string(),
            "a b"
        );
    }

    #[test]
    fn a_scope_that_was_typed_in_must_be_able_to_travel() {
        assert!(
            "openid read:orders urn:logto:scope:organizations"
                .parse::<Scopes>()
                .is_ok()
        );
        assert_eq!(
            "a b\"c".parse::<Scopes>(),
            Err(InvalidScope("b\"c".to_owned()))
        );
        assert!("é".parse::<Scopes>().is_err());
    }
}
