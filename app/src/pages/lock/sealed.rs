//! What waits sealed while the app is closed to everybody: it goes to the office as soon as there is
//! a net, and the screen says so.

use super::HeldVault;
use crate::link::sealed::{hand_over, tell_wiped};
use crate::ui::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

const AGAIN: Duration = Duration::from_secs(30);

#[component]
pub fn Sealed(
    vault: HeldVault,
    /// After each try: whether the office has all, and knows that this phone is empty.
    #[prop(optional)]
    told: Option<RwSignal<Option<bool>>>,
) -> impl IntoView {
    // None while unknown; how many wait, and whether any went out from here.
    let waiting = RwSignal::new(None::<usize>);
    let sent = RwSignal::new(false);
    let busy = StoredValue::new(false);
    let send = move || {
        if busy.get_value() {
            return;
        }
        busy.set_value(true);
        spawn_local(async move {
            let before = vault.get_value().sealed().await.map_or(0, |rows| rows.len());
            waiting.try_set(Some(before));
            let mut left = before;
            if before > 0 {
                left = hand_over(&vault.get_value()).await;
                waiting.try_set(Some(left));
                sent.try_set(left < before);
            }
            if left == 0 {
                tell_wiped(&vault.get_value()).await;
            }
            if let Some(told) = told {
                let is_known = vault.get_value().untold().await.is_empty();
                told.try_set(Some(left == 0 && is_known));
            }
            busy.try_set_value(false);
        });
    };
    send();
    let online = window_event_listener_untyped("online", move |_| send());
    let again = set_interval_with_handle(send, AGAIN);
    on_cleanup(move || {
        online.remove();
        if let Ok(again) = again {
            again.clear();
        }
    });
    drawn(move || match (waiting.get(), sent.get()) {
        (Some(0), true) => view! {
            <p role="status">"Wat nog wachtte, is verzegeld naar het kantoor gestuurd."</p>
        },
        (Some(1..), _) => view! {
            <p role="status">{move || match waiting.get().unwrap_or(0) {
                1 => "1 wijziging wacht verzegeld. Die gaat naar het kantoor zodra er internet is.".to_owned(),
                many => format!("{many} wijzigingen wachten verzegeld. Die gaan naar het kantoor zodra er internet is."),
            }}</p>
        },
        _ => IntoAny::into_any(()),
    })
}
