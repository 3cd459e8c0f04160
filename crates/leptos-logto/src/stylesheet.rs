/// The stylesheet of the components, for an application that serves it. One that builds its own can
/// import the file `style/leptos-logto.css` of this package instead.
///
/// The look is set by the custom properties at its beginning (`--logto-accent`, `--logto-panel`,
/// …); every class begins with `logto`. Light and dark follow the `color-scheme` of the page.
pub const STYLESHEET: &str = include_str!("../style/leptos-logto.css");

#[cfg(test)]
mod tests {
    use test_support::stylesheet::assert_fits_into_any_page;

    use super::*;

    #[test]
    fn every_custom_property_has_a_default() {
        for use_of_it in STYLESHEET.split("var(").skip(1) {
            let name = use_of_it.split(')').next().unwrap();
            let default = format!("\n  {name}: ");
            assert!(STYLESHEET.contains(&default), "{name}");
        }
    }

    #[test]
    fn it_fits_into_any_page() {
        assert_fits_into_any_page(STYLESHEET);
    }
}
