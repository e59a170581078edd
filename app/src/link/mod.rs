//! When this phone talks to the office: at the start, on becoming visible, on regaining signal, after
//! a save, every five minutes and by button. Never two at once. What is said is in `exchange`.

mod exchange;
pub mod http;
pub mod sealed;

pub use exchange::join;

use crate::browser::timer::Debounce;
use crate::browser::{self, clock, random};
use crate::schemes::Schemes;
use crate::session::Session;
use crate::store::vault::Emptied;
use crate::ui::prelude::*;
use aanbel_shared::sync::Instruction;
use leptos::task::spawn_local;
use std::time::Duration;

/// After a save: long enough for the next taps to travel along.
const AFTER_SAVE_MS: u32 = 1_500;
const EVERY_MS: u64 = 5 * 60_000;
const BACKOFF_FIRST_MS: u32 = 2_000;
const BACKOFF_MAX_MS: f64 = 5.0 * 60_000.0;

/// How the link is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkState {
    Rest,
    Busy,
    /// The sentence for the person; it is tried again by itself.
    Failed(String),
    /// The office does not know this phone any more; recording goes on.
    NoAccess(String),
}

/// Copied everywhere; one per running app.
#[derive(Clone, Copy)]
pub struct Link {
    session: Session,
    schemes: Schemes,
    pub state: RwSignal<LinkState>,
    /// How many ops came in during this run, for the bar of the first sync.
    pub received: RwSignal<u32>,
    /// When the last try began, by the phone's clock; 0 for never.
    pub tried_ms: RwSignal<i64>,
    failures: StoredValue<u32>,
    /// Something happened during a run that the run may have missed.
    again: StoredValue<bool>,
    later: StoredValue<Debounce, LocalStorage>,
}

impl Link {
    /// Listens to everything that is a reason to talk, as long as the app runs.
    pub fn start(session: Session, schemes: Schemes) -> Link {
        let link = Link {
            session,
            schemes,
            state: RwSignal::new(LinkState::Rest),
            received: RwSignal::new(0),
            tried_ms: RwSignal::new(0),
            failures: StoredValue::new(0),
            again: StoredValue::new(false),
            later: StoredValue::new_local(Debounce::default()),
        };
        let online = window_event_listener_untyped("online", move |_| link.now());
        let visible = move |_| {
            if browser::is_visible() {
                link.now();
            }
        };
        let visible = window_event_listener_untyped("visibilitychange", visible);
        std::mem::forget((online, visible));
        let every = set_interval_with_handle(move || link.now(), Duration::from_millis(EVERY_MS));
        std::mem::forget(every);
        when(move || _ = session.kept.get(), move || link.plan(AFTER_SAVE_MS));
        link.now();
        link
    }

    /// Talks now, or once more after the talk that is under way.
    pub fn now(self) {
        let enrolled = self.session.device.with_untracked(|device| device.me().is_some());
        if !enrolled || !self.session.writes.get_untracked() {
            return;
        }
        if self.state.get_untracked() == LinkState::Busy {
            self.again.set_value(true);
            return;
        }
        self.state.set(LinkState::Busy);
        spawn_local(self.run());
    }

    fn plan(self, after_ms: u32) {
        self.later.with_value(|later| later.plan(after_ms, move || self.now()));
    }

    async fn run(self) {
        self.later.with_value(Debounce::cancel);
        self.received.set(0);
        if !self.session.vault().has_server_key() {
            // Not after the first streets: until it is there, what is recorded goes with the keys.
            sealed::learn_key(self.session).await;
        }
        let end = loop {
            self.again.set_value(false);
            self.tried_ms.set(clock::now_ms());
            match exchange::once(self.session, self.received).await {
                Ok(done) if done.more || self.again.get_value() => {}
                Ok(done) => {
                    self.schemes.follow(&done.catalogue).await;
                    sealed::follow(self.session).await;
                    break LinkState::Rest;
                }
                Err(exchange::LinkError::NoAccess(sentence)) => {
                    break LinkState::NoAccess(sentence);
                }
                Err(error) => break LinkState::Failed(error.sentence_nl()),
            }
        };
        if end == LinkState::Rest {
            self.failures.set_value(0);
        } else {
            self.failures.update_value(|count| *count += 1);
            self.plan(self.backoff_ms());
        }
        self.state.set(end);
        self.empty_if_told().await;
    }

    /// The office revoked this phone: once everything was handed over, nothing stays on it. What
    /// the browser refuses to remove is tried again at the next exchange.
    async fn empty_if_told(self) {
        if !self.may_empty() {
            return;
        }
        // What is being typed comes first: it is sent, and the office is asked once more.
        self.session.hand_over().await;
        if self.may_empty() {
            // The worker and its files stay: they hold the program alone, and who joins again in this page
            // needs them without signal.
            let _ = self.session.empty(Emptied::Revoked, false).await;
        }
    }

    /// Whether the office told this phone to be empty, and everything on it was handed over.
    fn may_empty(self) -> bool {
        let told = self.session.device.with_untracked(|device| {
            device.meta().instruction == Some(Instruction::Wipe) && device.waiting() == 0
        });
        told && self.session.writes.get_untracked() && !self.session.holds_words()
    }

    /// Doubles with every failure and is spread, so that a town of phones does not come back at once.
    fn backoff_ms(self) -> u32 {
        let doubled = BACKOFF_FIRST_MS << self.failures.get_value().min(12);
        (f64::from(doubled).min(BACKOFF_MAX_MS) * (0.5 + random::fraction() / 2.0)) as u32
    }
}
