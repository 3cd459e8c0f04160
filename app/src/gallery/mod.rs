//! Every component of `leptos-logto` and `leptos-logto-panels` in its states, each with the snippet that makes it: the page
//! `/components` of a development build. Rendered on the server alone, so that nobody's browser loads any of it.

mod data;
mod example;
mod of_leptos_logto;
mod of_panels;
mod page;
mod panel_data;

pub use page::{PATH, STYLESHEET, STYLESHEET_PATH, document};

use example::Component;

/// The components, in the order of the page.
fn components() -> impl Iterator<Item = &'static Component> {
    of_leptos_logto::COMPONENTS
        .iter()
        .chain(of_panels::COMPONENTS)
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs};

    use super::*;

    /// What is exported from the modules of components and is none, has no look of its own, asks the server for what it shows, or
    /// shows something only after a sign-out.
    const OTHERS: [&str; 12] = [
        "ApiPage",
        "AwaitResource",
        "GuardedPage",
        "GuardedRoute",
        "HydrationTask",
        "NoticeTone",
        "Page",
        "Protect",
        "Refusal",
        "SignedOutNotice",
        "ViewerField",
        "WithUserInfo",
    ];

    /// The types that a crate exports from its module of components.
    fn exported(folder: &str) -> BTreeSet<String> {
        let path = format!(
            "{}/../crates/{folder}/src/lib.rs",
            env!("CARGO_MANIFEST_DIR")
        );
        let source = fs::read_to_string(path).unwrap();
        let (_, rest) = source.split_once("pub use components::{").unwrap();
        let (list, _) = rest.split_once('}').unwrap();
        let names = list.split(',').map(str::trim);
        names
            .filter(|name| name.starts_with(|letter: char| letter.is_uppercase()))
            .map(str::to_owned)
            .collect()
    }

    #[test]
    fn every_public_component_is_there() {
        let mut all = exported("leptos-logto");
        all.extend(exported("leptos-logto-panels"));
        let others = OTHERS.map(str::to_owned).into();
        assert!(all.is_superset(&others));
        let shown: BTreeSet<String> = components()
            .map(|component| component.name.to_owned())
            .collect();
        assert_eq!(shown, &all - &others);
    }
}
