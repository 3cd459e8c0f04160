/// The stylesheet of the panels, for an application that serves it after
/// [`leptos_logto::STYLESHEET`], whose custom properties set the look. One that builds its own can
/// import the file `style/leptos-logto-panels.css` of this package instead.
pub const PANELS_STYLESHEET: &str = include_str!("../style/leptos-logto-panels.css");

#[cfg(test)]
mod tests {
    use test_support::stylesheet::assert_fits_into_any_page;

    use super::*;

    #[test]
    fn every_custom_property_is_one_of_leptos_logto() {
        for use_of_it in PANELS_STYLESHEET.split("var(").skip(1) {
            let name = use_of_it.split(')').next().unwrap();
            let default = format!("\n  {name}: ");
            assert!(leptos_logto::STYLESHEET.contains(&default), "{name}");
        }
    }

    #[test]
    fn it_fits_into_any_page() {
        assert_fits_into_any_page(PANELS_STYLESHEET);
    }
}
