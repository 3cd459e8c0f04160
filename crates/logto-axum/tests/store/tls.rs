//! An authority, and a certificate of it.

use std::path::PathBuf;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

/// A certificate of `localhost`, its key, and the authority that signed it, all as PEM.
pub struct Authority {
    pub certificate: String,
    pub key: String,
    root: String,
}

impl Authority {
    pub fn new() -> Self {
        let mut authority = CertificateParams::new(Vec::new()).unwrap();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = KeyPair::generate()
            .and_then(|key| CertifiedIssuer::self_signed(authority, key))
            .unwrap();
        let key = KeyPair::generate().unwrap();
        let server = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let server = server.signed_by(&key, &authority).unwrap();
        Self {
            certificate: server.pem(),
            key: key.serialize_pem(),
            root: authority.pem(),
        }
    }

    /// Writes the authority into a file.
    pub fn file(&self, name: &str) -> PathBuf {
        let name = format!("{name}-{}.pem", std::process::id());
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::write(&path, &self.root).unwrap();
        path
    }
}
