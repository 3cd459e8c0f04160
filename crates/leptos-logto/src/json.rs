//! JSON that every page reads. The server writes and reads it with serde; the browser with the
//! parser it has, because one of ours would be a tenth of what a first visit loads. What only some
//! pages read comes with serde, in their own part.

use leptos::{
    prelude::codee::{Decoder, Encoder},
    server_fn::{Bytes, ContentType, Decodes, Encodes, Format, FormatType, codec::Post},
};
#[cfg(not(feature = "ssr"))]
use logto_types::{Access, SessionEnd};

/// The encoding, of what the first HTML hands down and of what server functions answer.
pub struct Json;

/// For the `output` of a server function.
pub type Answer = Post<Json>;

impl ContentType for Json {
    const CONTENT_TYPE: &'static str = "application/json";
}

impl FormatType for Json {
    const FORMAT_TYPE: Format = Format::Text;
}

#[cfg(feature = "ssr")]
mod both_ways {
    use serde::{Serialize, de::DeserializeOwned};

    use super::{Bytes, Decoder, Decodes, Encoder, Encodes, Json};

    impl<T: Serialize> Encoder<T> for Json {
        type Error = serde_json::Error;
        type Encoded = String;

        fn encode(value: &T) -> Result<String, Self::Error> {
            serde_json::to_string(value)
        }
    }

    impl<T: DeserializeOwned> Decoder<T> for Json {
        type Error = serde_json::Error;
        type Encoded = str;

        fn decode(text: &str) -> Result<T, Self::Error> {
            serde_json::from_str(text)
        }
    }

    impl<T: Serialize> Encodes<T> for Json {
        type Error = serde_json::Error;

        fn encode(value: &T) -> Result<Bytes, Self::Error> {
            serde_json::to_vec(value).map(Bytes::from)
        }
    }

    impl<T: DeserializeOwned> Decodes<T> for Json {
        type Error = serde_json::Error;

        fn decode(bytes: Bytes) -> Result<T, Self::Error> {
            serde_json::from_slice(&bytes)
        }
    }
}

#[cfg(not(feature = "ssr"))]
pub(crate) use parse::Parse;

#[cfg(not(feature = "ssr"))]
mod parse {
    use leptos::web_sys::{
        js_sys::{Array, JSON, Reflect},
        wasm_bindgen::{JsCast, JsValue},
    };

    use super::{Bytes, Decoder, Decodes, Encoder, Encodes, Json};

    /// A type that can be read from a JavaScript value, which `JSON.parse` made of serde's JSON.
    pub(crate) trait Parse: Sized {
        /// Reads it.
        fn parse(value: &JsValue) -> Option<Self>;

        /// Reads the member of this name.
        fn member(of: &JsValue, name: &str) -> Option<Self> {
            Self::parse(&Reflect::get(of, &name.into()).ok()?)
        }
    }

    impl Parse for String {
        fn parse(value: &JsValue) -> Option<Self> {
            value.as_string()
        }
    }

    impl Parse for i64 {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "seconds since 1970, which JavaScript's numbers hold exactly"
        )]
        fn parse(value: &JsValue) -> Option<Self> {
            value.as_f64().map(|number| number as Self)
        }
    }

    impl<T: Parse> Parse for Option<T> {
        fn parse(value: &JsValue) -> Option<Self> {
            if value.is_null() || value.is_undefined() {
                return Some(None);
            }
            T::parse(value).map(Some)
        }
    }

    impl<T: Parse> Parse for Vec<T> {
        fn parse(value: &JsValue) -> Option<Self> {
            let array: &Array = value.dyn_ref()?;
            array.iter().map(|item| T::parse(&item)).collect()
        }
    }

    fn read<T: Parse>(text: &str) -> Result<T, &'static str> {
        JSON::parse(text)
            .ok()
            .and_then(|value| T::parse(&value))
            .ok_or("the server's answer cannot be read")
    }

    impl<T: Parse> Decoder<T> for Json {
        type Error = &'static str;
        type Encoded = str;

        fn decode(text: &str) -> Result<T, Self::Error> {
            read(text)
        }
    }

    impl<T: Parse> Decodes<T> for Json {
        type Error = &'static str;

        fn decode(bytes: Bytes) -> Result<T, Self::Error> {
            read(&String::from_utf8_lossy(&bytes))
        }
    }

    // What the browser sends is forms. These are here because a codec is asked for both ways.
    const NOT_WRITTEN: &str = "the browser writes no JSON";

    impl<T> Encoder<T> for Json {
        type Error = &'static str;
        type Encoded = String;

        fn encode(_: &T) -> Result<String, Self::Error> {
            Err(NOT_WRITTEN)
        }
    }

    impl<T> Encodes<T> for Json {
        type Error = &'static str;

        fn encode(_: &T) -> Result<Bytes, Self::Error> {
            Err(NOT_WRITTEN)
        }
    }
}

/// Lets the browser read a struct, all of whose members are named.
macro_rules! parse_struct {
    ($Type:ident { $($member:ident),* $(,)? }) => {
        #[cfg(not(feature = "ssr"))]
        impl $crate::json::Parse for $Type {
            fn parse(value: &leptos::web_sys::wasm_bindgen::JsValue) -> Option<Self> {
                Some(Self { $($member: $crate::json::Parse::member(value, stringify!($member))?,)* })
            }
        }
    };
}

/// Lets the browser read an enum of plain names. The match has no other arm, so that none is
/// forgotten.
macro_rules! parse_names {
    ($Type:ident { $($name:ident),* $(,)? }) => {
        #[cfg(not(feature = "ssr"))]
        impl $crate::json::Parse for $Type {
            fn parse(value: &leptos::web_sys::wasm_bindgen::JsValue) -> Option<Self> {
                const ALL: &[$Type] = &[$($Type::$name,)*];
                const fn name(value: $Type) -> &'static str {
                    match value {
                        $($Type::$name => stringify!($name),)*
                    }
                }
                let text = value.as_string()?;
                ALL.iter().copied().find(|known| name(*known) == text)
            }
        }
    };
}

pub(crate) use {parse_names, parse_struct};

// The types of logto-types that travel.
parse_struct!(SessionEnd { now, at, latest });
parse_names!(Access {
    Granted,
    SignedOut,
    NotFound,
    Forbidden,
    Unavailable,
});
