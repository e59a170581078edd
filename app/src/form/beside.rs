//! What a screen lays beside the bands of a form: what each choice means here, and a part below the
//! question. A context, so that forms know nothing of what it says.

use crate::ui::prelude::*;
use crate::ui::saved::Saved;
use aanbel_shared::form::Field;

/// Provided as context around a form.
#[derive(Clone, Copy)]
pub struct Beside {
    /// The line under one choice, by its key.
    pub line: Callback<(&'static Field, String), Option<String>>,
    /// What stands below the choices. The signal tells how keeping went.
    pub below: Callback<(&'static Field, RwSignal<Saved>), AnyView>,
}
