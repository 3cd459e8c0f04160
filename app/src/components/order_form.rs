use leptos::{
    either::EitherOf3, ev::SubmitEvent, form::ActionForm, html::Input, prelude::*,
    web_sys::HtmlInputElement,
};
use leptos_logto::{Notice, NoticeTone, Organization, ViewerField, submit_once, unless_hydrating};
use leptos_router::hooks::use_query_map;

use super::order_problem::refused;
use crate::{
    api::PlaceOrder,
    language::t,
    orders::{InvalidFields, LARGEST_QUANTITY, LONGEST_ITEM, OrderError, Orders, PLACES_ORDERS},
};

/// What is typed into the form, which is drawn anew with every list.
#[derive(Clone)]
pub struct TypedOrder {
    item: String,
    quantity: String,
}

impl Default for TypedOrder {
    fn default() -> Self {
        Self {
            item: String::new(),
            quantity: "1".to_owned(),
        }
    }
}

/// Places an order, once. What was typed stays when it is refused, and when another list comes; the first wrong field has the
/// focus. While the list of another organization is on its way, it waits. Where the token opens no such thing, what is missing
/// instead.
#[component]
pub fn OrderForm(
    /// The id of the organization that it is for.
    organization: Option<String>,
    /// The answer of the API, and the notice about the last order.
    orders: Orders,
    /// What places it.
    place: ServerAction<PlaceOrder>,
    /// What is typed and not sent.
    typed: StoredValue<TypedOrder>,
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
    if let Some(notice) = refused {
        let (item, quantity) = (notice.item, notice.quantity);
        typed.set_value(TypedOrder { item, quantity });
    }
    let organization = organization.unwrap_or_default();
    let query = use_query_map();
    let of_this_list = organization.clone();
    let is_another_chosen =
        move || query.read().get_str("organization").unwrap_or_default() != of_this_list;
    let waits = move || place.pending().get() || is_another_chosen();
    let waits_now = waits.clone();
    let mut ignore = submit_once(move || untrack(&waits_now));
    let submit = move |event: SubmitEvent| {
        ignore(event.clone());
        if !event.default_prevented() {
            // Its values are in the event; what is typed from now on is of the next order.
            typed.set_value(TypedOrder::default());
        }
    };
    EitherOf3::C(view! {
        <section class="panel">
            <h2>{heading}</h2>
            <div on:submit:capture=submit>
                // The browser would name one field at a time, in its own language.
                <ActionForm action=place attr:novalidate=true>
                    <input type="hidden" name="organization" value=organization/>
                    <ViewerField/>
                    <div class="order-form">
                        {fields(wrong, typed)}
                        <button class="button" type="submit" aria-busy=move || if waits() { "true" } else { "false" }>
                            {t!(orders.place)}
                        </button>
                    </div>
                </ActionForm>
            </div>
        </section>
    })
}

/// The two fields. What is wrong is marked.
fn fields(wrong: InvalidFields, typed: StoredValue<TypedOrder>) -> impl IntoView {
    let (item_input, quantity_input) = focus_first(wrong);
    let TypedOrder { item, quantity } = typed.get_value();
    if unless_hydrating(()).is_none() {
        // What was typed before.
        Effect::new(move |_| {
            if let (Some(item), Some(quantity)) = (item_input.get(), quantity_input.get()) {
                let (item, quantity) = (item.value(), quantity.value());
                typed.set_value(TypedOrder { item, quantity });
            }
        });
    }
    let field_error = |is_wrong: bool, id: &'static str, text: &'static str| {
        is_wrong.then(|| view! { <p class="field__error" id=id>{text}</p> })
    };
    view! {
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
                on:input=move |event| typed.update_value(|typed| typed.item = event_target_value(&event))
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
                on:input=move |event| typed.update_value(|typed| typed.quantity = event_target_value(&event))
                aria-invalid=wrong.quantity.then_some("true")
                aria-describedby=wrong.quantity.then_some("quantity-error")
            />
            {field_error(wrong.quantity, "quantity-error", t!(orders.quantity_error))}
        </div>
    }
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
