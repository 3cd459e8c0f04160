//! Pieces used by more than one page.

mod flow_drawing;
mod frame;
mod loading;

pub use flow_drawing::FlowDrawing;
pub use frame::Frame;
pub use loading::Loading;
