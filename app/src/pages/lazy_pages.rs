//! The lazy-loaded pages: the browser loads their code when somebody goes there, in a build with the feature `split`.
#![cfg_attr(
    feature = "split",
    allow(unsafe_code, reason = "what wasm_split writes links the parts")
)]

use leptos::{children::ViewFn, wasm_split::SplitLoaderError};

use super::{
    Apis, Billing, DashboardPage, Orders, OrganizationOverview, Organizations, Profile, Scopes,
    Sessions, SignInProblemPage, Support,
};

macro_rules! lazy_pages {
    ($($part:ident { $($name:ident: $page:ident,)* })*) => {
        $($(
            #[cfg(feature = "split")]
            #[leptos::wasm_split::wasm_split($part, wasm_split_path = leptos::wasm_split, fallible)]
            pub fn $name() -> Result<ViewFn, SplitLoaderError> {
                Ok($page.into())
            }

            #[cfg(not(feature = "split"))]
            pub async fn $name() -> Result<ViewFn, SplitLoaderError> {
                Ok($page.into())
            }
        )*)*
    };
}

// Code that several parts need becomes parts of its own, one for each set of parts: few parts are few requests.
lazy_pages! {
    problem {
        sign_in_problem: SignInProblemPage,
    }
    home {
        dashboard: DashboardPage,
    }
    about_me {
        profile: Profile,
        sessions: Sessions,
    }
    access {
        scopes: Scopes,
        apis: Apis,
        orders: Orders,
    }
    inside {
        organizations: Organizations,
        organization: OrganizationOverview,
        support: Support,
        billing: Billing,
    }
}
