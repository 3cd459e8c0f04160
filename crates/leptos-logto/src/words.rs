//! Every text of this crate's components, in one table that an application can replace.
//!
//! Without doing anything an application shows [`Words::ENGLISH`]. Another language, or other words, is another table:
//!
//! ```
//! use leptos_logto::{Words, provide_words, words::General};
//!
//! static OURS: Words = Words {
//!     general: General { sign_in: "Log in", ..Words::ENGLISH.general },
//!     ..Words::ENGLISH
//! };
//!
//! # fn somewhere_in_app() {
//! provide_words(&OURS);
//! # }
//! ```
//!
//! Where texts come from a translation crate, [`words_from!`](crate::words_from) fills the whole table from a macro that is
//! called with `group.name` for each text, so that a missing one does not compile. A name in braces stands for a value.

use leptos::prelude::*;

/// Makes the table: a type for each group, the English texts, and `words_from!`.
macro_rules! words {
    ($dollar:tt $($(#[$about:meta])* $group:ident: $Group:ident { $($name:ident: $english:literal,)* })*) => {
        /// Every text of this crate's components, by group.
        #[derive(Clone, Copy, Debug)]
        pub struct Words {
            $($(#[$about])* pub $group: $Group,)*
        }

        $(
            $(#[$about])*
            #[derive(Clone, Copy, Debug)]
            pub struct $Group {
                $(#[doc = concat!("“", $english, "”")] pub $name: &'static str,)*
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

        impl Words {
            /// The texts in English.
            pub const ENGLISH: Self = Self {
                $($group: $Group { $($name: $english,)* },)*
            };
        }

        /// The whole table of [`Words`](crate::Words), each text from `$text!(group.name)`.
        #[macro_export]
        macro_rules! words_from {
            ($dollar text:ident) => {
                $crate::Words {
                    $($group: $crate::words::$Group { $($name: $dollar text!($group.$name),)* },)*
                }
            };
        }
    };
}

words! { $
    /// What is said in many places.
    general: General {
        sign_in: "Sign in",
        try_again: "Try again",
        home_page: "Go to the home page",
        not_loaded: "Not loaded.",
        none: "none",
        loading: "Loading",
        label: "{name}: ",
    }
    /// What can go wrong: one for each kind of [`AuthError`](crate::AuthError).
    errors: Errors {
        signed_out: "You are not signed in. Sign in, and this page comes back.",
        forbidden: "You do not have access to this.",
        not_found: "There is nothing here.",
        not_granted: "This was not granted at the sign-in.",
        invalid: "What was sent cannot be used. Go back and try again.",
        another_person: "This form was of another account, so nothing was done. Open the page again to go on with yours.",
        another_person_here: "This form was of another account, so nothing was done. This page is yours now.",
        upstream: "The sign-in service is not answering. Try again in a moment.",
        store: "The server cannot tell whether you are signed in. Nothing is lost. Reload the page in a moment.",
        transport: "The request did not get through. Try again.",
    }
    /// Why a sign-in did not work.
    problem: Problems {
        cancelled: "Sign-in cancelled",
        cancelled_about: "You are not signed in, and nothing was changed.",
        expired: "This sign-in is no longer open",
        expired_about: "It took longer than ten minutes, was used already, or was started in another browser.",
        invalid: "This sign-in did not check out",
        invalid_about: "What came back does not belong to the sign-in that was started here, so it was refused. Start again from this page.",
        unavailable: "Sign-in is not available right now",
        unavailable_about: "This application or its sign-in service is not working as it should. Try again in a moment.",
        refused: "Sign-in was refused",
        refused_about: "The sign-in service refused the request. If it keeps happening, tell whoever runs this application.",
        repeated: "This browser does not stay signed in",
        repeated_about: "Signing in worked twice within a minute, and you were signed out again each time. Allow cookies for this site, check the date and time of this device, then try again.",
        clock: "The clocks do not agree",
        clock_about: "The clocks of this application and of the sign-in service differ too much. Tell whoever runs this application, then try again.",
        too_large: "The sign-in answer is too large",
        too_large_about: "The sign-in service sends more about this account than this application accepts. Tell whoever runs it; fewer organizations or roles in the account help.",
        detail: "For developers",
        setting: "Settings to check:",
        other: "Sign-in did not work",
        other_about: "You are not signed in. Start again from this page.",
        signed_in: "You are signed in, and nothing was changed.",
    }
    /// The menu of the person who is signed in.
    account: AccountTexts {
        sign_out: "Sign out",
        sign_out_here: "Sign out of this app only",
        signed_out: "You are signed out.",
        signed_out_here: "You are signed out of this app. Your session at Logto may still be active: signing in again may not ask for your password.",
    }
    /// What is said when a session is about to end.
    session: SessionTexts {
        minutes: "Your session ends in {count} minutes.",
        one_minute: "Your session ends in a minute.",
        ending: "Your session is ending.",
        ended: "Your session has ended.",
        stay: "Stay signed in",
        sign_in_again: "Sign in again",
    }
    /// Scopes and their switches.
    scopes: ScopeTexts {
        identity: "Identity",
        contact: "Contact",
        organizations: "Organizations",
        account: "Account",
        api: "API",
        other: "Other scopes",
        openid: "Sign-in",
        openid_about: "Which account you are, in an ID token.",
        offline_access: "Staying signed in",
        offline_access_about: "A refresh token. It stays on the server, which gets new tokens with it.",
        profile: "Profile",
        profile_about: "Your name, picture, username and the rest of your profile.",
        custom_data: "Custom data",
        custom_data_about: "Whatever else is kept with your account at Logto.",
        identities: "Linked identities",
        identities_about: "The social and enterprise accounts you can sign in with.",
        roles: "Roles",
        roles_about: "The names of the roles you have everywhere.",
        email: "E-mail address",
        email_about: "Your e-mail address, and whether it is verified.",
        phone: "Phone number",
        phone_about: "Your phone number, and whether it is verified.",
        address: "Postal address",
        address_about: "Where you get your post.",
        memberships: "Memberships",
        memberships_about: "The organizations you are in, with their names. It also opens tokens for them.",
        organization_roles: "Organization roles",
        organization_roles_about: "Your roles in each organization.",
        sessions: "Sessions",
        sessions_about: "Lets this application list your sessions at Logto, and end them.",
        trusted_devices: "Trusted devices",
        trusted_devices_about: "Lets this application list the devices you trust at Logto, and forget them.",
        unknown_scope: "This application is set up to ask for it.",
        permission: "A permission of this API. Tokens for it carry it if one of your roles has it.",
        organization_permission: "A permission inside organizations. Tokens for an organization carry it if one of your roles there has it.",
        also_of: "Asked for and switched together with the permission of the same name of {apis}.",
        stays_on: "Required while a permission in organizations is on. Switch those off first, and apply.",
        brings_memberships: "Memberships comes with it.",
        openid_reserved: "Always on: without it nobody is signed in.",
        offline_access_reserved: "Always on: without it you would be signed out after an hour.",
        profile_reserved: "Always on: Logto is asked for it at every sign-in.",
        always_on: "always on",
        locked: "cannot be changed",
        granted: "granted",
        switched_off: "switched off",
        not_granted: "asked, not granted",
        not_asked: "not asked",
        not_known: "not known",
        at_hand: "At hand, in your ID token.",
        in_userinfo: "Not in your ID token. A userinfo request may show it.",
        ask_for_role: "None of your roles includes this permission. Ask an administrator for a role that does. After that, switch it on: Logto is asked again.",
        ask_for_organization_role: "None of your organizations gives you a role with this permission. Ask an administrator of the organization for one. You need not ask Logto again: the next token for the organization has it.",
        ask_for_invitation: "You are in no organization. An administrator of one can invite you and give you a role with this permission. After that, sign in again.",
        ask_for_setting: "Logto did not grant it. An administrator can enable it for this app in the Logto Console. After that, request it again.",
        unchecked: "Permissions were checked in {checked} of your {all} organizations. Open another organization to see your permissions there.",
        state: "State",
        cost: "A change takes",
        costs: "What a change takes",
        nothing: "nothing",
        nothing_about: "What it brings is at hand already, or there is nothing to take back. Logto is not asked.",
        token: "a new token",
        token_about: "The server gets tokens with more in them, or with less. You stay on this page.",
        token_and_user_info: "a new token, a userinfo request",
        token_and_user_info_about: "First the token, then its claims, which Logto leaves out of the ID token.",
        sign_in: "asking Logto again",
        sign_in_about: "What was not granted takes a new authorization at Logto. While your session there lives, Logto asks nothing and you are back at once; else you sign in there. You stay signed in here, and cancelling changes nothing.",
        included: "comes with asking Logto",
        hint: "Change what you like, then apply.",
        apply: "Apply",
        undo: "Undo",
        summary: "{changes}: {takes}",
        one_change: "1 change",
        many_changes: "{count} changes",
        take_nothing: "nothing is asked of Logto",
        take_token: "new tokens, and you stay on this page",
        it_signs_in: "it goes through Logto",
        one_signs_in: "one goes through Logto",
        many_sign_in: "{count} go through Logto",
        perhaps_silent: "You may have to sign in there. Cancelling changes nothing.",
        applied: "Applied. Tokens carry what is switched on, and nothing else.",
        unchanged: "Nothing was changed: it stood like this already.",
        all_granted: "Logto granted everything you asked for.",
        left_out: "Asked for and not granted:",
        left_out_about: "An administrator can give you a role that includes them. Until then, requesting them again has the same result.",
        cancelled: "You came back without a new authorization, so nothing was changed.",
        refused: "What was sent names a scope that this application does not offer, so nothing was changed.",
        unavailable: "Logto is not answering, so nothing was changed. Try again in a moment.",
        states_unknown: "Logto is not answering, so it is not known which permissions you have. They are shown as they were asked for.",
    }
    /// Times. The parts of a time are `{year}`, `{month}`, `{day}`, `{hour}`, `{minute}`, `{second}` and `{zone}`, all but the
    /// zone in digits.
    time: Times {
        format: "{year}-{month}-{day} {hour}:{minute}:{second} {zone}",
    }
    /// The user-info panel.
    panel: Panel {
        caption: "Claims, where each came from, and the scope that gives it",
        claim: "Claim",
        value: "Value",
        from: "From",
        scope: "Scope",
        person: "Who you are",
        contact: "Contact",
        organizations: "Roles and organizations",
        custom: "Custom data and linked accounts",
        protocol: "About this sign-in",
        protocol_about: "What the ID token says about itself: its issuer, its audience, and when it expires.",
        state_id_token: "Read from the ID token. Userinfo is one more request to Logto, for what the ID token leaves out.",
        state_both: "Read from the ID token, and from userinfo just now.",
        unavailable: "Userinfo could not be fetched: the sign-in service is not answering. These are the claims of the ID token.",
        fetch: "Fetch userinfo",
        leave_out: "ID token only",
        from_id_token: "ID token",
        from_userinfo: "userinfo",
        from_both: "ID token, userinfo",
        different: "different",
        different_about: "Userinfo is newer. The ID token says what was so at the sign-in, or when it was last refreshed.",
        null: "granted, without a value",
        empty: "granted, and empty",
        invisible: "a text that shows nothing",
        not_asked: "not asked for",
        not_asked_about: "The sign-in did not ask for the scope {scope}.",
        switched_off: "switched off",
        switched_off_about: "You switched the scope {scope} off.",
        not_granted: "asked for, not granted",
        not_granted_about: "The sign-in asked for the scope {scope}, and Logto left it out. Whoever runs Logto can allow it for this application.",
        not_fetched: "not fetched",
        not_fetched_about: "Userinfo may have it.",
        not_answered: "userinfo did not answer",
        not_answered_about: "It is not in the ID token, and whether userinfo has it could not be found out.",
        not_set: "never set",
        not_set_about: "The scope {scope} is granted, and neither the ID token nor userinfo has it: this account has no value for it.",
        turn_on: "Turn it on in Scopes",
        see_scopes: "See it in Scopes",
        entries: "{count} entries",
        picture_refused: "not shown: the address is not an https one",
        role_in: "{role} in {organization}",
        copy: "Copy as JSON",
        as_json: "As JSON",
        as_json_about: "As it was sent: a claim that did not come is left out, one that is null stays null.",
    }
    /// The button that copies.
    copy: CopyTexts {
        copied: "Copied.",
        not_copied: "The browser did not allow it. Select the text and copy it yourself.",
    }
    /// What claims are, by their names.
    claims: ClaimNames {
        sub: "Id of the account",
        name: "Name",
        username: "Username",
        preferred_username: "Preferred username",
        nickname: "Nickname",
        given_name: "Given name",
        middle_name: "Middle name",
        family_name: "Family name",
        picture: "Picture",
        gender: "Gender",
        birthdate: "Birthday",
        locale: "Language and region",
        zoneinfo: "Time zone",
        profile: "Profile page",
        website: "Website",
        created_at: "Account made",
        updated_at: "Account last changed",
        email: "E-mail address",
        email_verified: "E-mail verified",
        phone_number: "Phone number",
        phone_number_verified: "Phone number verified",
        address: "Postal address",
        roles: "Roles",
        organizations: "Organizations",
        organization_data: "Organizations, with names",
        organization_roles: "Roles in organizations",
        custom_data: "Custom data",
        identities: "Social accounts",
        sso_identities: "Enterprise accounts",
        iss: "Issuer",
        aud: "Audience",
        iat: "Issued at",
        exp: "Expires at",
        auth_time: "You proved who you are",
        sid: "Session at Logto",
        azp: "Given to",
        amr: "Ways of signing in",
        acr: "Strength of the sign-in",
        jti: "Id of the token",
    }
    /// The head of a profile.
    person: PersonTexts {
        verified: "verified",
        not_verified: "not verified",
        no_email: "no e-mail address",
    }
    /// Pages and parts of pages that are not for everybody.
    guard: GuardTexts {
        signed_out: "Sign in to see this page",
        not_found: "There is no page here",
        not_found_about: "The address may be mistyped, or the page may have moved.",
        signed_in_as: "You are signed in as {name}.",
        another_account: "Use another account",
        forbidden: "You do not have access to this page",
        unavailable: "This page cannot be shown right now",
        unavailable_about: "Whether you have access could not be found out, because the sign-in service is not answering. Nothing has changed. Try again in a moment.",
        role: "It is for people with this role:",
        member: "It is for members of an organization. This scope tells this application which ones you are in:",
        permission: "It needs this permission:",
        organization_role: "It is for people with this role in the organization:",
        organization_permission: "It needs this permission in the organization:",
        switched_off: "You have switched this off. Switch it on again in Scopes.",
        open_scopes: "Open Scopes",
        ask_application: "Whoever runs this application can give it to you. Then load the page again.",
        ask_organization: "Someone who manages the organization can give it to you. Then load the page again.",
        to_organization: "Go to the organization",
        part_unavailable: "Whether you may see this part could not be found out. Try again in a moment.",
    }
    /// The switcher between organizations.
    switcher: SwitcherTexts {
        label: "Organization",
        choose: "Choose an organization",
        change: "Switch",
        find: "Find an organization",
        list: "Your organizations",
        no_match: "No organization has this in its name or id.",
        all: "All organizations",
    }
    /// Access tokens.
    tokens: TokenTexts {
        logto: "Logto itself",
        logto_about: "Opens userinfo and the account API. An opaque token: there is nothing in it to read.",
        organization_about: "Says what you may do in this organization.",
        resource_about: "An API resource, as it is registered in Logto.",
        kept: "already held",
        fetched: "fetched just now",
        permissions: "Permissions",
        granted: "granted",
        withheld: "not granted",
        audience: "Audience",
        issued: "Issued at",
        id: "Token id",
        client: "Application",
        organization: "Organization",
        subject: "Person",
        issuer: "Issuer",
        no_permission: "No permission",
        nothing: "There is a token, but it opens nothing here. Whoever manages roles in Logto can give you a role with permissions for this API.",
        nothing_in_organization: "There is a token, but it opens nothing here. Whoever manages this organization can give you a role with permissions for it.",
        nothing_ticked: "There is a token, but nothing that is ticked counts here for you. Tick something else.",
        nothing_asked: "There is a token, but no permissions are asked for here, so it opens nothing.",
        not_member: "You are not in this organization, or there is none of that id. Choose another.",
        not_asked_for: "This API was not asked for at your sign-in. Sign in again, and it is.",
        no_organizations: "Organizations were not asked for at your sign-in. Sign in again, and they are.",
        beyond_grant: "This asks for more than was granted at your sign-in.",
        all: "Ask for all that was granted",
        switched_off: "You have switched off what this asks for.",
        unavailable: "Logto is not answering, and no token is kept for this. Try again in a moment.",
        unknown: "There is no such API here. These are the ones there are.",
        another: "Fewer permissions, or in an organization",
        no_organization: "None",
        nothing_is_all: "Nothing ticked means everything.",
        show: "Show the token for this",
        fresh: "Renew this token",
    }
    /// What runs down. `{name}` is what.
    countdown: CountdownTexts {
        hours: "{hours} h {minutes} min left",
        minutes: "{minutes} min left",
        seconds: "{seconds} s left",
        over: "expired",
        until: "until",
        now_short: "{name}: less than a minute left",
        now_over: "{name}: expired",
    }
    /// Organizations.
    organizations: OrganizationTexts {
        names_unavailable: "The sign-in service is not answering, so only ids and roles are shown. They come from the ID token.",
        scope_missing: "Organizations were not asked for at the sign-in.",
        memberships_off: "Memberships is switched off, so your organizations are not shown.",
        empty: "You are in no organization. Someone who manages one can invite you; sign in again after that, and it is listed here.",
        your_roles: "Your roles",
        no_roles: "no role",
        id: "Id",
        last: "last used",
        search: "Search",
        found: "{count} of {all} organizations",
        show_all: "Show all",
        permissions: "Your permissions here",
        permissions_about: "As they stand in the access token that Logto gives for this organization.",
        no_permissions: "This application asks for no permissions in organizations.",
        held: "granted",
        not_held: "not granted",
        switched_off: "You have switched off: {permissions}. Whether your roles here include it, this page shows once it is on again.",
        ask: "Your roles here do not include: {permissions}. Someone who manages the organization can give you a role that does.",
        token: "The organization token",
        audience: "Audience",
        issued: "Issued at",
        expires: "Expires at",
    }
}

impl Words {
    /// A name before what it is the name of, with the colon of the language.
    pub(crate) fn label(&self, name: &str) -> String {
        fill(self.general.label, "name", name)
    }
}

/// The table that is in use, in context.
#[derive(Clone, Copy)]
struct Provided(&'static Words);

/// Makes the components below, and what the server writes for them, use this table.
pub fn provide_words(words: &'static Words) {
    provide_context(Provided(words));
}

/// The table that is in use.
#[must_use]
pub fn use_words() -> &'static Words {
    static ENGLISH: Words = Words::ENGLISH;
    use_context::<Provided>().map_or(&ENGLISH, |Provided(words)| words)
}

/// A text with a value in the place of its name in braces.
#[must_use]
pub fn fill(text: &str, name: &str, value: &str) -> String {
    text.replace(&format!("{{{name}}}"), value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_application_that_says_nothing_speaks_english() {
        let owner = Owner::new();
        owner.with(|| assert_eq!(use_words().general.sign_in, "Sign in"));
    }

    #[test]
    fn a_table_can_be_replaced_for_everything_below() {
        static OURS: Words = Words {
            general: General {
                sign_in: "Log in",
                ..Words::ENGLISH.general
            },
            ..Words::ENGLISH
        };
        let owner = Owner::new();
        owner.with(|| {
            provide_words(&OURS);
            assert_eq!(use_words().general.sign_in, "Log in");
            assert_eq!(use_words().general.try_again, "Try again");
        });
    }

    #[test]
    fn a_value_goes_where_its_name_stands() {
        assert_eq!(fill("{count} claims", "count", "3"), "3 claims");
        assert_eq!(fill("no place", "count", "3"), "no place");
    }
}
