//! Error reports for the log.

use std::{error::Error, fmt::Write as _};

/// An error and its causes in one line, for the log. A cause that an error before it has said in
/// its own text is not said again.
#[must_use]
pub fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let said = cause.to_string();
        if !text.contains(&said) {
            let _ = write!(text, ": {said}");
        }
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{text}")]
    struct Layer {
        text: &'static str,
        source: Option<Box<Self>>,
    }

    fn layers(texts: &[&'static str]) -> Layer {
        let (text, rest) = texts.split_first().unwrap();
        let source = (!rest.is_empty()).then(|| Box::new(layers(rest)));
        Layer { text, source }
    }

    #[test]
    fn every_cause_is_said_once() {
        for (texts, said) in [
            (&["a"][..], "a"),
            (&["cannot ask", "no answer"], "cannot ask: no answer"),
            (
                &["cannot ask: no answer", "no answer"],
                "cannot ask: no answer",
            ),
            (
                &[
                    "failed",
                    "database: (code: 14) cannot open",
                    "(code: 14) cannot open",
                    "disk",
                ],
                "failed: database: (code: 14) cannot open: disk",
            ),
        ] {
            assert_eq!(chain(&layers(texts)), said);
        }
    }
}
