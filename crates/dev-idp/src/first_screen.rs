//! Which page a person sees first.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::params::{self, Params};

/// The page Logto would show first, with the parameters it passes on to it.
pub(crate) fn screen(params: &Params, application: &str) -> String {
    let app = [("app_id", application)];
    let wanted = params
        .get("first_screen")
        .or_else(|| match params.get("interaction_mode") {
            Some("signUp") => Some("register"),
            _ => None,
        });
    let first = match wanted {
        None | Some("sign_in" | "signIn") => "sign-in",
        Some("register") => "register",
        Some("reset_password") => "reset-password",
        Some("identifier:sign_in") => "identifier-sign-in",
        Some("identifier:register") => "identifier-register",
        Some("single_sign_on") => "single-sign-on",
        // A value Logto does not know costs every extra parameter.
        Some(_) => return format!("/sign-in?{}", params::encode(app)),
    };
    let passed = [
        "organization_id",
        "one_time_token",
        "login_hint",
        "identifier",
        "ui_locales",
    ];
    let passed = passed
        .iter()
        .filter_map(|name| Some((*name, params.get(name)?)));
    let pairs = app.into_iter().chain(passed);
    match params.get("direct_sign_in") {
        None => format!("/{first}?{}", params::encode(pairs)),
        Some(direct) => {
            let pairs = pairs.chain([("fallback", first)]);
            let direct: Vec<String> = direct.splitn(2, ':').map(segment).collect();
            format!("/direct/{}?{}", direct.join("/"), params::encode(pairs))
        }
    }
}

fn segment(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}
