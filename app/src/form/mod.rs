//! Forms on the screen: a field's kind decides its input, and every input saves itself. Generic: no
//! file here knows a scheme, an outcome or any other word of the domain.

mod as_kept;
mod beside;
mod choice;
mod day;
mod field;
mod section;
mod subject;
mod text;
pub mod words;

pub use as_kept::{day_as_kept, select_as_kept, tick_as_kept};
pub use beside::Beside;
pub use choice::Picker;
pub use field::FieldInput;
pub use section::FormFields;
pub use subject::{Subject, is_asked};
