//! The short message at the bottom, with "Ongedaan maken" for ten seconds.

use super::icon::{Icon, Symbol};
use crate::browser::timer::Debounce;
use crate::session::Session;
use crate::ui::prelude::*;
use aanbel_shared::sync::Change;
use leptos::task::spawn_local;

const SHOWN_MS: u32 = 10_000;

#[derive(Clone)]
struct Message {
    text: String,
    undo: Vec<Change>,
}

/// Copied everywhere; one per running app.
#[derive(Clone, Copy)]
pub struct Toast {
    session: Session,
    message: RwSignal<Option<Message>>,
    hide: StoredValue<Debounce, LocalStorage>,
}

impl Toast {
    pub fn new(session: Session) -> Toast {
        Toast {
            session,
            message: RwSignal::new(None),
            hide: StoredValue::new_local(Debounce::default()),
        }
    }

    /// Says something, with what takes it back; nothing to take back when `undo` is empty.
    pub fn say(self, text: impl Into<String>, undo: Vec<Change>) {
        self.message.set(Some(Message { text: text.into(), undo }));
        self.hide.with_value(|hide| hide.plan(SHOWN_MS, move || self.message.set(None)));
    }

    fn undo(self) {
        let Some(message) = self.message.get_untracked() else { return };
        self.message.set(None);
        spawn_local(async move {
            match self.session.commit(message.undo).await {
                Ok(()) => self.say("Ongedaan gemaakt.", Vec::new()),
                Err(error) => self.say(error.sentence_nl(), Vec::new()),
            }
        });
    }
}

#[component]
pub fn ToastBar(toast: Toast) -> impl IntoView {
    let shown = move || {
        toast.message.get().map(|message| {
            let undo = (!message.undo.is_empty()).then(|| {
                view! {
                    <button type="button" class="toast__undo" on:click=handle(move |_| toast.undo())>
                        <Symbol icon=Icon::Undo />
                        "Ongedaan maken"
                    </button>
                }
            });
            view! { <div class="toast"><span>{message.text}</span>{undo}</div> }
        })
    };
    view! { <div class="toast-place" role="status" aria-live="polite">{move || shown()}</div> }
}
