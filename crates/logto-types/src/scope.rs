//! The names of Logto's own scopes. Permissions of API resources and of organizations are scopes
//! too, with the names chosen in the Logto Console.

/// Sign the person in: without it there is no ID token.
pub const OPENID: &str = "openid";
/// Give a refresh token. Logto honours it only when `consent` is among the prompts.
pub const OFFLINE_ACCESS: &str = "offline_access";
/// Name, picture, username and the other profile fields.
pub const PROFILE: &str = "profile";
/// Email address.
pub const EMAIL: &str = "email";
/// Phone number.
pub const PHONE: &str = "phone";
/// Postal address.
pub const ADDRESS: &str = "address";
/// The custom data kept with the person at Logto.
pub const CUSTOM_DATA: &str = "custom_data";
/// Linked social and enterprise identities.
pub const IDENTITIES: &str = "identities";
/// Names of the person's roles.
pub const ROLES: &str = "roles";
/// The organizations the person belongs to; needed for organization tokens.
pub const ORGANIZATIONS: &str = "urn:logto:scope:organizations";
/// The person's roles in each organization.
pub const ORGANIZATION_ROLES: &str = "urn:logto:scope:organization_roles";
/// List and end the person's own sessions (Account API).
pub const SESSIONS: &str = "urn:logto:scope:sessions";
/// List and forget the person's trusted devices (Account API).
pub const TRUSTED_DEVICES: &str = "urn:logto:scope:trusted_devices";

/// Scopes asked for at every sign-in, whatever the configuration says.
pub const RESERVED: [&str; 3] = [OPENID, OFFLINE_ACCESS, PROFILE];

/// Every scope that Logto gives a meaning of its own. All others are permissions of a resource or
/// of organizations.
pub const USER: [&str; 13] = [
    OPENID,
    OFFLINE_ACCESS,
    PROFILE,
    EMAIL,
    PHONE,
    ADDRESS,
    CUSTOM_DATA,
    IDENTITIES,
    ROLES,
    ORGANIZATIONS,
    ORGANIZATION_ROLES,
    SESSIONS,
    TRUSTED_DEVICES,
];

/// The resource that organization permissions belong to. It is asked for whenever [`ORGANIZATIONS`]
/// is.
pub const ORGANIZATIONS_RESOURCE: &str = "urn:logto:resource:organizations";
