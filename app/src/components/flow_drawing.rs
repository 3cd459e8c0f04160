use leptos::prelude::*;

use crate::language::t;

/// Browser, application and Logto, and where the tokens are. Drawn in the colours of the theme.
#[component]
pub fn FlowDrawing() -> impl IntoView {
    view! {
        <svg
            class="flow-drawing"
            viewBox="0 0 360 250"
            role="img"
            aria-labelledby="flow-drawing-title"
        >
            <title id="flow-drawing-title">
                {t!(drawing.title)}
            </title>
            <g class="flow-drawing__box">
                <rect x="4" y="20" width="140" height="86" rx="10"/>
                <rect x="4" y="150" width="140" height="86" rx="10" class="flow-drawing__server"/>
                <rect x="216" y="150" width="132" height="86" rx="10"/>
            </g>
            <g class="flow-drawing__text">
                <text x="18" y="48">{t!(drawing.browser)}</text>
                <text x="18" y="72" class="flow-drawing__quiet">{t!(drawing.browser_has)}</text>
                <text x="18" y="178">{t!(drawing.app)}</text>
                <text x="232" y="178">"Logto"</text>
                <text x="232" y="202" class="flow-drawing__quiet">{t!(drawing.logto_does)}</text>
            </g>
            <g class="flow-drawing__chip">
                <rect x="18" y="192" width="64" height="26" rx="13"/>
                <text x="50" y="209">{t!(drawing.tokens)}</text>
            </g>
            <g class="flow-drawing__line">
                <path d="M74 106v44"/>
                <path d="M68 114l6-8 6 8"/>
                <path d="M68 142l6 8 6-8"/>
                <path d="M144 193h72"/>
                <path d="M152 187l-8 6 8 6"/>
                <path d="M208 187l8 6-8 6"/>
                <path d="M144 63h138v87" class="flow-drawing__once"/>
                <path d="M276 142l6 8 6-8"/>
            </g>
            <text x="164" y="54" class="flow-drawing__note">{t!(drawing.once)}</text>
        </svg>
    }
}
