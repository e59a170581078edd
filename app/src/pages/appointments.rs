//! The appointments of a case.

use super::many::Many;
use super::moment::MomentInput;
use crate::form::Subject;
use crate::ui::prelude::*;
use aanbel_shared::record::{RecordId, WorklistId};

#[component]
pub fn Appointments(case: RecordId) -> impl IntoView {
    let above = Callback::new(|subject: Subject| view! { <MomentInput subject /> });
    let worklist = WorklistId(case.0);
    view! {
        <Many kind="appointment" points="case" to=case worklist add="Afspraak toevoegen" above />
    }
}
