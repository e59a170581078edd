//! The card that a resident holds: in her language, with nothing of the app around it, and with no
//! way out but the lock. Its sentences came with the rules, by sync; before the first exchange they
//! come from a file beside the program.

mod body;
mod given;
mod lock;
mod places;

pub use lock::handed_over;

use crate::browser::file;
use crate::kit::{Kit, kit};
use crate::schemes::Schemes;
use crate::ui::prelude::*;
use aanbel_shared::card::{CardFile, FILE_NAME};
use aanbel_shared::record::RecordId;
use body::Body;
use given::Given;
use leptos::task::spawn_local;
use lock::Lock;

/// The newest that this phone holds.
pub async fn sentences(schemes: Schemes) -> Option<CardFile> {
    let held = schemes.held.get_untracked();
    if let Some(card) = held.and_then(|held| CardFile::parse(&held.catalogue.card)) {
        return Some(card);
    }
    let text = file::text(&format!("/app/{FILE_NAME}")).await;
    text.as_deref().and_then(CardFile::parse)
}

/// `about` is a talk, or an address where nobody talked yet.
#[component]
pub fn Card(about: RecordId) -> impl IntoView {
    let Kit { session, router, schemes, .. } = kit();
    let given = session.device.with_untracked(|device| Given::of(device, about));
    let back = given.back;
    let given = StoredValue::new(Some(given));
    let card = RwSignal::new(None::<Option<CardFile>>);
    spawn_local(async move {
        card.try_set(Some(sentences(schemes).await));
        router.to_heading();
    });
    let inside = move || {
        let card = card.get()?;
        let given = given.try_update_value(Option::take).flatten();
        Some(match card.zip(given) {
            Some((card, given)) => view! { <Body card given /> },
            None => view! {
                <main class="page" id="inhoud">
                    <h1 tabindex="-1">"De kaart kan nu niet worden getoond"</h1>
                </main>
            },
        })
    };
    view! {
        {move || inside()}
        <Lock screen=router.screen.get_untracked() back />
    }
}
