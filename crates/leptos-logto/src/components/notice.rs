use leptos::{html, prelude::*};

/// What kind of message a [`Notice`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeTone {
    /// Something was done.
    Success,
    /// Something to know.
    Info,
    /// Something that may need the reader.
    Warning,
    /// Something was not done, or does not work.
    Error,
}

impl NoticeTone {
    fn class(self) -> &'static str {
        match self {
            Self::Success => "logto logto-notice logto-notice--success",
            Self::Info => "logto logto-notice",
            Self::Warning => "logto logto-notice logto-notice--warning",
            Self::Error => "logto logto-notice logto-notice--error",
        }
    }

    /// The drawing of the icon, in a square of 16.
    fn icon(self) -> &'static str {
        match self {
            Self::Success => "M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM5 8.3l2.1 2.1L11 6",
            Self::Info => "M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM8 7.4v3.6M8 4.9V5",
            Self::Warning => "M8 1.8l6.6 11.9H1.4zM8 6.2v3.6M8 11.7v.1",
            Self::Error => {
                "M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4"
            }
        }
    }
}

/// A message on a page: an icon, a title, and where it has them, a text and an action. It is a
/// `status`, and an `alert` when it is an error.
///
/// ```
/// use leptos::prelude::*;
/// use leptos_logto::{Notice, NoticeTone};
///
/// # #[component]
/// # fn Placed() -> impl IntoView {
/// view! {
///     <Notice
///         tone=NoticeTone::Success
///         title="Order placed."
///         action=Some(view! { <a class="logto-button" href="/orders">"Orders"</a> }.into_any())
///     >
///         <p>"It is sent tomorrow."</p>
///     </Notice>
/// }
/// # }
/// ```
#[component]
pub fn Notice(
    /// The kind of message.
    tone: NoticeTone,
    /// What happened.
    #[prop(into)]
    title: String,
    /// A link or a button: what can be done about it.
    #[prop(optional_no_strip)]
    action: Option<AnyView>,
    /// Whether the focus moves to it when it appears, for the result of what the person did: it is
    /// seen wherever the button stood, and keyboards and screen readers go on there.
    #[prop(optional)]
    takes_focus: bool,
    /// Whether it is announced. Not inside an element that is a live region itself.
    #[prop(default = true)]
    is_live: bool,
    /// The text.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let element = NodeRef::<html::Div>::new();
    if takes_focus {
        Effect::new(move |_| {
            let _ = element.get().map(|element| element.focus());
        });
    }
    let role = match tone {
        NoticeTone::Error => "alert",
        _ => "status",
    };
    view! {
        <div
            class=tone.class()
            role=is_live.then_some(role)
            tabindex=takes_focus.then_some("-1")
            node_ref=element
        >
            <div class="logto-notice__words">
                <svg class="logto-notice__icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
                    <path
                        d=tone.icon()
                        fill="none"
                        stroke="currentColor"
                        stroke-width="1.5"
                        stroke-linecap="round"
                        stroke-linejoin="round"
                    />
                </svg>
                <p class="logto-notice__title">{title}</p>
                {children.map(|children| view! { " " {children()} })}
            </div>
            {action.map(|action| view! { <div class="logto-notice__action">{action}</div> })}
        </div>
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    fn html(tone: NoticeTone, takes_focus: bool, is_live: bool) -> String {
        Owner::new().with(|| view! { <Notice tone title="A title" takes_focus is_live/> }.to_html())
    }

    #[test]
    fn each_tone_has_a_look_and_an_error_is_an_alert() {
        for (tone, class, role) in [
            (NoticeTone::Success, "logto-notice--success", "status"),
            (NoticeTone::Info, "logto-notice\"", "status"),
            (NoticeTone::Warning, "logto-notice--warning", "status"),
            (NoticeTone::Error, "logto-notice--error", "alert"),
        ] {
            let html = html(tone, false, true);
            assert!(html.contains(class), "{html}");
            assert!(html.contains(&format!("role=\"{role}\"")), "{html}");
            assert!(html.contains("A title") && !html.contains("tabindex"));
        }
    }

    #[test]
    fn it_takes_the_focus_and_is_announced_as_it_is_told() {
        let html = html(NoticeTone::Success, true, false);
        assert!(html.contains("tabindex=\"-1\"") && !html.contains("role="));
    }

    #[test]
    fn text_and_action_are_there_when_they_are_given() {
        let html = Owner::new().with(|| {
            let action = view! { <a href="/there">"Go"</a> }.into_any();
            view! {
                <Notice tone=NoticeTone::Info title="A title" action=Some(action)>
                    <p>"A text"</p>
                </Notice>
            }
            .to_html()
        });
        assert!(html.contains("A text") && html.contains("href=\"/there\""));
        let plain = self::html(NoticeTone::Info, false, true);
        assert!(!plain.contains("logto-notice__action"));
    }
}
