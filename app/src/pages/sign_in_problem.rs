use leptos::prelude::*;
use leptos_logto::SignInProblem;
use leptos_meta::Title;

use crate::language::t;

/// Why a sign-in did not work, and the way on.
#[component]
pub fn SignInProblemPage() -> impl IntoView {
    view! {
        <Title text=t!(sign_in_problem.title)/>
        <SignInProblem/>
    }
}
