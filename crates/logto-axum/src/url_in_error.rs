//! URLs in error texts.

/// A URL for an error text: what stands before an `@` may be a password, and so is a parameter
/// `password`. The URL need not be valid.
pub(crate) fn without_user_info(url: &str) -> String {
    let shown = without_authority(url);
    match shown.split_once("password=") {
        Some((before, rest)) => {
            let after = rest.find('&').map_or("", |end| &rest[end..]);
            format!("{before}password=…{after}")
        }
        None => shown,
    }
}

fn without_authority(url: &str) -> String {
    // An `@` behind a `?` may be one of a password, wherever that begins.
    if url
        .split_once('?')
        .is_some_and(|(_, query)| query.contains('@'))
    {
        let scheme = url.split_once("//").map_or("", |(scheme, _)| scheme);
        return format!("{scheme}//…");
    }
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
            (
                "postgres://db/x?password=hunter2&a=b",
                "postgres://db/x?password=…&a=b",
            ),
            ("postgres://127.0.0.1:1/x?password=hun@ter2", "postgres://…"),
            ("postgres://joe:hu?sh@db/x", "postgres://…"),
            ("sqlite://data/sessions.db", "sqlite://data/sessions.db"),
            ("", ""),
        ] {
            assert_eq!(without_user_info(url), shown);
        }
    }
}
