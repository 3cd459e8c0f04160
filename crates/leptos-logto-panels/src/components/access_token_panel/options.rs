use leptos::prelude::*;
use leptos_logto::{Organization, QueryForm, unless_hydrating};
use leptos_router::hooks::use_location;

use crate::{
    model::{AccessTokenCard, Tick},
    panel_texts::TokenTexts,
};

/// The form that requests another token for the same API.
pub(super) fn options(
    texts: &'static TokenTexts,
    card: AccessTokenCard,
    organizations: Vec<Organization>,
) -> impl IntoView {
    let page = use_location().pathname.get_untracked();
    let indicator = card.api.indicator().to_owned();
    let chosen = card.organization.unwrap_or_default();
    let select = (!organizations.is_empty()).then(|| {
        let options = organizations
            .into_iter()
            .map(|Organization { id, name, .. }| {
                let selected = id == chosen;
                let name = name.unwrap_or_else(|| id.clone());
                view! { <option value=id selected=selected>{name}</option> }
            })
            .collect_view();
        let value = chosen.clone();
        view! {
            <label class="logto-field">
                <span class="logto-field__label">{texts.organization}</span>
                <select class="logto-field__input" name="organization" prop:value=unless_hydrating(value)>
                    <option value="">{texts.no_organization}</option>
                    {options}
                </select>
            </label>
        }
    });
    let ticks = card
        .permissions
        .into_iter()
        .map(|Tick { name, ticked }| {
            let value = name.clone();
            view! {
                <label class="logto-tick">
                    <input type="checkbox" name="scope" value=value checked=ticked prop:checked=unless_hydrating(ticked)/>
                    <span>{name}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <h3 class="logto-access-token__options">{texts.another}</h3>
        <QueryForm page class="logto-access-token__form">
            <input type="hidden" name="resource" value=indicator/>
            {select}
            <fieldset class="logto-ticks">
                <legend class="logto-field__label">{texts.permissions}</legend>
                {ticks}
                <p class="logto-ticks__hint">{texts.nothing_is_all}</p>
            </fieldset>
            <button class="logto-button logto-button--quiet logto-button--small" type="submit">
                {texts.show}
            </button>
        </QueryForm>
    }
}
