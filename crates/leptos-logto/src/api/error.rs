//! How a server function answers when its call cannot be read, and what its caller reads when there
//! is no answer.

use leptos::{
    prelude::{FromServerFnError, ServerFnErrorErr},
    server_fn::codec::JsonEncoding,
};

use crate::error::AuthError;

impl FromServerFnError for AuthError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        #[cfg(feature = "ssr")]
        {
            if let ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Deserialization(_)
            | ServerFnErrorErr::Request(_) = &error
            {
                return crate::server::unreadable(&error);
            }
            tracing::error!(%error, "a server function did not get through");
        }
        #[cfg(not(feature = "ssr"))]
        leptos::logging::error!("a server function did not get through: {error}");
        Self::Transport
    }
}
