use leptos::{
    either::EitherOf3, form::ActionForm, html::Input, prelude::*, web_sys::HtmlInputElement,
};
use leptos_logto::{Notice, NoticeTone, Organization, ViewerField, unless_hydrating};

use super::order_problem::refused;
use crate::{
    api::PlaceOrder,
    language::t,
    orders::{InvalidFields, LARGEST_QUANTITY, LONGEST_ITEM, OrderError, Orders, PLACES_ORDERS},
};

/// Places an order. What was typed stays when it is refused, and the first wrong field has the focus. Where the token opens no such thing, what is missing instead.
#[component]
pub fn OrderForm(
    /// The id of the organization that it is for.
    organization: Option<String>,
    /// The answer of the API, and the notice about the last order.
    orders: Orders,
    /// What places it.
    place: ServerAction<PlaceOrder>,
) -> impl IntoView {
    // Where there is no API, or no token for it, the list says so.
    if matches!(
        orders.answer,
        Err(OrderError::NotConfigured | OrderError::NoToken(_))
    ) {
        return EitherOf3::A(());
    }
    let heading = match &organization {
        None => t!(orders.new).to_owned(),
        Some(id) => {
            let name = Organization::name_in(&orders.organizations.list, id).unwrap_or(id);
            t!(orders.new_for, name = name.to_owned()).to_string()
        }
    };
    if !orders.may_place {
        let (text, way) = refused(&[PLACES_ORDERS.to_owned()], organization.as_deref());
        return EitherOf3::B(view! {
            <section class="panel">
                <h2>{heading}</h2>
                <Notice tone=NoticeTone::Warning title=text action=way is_live=false/>
            </section>
        });
    }
    let refused = orders.notice.filter(|notice| notice.outcome.is_err());
    let wrong = match refused.as_ref().map(|notice| &notice.outcome) {
        Some(Err(OrderError::Invalid(invalid))) => *invalid,
        _ => InvalidFields::default(),
    };
    let (item_input, quantity_input) = focus_first(wrong);
    let (item, quantity) = match refused {
        Some(notice) => (notice.item, notice.quantity),
        None => (String::new(), "1".to_owned()),
    };
    let organization = organization.unwrap_or_default();
    let field_error = |is_wrong: bool, id: &'static str, text: &'static str| {
        is_wrong.then(|| view! { <p class="field__error" id=id>{text}</p> })
    };
    EitherOf3::C(view! {
        <section class="panel">
            <h2>{heading}</h2>
            // The browser would name one field at a time, in its own language.
            <ActionForm action=place attr:novalidate=true>
                <input type="hidden" name="organization" value=organization/>
                <ViewerField/>
                <div class="order-form">
                    <div class="field">
                        <label class="field__label" for="item">
                            {t!(orders.item)}
                        </label>
                        <input
                            class="field__input"
                            id="item"
                            node_ref=item_input
                            name="item"
                            type="text"
                            required
                            maxlength=LONGEST_ITEM.to_string()
                            autocomplete="off"
                            autofocus=wrong.item
                            value=item.clone()
                            prop:value=unless_hydrating(item)
                            aria-invalid=wrong.item.then_some("true")
                            aria-describedby=wrong.item.then_some("item-error")
                        />
                        {field_error(wrong.item, "item-error", t!(orders.item_error))}
                    </div>
                    <div class="field order-form__quantity">
                        <label class="field__label" for="quantity">
                            {t!(orders.quantity)}
                        </label>
                        <input
                            class="field__input"
                            id="quantity"
                            node_ref=quantity_input
                            name="quantity"
                            type="number"
                            required
                            min="1"
                            max=LARGEST_QUANTITY.to_string()
                            autofocus=wrong.quantity && !wrong.item
                            value=quantity.clone()
                            prop:value=unless_hydrating(quantity)
                            aria-invalid=wrong.quantity.then_some("true")
                            aria-describedby=wrong.quantity.then_some("quantity-error")
                        />
                        {field_error(wrong.quantity, "quantity-error", t!(orders.quantity_error))}
                    </div>
                    <button class="button" type="submit" aria-busy=move || if place.pending().get() { "true" } else { "false" }>
                        {t!(orders.place)}
                    </button>
                </div>
            </ActionForm>
        </section>
    })
}

/// References for the fields of the item and the quantity. The first wrong one gets the focus once the form is there.
fn focus_first(wrong: InvalidFields) -> (NodeRef<Input>, NodeRef<Input>) {
    let fields = (NodeRef::new(), NodeRef::new());
    Effect::new(move |_| {
        let first = if wrong.item { fields.0 } else { fields.1 };
        let is_wrong = wrong.item || wrong.quantity;
        let first: Option<HtmlInputElement> = first.get().filter(|_| is_wrong);
        let _ = first.map(|input| input.focus());
    });
    fields
}
