//! The scopes, permissions and prompts of a sign-in.

use logto::{Prompt, Scopes};

use super::fault::Fault;

/// Scopes, or permissions, which are scopes on the wire: each is one scope token (RFC 6749 section 3.3).
pub(super) fn parse_scopes(
    key: &str,
    scopes: &[String],
    example: &str,
) -> Result<Vec<String>, Fault> {
    let is_one = |scope: &str| {
        !scope.contains(char::is_whitespace)
            && scope.parse().is_ok_and(|scopes: Scopes| scopes.len() == 1)
    };
    match scopes.iter().find(|scope| !is_one(scope)) {
        None => Ok(scopes.to_vec()),
        Some(scope) => {
            let problem = format!(
                "has {scope:?}, which is not one scope: a word of visible ASCII characters without quotation mark and \
                 backslash"
            );
            Err(Fault::new(key, problem, example))
        }
    }
}

pub(super) fn parse_prompts(prompts: &[String]) -> Result<Vec<Prompt>, Fault> {
    let fault = |problem| Fault::new("[logto] prompt", problem, r#"["consent"]"#);
    let one = |prompt: &String| {
        match prompt.parse() {
        Ok(Prompt::None) => Err(fault(
            "has \"none\", with which Logto shows no sign-in page, so that nobody could sign in; a single sign-in may \
             ask for it"
                .to_owned(),
        )),
        Ok(prompt) => Ok(prompt),
        Err(_) => Err(fault(format!("has {prompt:?}; there are consent and login"))),
    }
    };
    prompts.iter().map(one).collect()
}
