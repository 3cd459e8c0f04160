//! What holds for a stylesheet that any application may link.

/// Every selector of a stylesheet. Panics at a nested rule: browsers before 2024 do not read it.
fn selectors(css: &str) -> Vec<String> {
    let mut parts = css.split("/*");
    let mut plain = parts.next().unwrap().to_owned();
    plain.extend(parts.map(|part| part.split_once("*/").unwrap().1));
    let (mut found, mut open, mut prelude) = (Vec::new(), Vec::new(), String::new());
    for character in plain.chars() {
        match character {
            '{' => {
                let head = std::mem::take(&mut prelude).trim().to_owned();
                let inside: Option<&String> = open.last();
                let in_keyframes = inside.is_some_and(|rule| rule.starts_with("@keyframes"));
                if !head.starts_with('@') && !in_keyframes {
                    let in_rule = inside.is_some_and(|rule| !rule.starts_with('@'));
                    assert!(!in_rule, "a nested rule: {head}");
                    found.extend(split(&head));
                }
                open.push(head);
            }
            '}' => {
                open.pop();
                prelude.clear();
            }
            ';' => prelude.clear(),
            _ => prelude.push(character),
        }
    }
    found
}

/// The members of a list of selectors.
fn split(list: &str) -> Vec<String> {
    let (mut all, mut depth) = (vec![String::new()], 0);
    for character in list.chars() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => all.push(String::new()),
            _ => {}
        }
        if character != ',' || depth > 0 {
            all.last_mut().unwrap().push(character);
        }
    }
    all.iter().map(|one| one.trim().to_owned()).collect()
}

/// A selector without its `:where(…)`, which weigh nothing.
fn weighty(selector: &str) -> String {
    let Some((before, inside)) = selector.split_once(":where(") else {
        return selector.to_owned();
    };
    let mut depth = 1;
    let end = inside.find(|character| {
        depth += i32::from(character == '(') - i32::from(character == ')');
        depth == 0
    });
    format!("{before}{}", weighty(&inside[end.unwrap() + 1..]))
}

/// Panics if a rule of the stylesheet can meet an element that is not inside one of our components, if an application could
/// not replace it by a rule with a class and a state, or if a browser could read it in two ways.
pub fn assert_fits_into_any_page(css: &str) {
    assert!(!css.contains("!important"));
    for colours in css.split("light-dark(").skip(1) {
        assert!(
            colours.starts_with("oklch("),
            "light-dark() takes two colours: {colours:.40}"
        );
    }
    for selector in selectors(css) {
        let ours = selector.trim_start_matches(":where(").starts_with(".logto");
        assert!(ours || selector == ":where(:root)", "{selector}");
        let weighty = weighty(&selector).replace("::", "_");
        let weight = weighty.matches(['.', '[', ':', '#']).count()
            - weighty.matches(":not(").count()
            - weighty.matches(":has(").count();
        assert!(weight <= 2, "{selector} weighs {weight} classes");
        let element = weighty
            .split([' ', '>', '+', '~'])
            .any(|part| part.starts_with(|first: char| first.is_alphanumeric() || first == '*'));
        assert!(!element, "{selector} names an element outside :where()");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_with_one_class_fits() {
        assert_fits_into_any_page(
            "/* a */ :where(:root) { --a: light-dark(oklch(1 0 0), oklch(0 0 0)); }
            @media (width < 4rem) { .logto-a, :where(.logto-b > h1) + .logto-c:hover { a: b; c: d } }
            @keyframes x { to { a: b; } } .logto-a :where(th, td:nth-child(2))::before { a: b }",
        );
    }

    #[test]
    fn a_rule_that_reaches_or_weighs_too_much_does_not() {
        for css in [
            "html:has(.logto-a) { a: b }",
            ".a { a: b }",
            ".logto-a .logto-b .logto-c { a: b }",
            ".logto-a .logto-b:hover { a: b }",
            ".logto-a th { a: b }",
            ".logto-a > * { a: b }",
            ".logto-a { .logto-b { a: b } }",
            ".logto-a { a: b !important }",
            ".logto-a { a: light-dark(0 1px oklch(1 0 0), none) }",
        ] {
            let result = std::panic::catch_unwind(|| assert_fits_into_any_page(css));
            assert!(result.is_err(), "{css}");
        }
    }
}
