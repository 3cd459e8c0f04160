//! URLs in error texts.

/// A URL for an error text: what stands before an `@` may be a password. The URL need not be valid.
pub(crate) fn without_user_info(url: &str) -> String {
    match (url.split_once("//"), url.rsplit_once('@')) {
        (Some((scheme, rest)), Some((_, host))) if rest.contains('@') => {
            format!("{scheme}//…@{host}")
        }
        (None, Some((_, host))) => format!("…@{host}"),
        _ => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_a_password_is_left_out_of_a_url() {
        for (url, shown) in [
            ("https://joe:hunter2@app.example/", "https://…@app.example/"),
            (
                "postgres://joe:hun/t@r@db:99999/x",
                "postgres://…@db:99999/x",
            ),
            ("joe:hunter2@db", "…@db"),
            ("https://app.example/a", "https://app.example/a"),
            ("sqlite://data/sessions.db", "sqlite://data/sessions.db"),
            ("", ""),
        ] {
            assert_eq!(without_user_info(url), shown);
        }
    }
}
