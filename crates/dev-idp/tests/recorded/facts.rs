//! The recorded cases, and the list of those the provider does not serve.

use std::{collections::BTreeMap, fs, path::PathBuf};

use dev_idp::Provider;
use serde::Deserialize;
use serde_json::Value;

/// Files with a test of their own in this folder.
const PLAYED: [&str; 14] = [
    "authorize-errors.json",
    "backchannel-logout.json",
    "discovery-notes.json",
    "end-session.json",
    "flow-trace.json",
    "keys-idtoken-config-tabs.json",
    "m2m-and-token-exchange.json",
    "organization-resource-token.json",
    "prompts-and-extra-parameters.json",
    "refresh-rotation.json",
    "revocation-introspection.json",
    "token-errors.json",
    "token-responses.json",
    "userinfo.json",
];

/// Files that hold one document instead of cases; `discovery.rs` compares them.
const DOCUMENTS: [&str; 3] = [
    "discovery.json",
    "jwks.json",
    "oauth-authorization-server.json",
];

/// One recorded case.
#[derive(Clone, Debug)]
pub struct Case {
    pub name: String,
    value: Value,
}

impl Case {
    pub fn request(&self) -> &Value {
        &self.value["request"]
    }

    pub fn response(&self) -> &Value {
        &self.value["response"]
    }

    pub fn member(&self, name: &str) -> &Value {
        &self.value[name]
    }

    /// A text member of the recorded request.
    pub fn asked(&self, name: &str) -> Option<&str> {
        self.value["request"][name].as_str()
    }
}

/// The cases of one file, each to be taken once.
pub struct Facts {
    file: &'static str,
    left: Vec<Case>,
    taken: Vec<String>,
}

impl Facts {
    /// Opens a file, with the issuer of the recording replaced by the provider's.
    pub fn open(file: &'static str, provider: &Provider) -> Self {
        assert!(PLAYED.contains(&file), "{file} is not in PLAYED");
        let endpoint = provider.endpoint();
        let encoded: String = url::form_urlencoded::byte_serialize(endpoint.as_bytes()).collect();
        let text = read(file)
            .replace("http://localhost:3301/", &endpoint)
            .replace("http%3A%2F%2Flocalhost%3A3301%2F", &encoded);
        Self {
            file,
            left: cases(&text),
            taken: Vec::new(),
        }
    }

    pub fn take(&mut self, name: &str) -> Case {
        let place = self.left.iter().position(|case| case.name == name);
        let place = place.unwrap_or_else(|| panic!("{}: no case \"{name}\" is left", self.file));
        self.taken.push(name.to_owned());
        self.left.remove(place)
    }

    /// Every case not taken yet that a test chooses.
    pub fn take_where(&mut self, choose: impl Fn(&str) -> bool) -> Vec<Case> {
        let (chosen, left) = self.left.drain(..).partition(|case| choose(&case.name));
        self.left = left;
        let chosen: Vec<Case> = chosen;
        self.taken
            .extend(chosen.iter().map(|case| case.name.clone()));
        chosen
    }

    /// What was not taken must be listed, and nothing that was.
    pub fn finish(self) {
        let listed = listed(self.file);
        let left: Vec<&str> = self.left.iter().map(|case| case.name.as_str()).collect();
        for name in &left {
            assert!(
                listed.contains(&(*name).to_owned()),
                "{}: \"{name}\" is neither played nor listed",
                self.file
            );
        }
        for name in &listed {
            assert!(
                left.contains(&name.as_str()),
                "{}: \"{name}\" is listed, and played too",
                self.file
            );
        }
        println!(
            "{}: {} cases compared, {} not served",
            self.file,
            self.taken.len(),
            left.len()
        );
    }
}

#[derive(Deserialize)]
struct NotServed {
    not_served: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    file: String,
    reason: String,
    cases: Vec<String>,
}

fn entries() -> Vec<Entry> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/not_served.toml");
    toml::from_str::<NotServed>(&fs::read_to_string(path).unwrap())
        .unwrap()
        .not_served
}

fn listed(file: &str) -> Vec<String> {
    entries()
        .into_iter()
        .filter(|entry| entry.file == file)
        .flat_map(|entry| entry.cases)
        .collect()
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/facts")
}

pub fn read(file: &str) -> String {
    fs::read_to_string(folder().join(file)).unwrap()
}

fn cases(text: &str) -> Vec<Case> {
    let file: Value = serde_json::from_str(text).unwrap();
    let cases = file["cases"].as_array().unwrap();
    cases
        .iter()
        .map(|value| Case {
            name: value["name"].as_str().unwrap().to_owned(),
            value: value.clone(),
        })
        .collect()
}

#[test]
fn every_case_is_played_or_listed() {
    let mut names = BTreeMap::new();
    for entry in fs::read_dir(folder()).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        if file == "README.md" || DOCUMENTS.contains(&file.as_str()) {
            continue;
        }
        names.insert(
            file.clone(),
            cases(&read(&file))
                .into_iter()
                .map(|case| case.name)
                .collect::<Vec<_>>(),
        );
    }
    for file in PLAYED {
        assert!(names.contains_key(file), "{file} does not exist");
    }
    for entry in entries() {
        assert!(
            entry.reason.len() > 20,
            "{}: a reason is a sentence",
            entry.file
        );
        let held = names
            .get(&entry.file)
            .unwrap_or_else(|| panic!("{} does not exist", entry.file));
        for name in &entry.cases {
            assert!(
                held.contains(name),
                "{}: there is no case \"{name}\"",
                entry.file
            );
        }
    }
    for (file, held) in names {
        let mut listed = listed(&file);
        listed.sort();
        let before = listed.len();
        listed.dedup();
        assert_eq!(before, listed.len(), "{file}: a case is listed twice");
        if !PLAYED.contains(&file.as_str()) {
            for name in held {
                assert!(
                    listed.contains(&name),
                    "{file}: \"{name}\" is neither played nor listed"
                );
            }
        }
    }
}
