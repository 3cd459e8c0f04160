use leptos::prelude::*;
use leptos_logto::AuthContext;

/// A component with examples of its states.
pub(super) struct Component {
    /// Its name in the crate.
    pub name: &'static str,
    /// Its states.
    pub examples: &'static [Example],
}

/// A state of a component.
pub(super) struct Example {
    /// The state.
    pub about: &'static str,
    /// Who is signed in.
    pub who: fn() -> AuthContext,
    /// The path and query that it is shown at.
    pub at: &'static str,
    /// The snippet that makes it.
    pub snippet: &'static str,
    /// What the snippet makes.
    pub view: fn() -> AnyView,
}

/// Makes a [`Component`] of snippets, each of which is compiled and shown. A state has who is signed in, and where that matters
/// the path that it is shown at.
macro_rules! component {
    ($name:ident $({ $about:literal, $who:ident $(, at $at:literal)?: $($snippet:tt)+ })+) => {
        Component {
            name: stringify!($name),
            examples: &[$(
                Example {
                    about: $about,
                    who: $who,
                    at: component!(@at $($at)?),
                    snippet: stringify!($($snippet)+),
                    view: || view! { $($snippet)+ }.into_any(),
                },
            )+],
        }
    };
    (@at) => { "/" };
    (@at $at:literal) => { $at };
}
pub(super) use component;
