//! The macro that declares a table of texts once, for `leptos-logto` and `leptos-logto-panels`.

/// Declares a table of texts:
///
/// ```text
/// text_table! {
///     /// The texts of my components.
///     Texts in my_crate::texts, filled by texts_from! with $
///
///     /// Said by several components.
///     general: GeneralTexts {
///         sign_in: "Sign in",
///     }
/// }
/// ```
///
/// is `struct Texts { general: GeneralTexts }`, `struct GeneralTexts { sign_in: &'static str }`
/// with the texts by name, the constant `Texts::ENGLISH`, and the macro
/// `my_crate::texts_from!(text)`, which fills a table by `text!(general.sign_in)`.
///
/// A macro that writes another one cannot write that one's `$` itself, so it is given with the
/// declaration.
#[doc(hidden)]
#[macro_export]
macro_rules! text_table {
    (
        $(#[$about_table:meta])*
        $Table:ident in $this_crate:ident::$module:ident, filled by $from:ident! with $dollar:tt
        $(
            $(#[$about_group:meta])*
            $group:ident: $Group:ident { $($name:ident: $english:literal,)* }
        )*
    ) => {
        // The table: a field for each group.
        $(#[$about_table])*
        #[derive(Clone, Copy, Debug)]
        pub struct $Table {
            $(
                $(#[$about_group])*
                pub $group: $Group,
            )*
        }

        impl $Table {
            /// The texts in English.
            pub const ENGLISH: Self = Self {
                $($group: $Group { $($name: $english,)* },)*
            };
        }

        // A group: a field for each text.
        $(
            $(#[$about_group])*
            #[derive(Clone, Copy, Debug)]
            pub struct $Group {
                $(
                    #[doc = concat!("“", $english, "”")]
                    pub $name: &'static str,
                )*
            }

            impl $Group {
                /// The text of this name.
                #[must_use]
                pub fn text(&self, name: &str) -> Option<&'static str> {
                    match name {
                        $(stringify!($name) => Some(self.$name),)*
                        _ => None,
                    }
                }
            }
        )*

        // The macro that fills a table from a translation crate.
        #[doc = concat!("A whole [`", stringify!($Table), "`], each text from `$text!(group.name)`.")]
        #[macro_export]
        macro_rules! $from {
            ($dollar text:ident) => {
                ::$this_crate::$module::$Table {
                    $(
                        $group: ::$this_crate::$module::$Group {
                            $($name: $dollar text!($group.$name),)*
                        },
                    )*
                }
            };
        }
    };
}
