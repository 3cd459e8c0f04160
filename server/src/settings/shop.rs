//! The orders API.

use logto::ApiResource;

use super::{database::Database, fault::Fault, file};

/// The default resource of the API.
const USUAL_RESOURCE: &str = "https://shop.example/api";

/// The orders API.
#[derive(Debug)]
pub struct Shop {
    /// The configured API resource, if there is one.
    named: Option<String>,
    /// The database of the orders.
    pub database: Database,
}

impl Shop {
    pub(super) fn parse(
        file: file::Shop,
        env: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, Fault> {
        let database = env("SHOP_DATABASE").unwrap_or(file.database);
        Ok(Self {
            named: file.resource,
            database: Database::parse("SHOP_DATABASE", database, "sqlite://data/shop.db")?,
        })
    }

    /// Which of the API resources it is: the one that is named, else the usual one if it is among them. Without one there is
    /// no API, since nobody could get a token for it.
    ///
    /// # Errors
    /// When the one that is named is not among them.
    pub fn resource(&self, resources: &[ApiResource]) -> Result<Option<String>, Fault> {
        let wanted = self.named.as_deref().unwrap_or(USUAL_RESOURCE);
        let there = resources
            .iter()
            .any(|resource| resource.indicator == wanted);
        match &self.named {
            Some(named) if !there => {
                let problem = format!(
                    "is {named:?}, which is not the indicator of one of the [[logto.resources]]"
                );
                Err(Fault::new("[shop] resource", problem, USUAL_RESOURCE))
            }
            _ => Ok(there.then(|| wanted.to_owned())),
        }
    }
}
