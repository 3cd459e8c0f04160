use leptos::{prelude::*, tachys::html::InertElement};
use maud::html;

use crate::language::t;

/// Browser, application and Logto, and where the tokens are. Drawn in the colours of the theme. Nothing in it changes, so it is
/// HTML that the browser does not hydrate.
#[component]
pub fn FlowDrawing() -> impl IntoView {
    let drawing = html! {
        svg.flow-drawing viewBox="3 19 346 218" role="img" aria-labelledby="flow-drawing-title" {
            title id="flow-drawing-title" { (t!(drawing.title)) }
            g.flow-drawing__box {
                rect x="4" y="20" width="150" height="86" rx="10" {}
                rect.flow-drawing__server x="4" y="150" width="150" height="86" rx="10" {}
                rect x="214" y="150" width="134" height="86" rx="10" {}
            }
            g.flow-drawing__text {
                text x="18" y="48" { (t!(drawing.browser)) }
                text.flow-drawing__quiet x="18" y="72" { (t!(drawing.browser_has)) }
                text x="18" y="178" { (t!(drawing.app)) }
                text x="226" y="178" { "Logto" }
                text.flow-drawing__quiet x="226" y="202" { (t!(drawing.logto_does)) }
            }
            g.flow-drawing__chip {
                rect x="18" y="192" width="64" height="26" rx="13" {}
                text x="50" y="209" { (t!(drawing.tokens)) }
            }
            g.flow-drawing__line {
                path d="M79 106v44" {}
                path d="M73 114l6-8 6 8" {}
                path d="M73 142l6 8 6-8" {}
                path d="M154 193h60" {}
                path d="M162 187l-8 6 8 6" {}
                path d="M206 187l8 6-8 6" {}
                path.flow-drawing__once d="M154 63h127v87" {}
                path d="M275 142l6 8 6-8" {}
            }
            text.flow-drawing__note x="166" y="54" { (t!(drawing.once)) }
        }
    };
    InertElement::new(drawing.into_string())
}
