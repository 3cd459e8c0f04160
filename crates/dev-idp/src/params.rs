//! The parameters of a request: its query, form or JSON body.

use serde_json::Value;
use url::form_urlencoded;

/// Names and values in the order they came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Params(Vec<(String, String)>);

impl Params {
    pub(crate) fn form(text: &[u8]) -> Self {
        Self(form_urlencoded::parse(text).into_owned().collect())
    }

    /// A JSON object of strings, or of lists of strings.
    pub(crate) fn json(text: &[u8]) -> Self {
        let Ok(Value::Object(members)) = serde_json::from_slice(text) else {
            return Self::default();
        };
        let mut pairs = Vec::new();
        for (name, value) in members {
            match value {
                Value::String(text) => pairs.push((name, text)),
                Value::Array(items) => {
                    pairs.extend(
                        items
                            .into_iter()
                            .filter_map(|item| Some((name.clone(), item.as_str()?.to_owned()))),
                    );
                }
                Value::Number(_) | Value::Bool(_) => pairs.push((name, value.to_string())),
                Value::Null | Value::Object(_) => {}
            }
        }
        Self(pairs)
    }

    /// The value of a parameter. An empty one counts as absent, as it does at Logto.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(held, value)| held == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(held, value)| held == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// The first parameter that came twice, `resource` aside, which may.
    pub(crate) fn repeated(&self) -> Option<&str> {
        self.0
            .iter()
            .enumerate()
            .filter(|(_, (name, _))| name != "resource")
            .find(|(place, (name, _))| self.0[..*place].iter().any(|(earlier, _)| earlier == name))
            .map(|(_, (name, _))| name.as_str())
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// The same with one parameter set.
    pub(crate) fn with(&self, name: &str, value: &str) -> Self {
        let others = self.0.iter().filter(|(held, _)| held != name).cloned();
        Self(
            others
                .chain([(name.to_owned(), value.to_owned())])
                .collect(),
        )
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Encodes pairs as a query.
pub(crate) fn encode<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}
