//! The audit log: where it goes, and what it says of people and addresses.

use super::{
    fault::{Fault, Faults},
    file,
};

/// The settings of the audit log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditSettings {
    /// Where the lines go.
    pub output: AuditOutput,
    /// How people are named.
    pub subjects: AuditSubjects,
    /// How addresses are written.
    pub addresses: AuditAddresses,
}

/// Where the lines of the audit log go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum AuditOutput {
    /// Nowhere.
    Off,
    /// Standard output, which has nothing else.
    #[default]
    Stdout,
    /// The end of a file.
    File(String),
}

/// How the audit log names people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AuditSubjects {
    /// By a keyed hash of their `sub`, which nobody can guess from a list of ids.
    #[default]
    Hashed,
    /// By their `sub`.
    Plain,
}

/// How the audit log writes addresses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AuditAddresses {
    /// Their network: 24 bits of IPv4, 48 of IPv6.
    #[default]
    Shortened,
    /// Whole.
    Plain,
    /// Not at all.
    Off,
}

impl AuditSettings {
    pub(super) fn parse(
        file: file::Audit,
        env: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let output = match env("AUDIT_LOG").or(file.log).as_deref() {
            None | Some("stdout") => AuditOutput::Stdout,
            Some("off") => AuditOutput::Off,
            Some(path) => AuditOutput::File(path.to_owned()),
        };
        let subjects = match env("AUDIT_SUBJECTS").or(file.subjects).as_deref() {
            None | Some("hashed") => Some(AuditSubjects::Hashed),
            Some("plain") => Some(AuditSubjects::Plain),
            Some(text) => {
                let problem = format!("is {text:?}; it can be hashed or plain");
                faults.note(Err(Fault::new("AUDIT_SUBJECTS", problem, "hashed")))
            }
        };
        let addresses = match env("AUDIT_ADDRESSES").or(file.addresses).as_deref() {
            None | Some("shortened") => Some(AuditAddresses::Shortened),
            Some("plain") => Some(AuditAddresses::Plain),
            Some("off") => Some(AuditAddresses::Off),
            Some(text) => {
                let problem = format!("is {text:?}; it can be shortened, plain or off");
                faults.note(Err(Fault::new("AUDIT_ADDRESSES", problem, "shortened")))
            }
        };
        let usable = || {
            Some(Self {
                output,
                subjects: subjects?,
                addresses: addresses?,
            })
        };
        usable().ok_or(faults)
    }
}
