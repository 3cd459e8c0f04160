//! Unapplied changes, kept in the tab while the person looks at another page, or at this one in
//! another language: a line for each switch.

use leptos_logto::AuthContext;

/// Keeps what the person who is signed in has changed: the scopes, each with whether it is to be
/// on.
pub(super) fn keep(auth: AuthContext, switches: &[(String, bool)]) {
    auth.keep_scope_draft(&write(switches));
}

/// What the person who is signed in has changed.
pub(super) fn kept(auth: AuthContext) -> Vec<(String, bool)> {
    read(&auth.scope_draft().unwrap_or_default())
}

fn write(switches: &[(String, bool)]) -> String {
    let lines = switches.iter().map(|(scope, is_on)| {
        let sign = if *is_on { '+' } else { '-' };
        format!("{sign}{scope}")
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn read(text: &str) -> Vec<(String, bool)> {
    let switches = text.lines().filter_map(|line| {
        let on = line.strip_prefix('+').map(|scope| (scope, true));
        on.or_else(|| line.strip_prefix('-').map(|scope| (scope, false)))
    });
    switches
        .map(|(scope, is_on)| (scope.to_owned(), is_on))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_is_read_again() {
        let switches = [
            ("email".to_owned(), false),
            ("read:orders".to_owned(), true),
        ];
        assert_eq!(read(&write(&switches)), switches);
    }

    #[test]
    fn what_is_no_draft_changes_nothing() {
        for text in ["", "alice", "alice\nemail"] {
            assert_eq!(read(text), [], "{text}");
        }
    }
}
