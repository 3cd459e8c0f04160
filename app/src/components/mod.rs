//! Pieces used by more than one page.

mod flow_drawing;
mod frame;
mod language_choice;
mod loading;

pub use flow_drawing::FlowDrawing;
pub use frame::Frame;
pub use language_choice::LanguageChoice;
pub use loading::Loading;
