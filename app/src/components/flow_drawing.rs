use leptos::prelude::*;

use crate::language::t;

/// Browser, application and Logto, and where the tokens are. Drawn in the colours of the theme.
#[component]
pub fn FlowDrawing() -> impl IntoView {
    view! {
        <svg
            class="flow-drawing"
            viewBox="3 19 346 218"
            role="img"
            aria-labelledby="flow-drawing-title"
        >
            <title id="flow-drawing-title">
                {t!(drawing.title)}
            </title>
            <g class="flow-drawing__box">
                <rect x="4" y="20" width="150" height="86" rx="10"/>
                <rect x="4" y="150" width="150" height="86" rx="10" class="flow-drawing__server"/>
                <rect x="214" y="150" width="134" height="86" rx="10"/>
            </g>
            <g class="flow-drawing__text">
                <text x="18" y="48">{t!(drawing.browser)}</text>
                <text x="18" y="72" class="flow-drawing__quiet">{t!(drawing.browser_has)}</text>
                <text x="18" y="178">{t!(drawing.app)}</text>
                <text x="226" y="178">"Logto"</text>
                <text x="226" y="202" class="flow-drawing__quiet">{t!(drawing.logto_does)}</text>
            </g>
            <g class="flow-drawing__chip">
                <rect x="18" y="192" width="64" height="26" rx="13"/>
                <text x="50" y="209">{t!(drawing.tokens)}</text>
            </g>
            <g class="flow-drawing__line">
                <path d="M79 106v44"/>
                <path d="M73 114l6-8 6 8"/>
                <path d="M73 142l6 8 6-8"/>
                <path d="M154 193h60"/>
                <path d="M162 187l-8 6 8 6"/>
                <path d="M206 187l8 6-8 6"/>
                <path d="M154 63h127v87" class="flow-drawing__once"/>
                <path d="M275 142l6 8 6-8"/>
            </g>
            <text x="166" y="54" class="flow-drawing__note">{t!(drawing.once)}</text>
        </svg>
    }
}
