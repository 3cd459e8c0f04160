//! Pieces used by more than one page.

mod contact_facts;
mod flow_drawing;
mod frame;
mod language_choice;
mod loading;
mod organization_frame;

pub use contact_facts::ContactFacts;
pub use flow_drawing::FlowDrawing;
pub use frame::Frame;
pub use language_choice::LanguageChoice;
pub use loading::Loading;
pub use organization_frame::OrganizationFrame;
