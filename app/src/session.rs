//! The one way in which this phone changes: prepare -> keep -> show, one commit after the other.
//! What the store has not kept is never shown as kept, and never sent.

use crate::browser::{clock, storage, timer};
use crate::store::vault::{Emptied, Signer, UNKEPT, Vault, WIPED};
use crate::store::{Loaded, Store, StoreError};
use crate::ui::prelude::*;
use aanbel_shared::sync::{Change, Device, EnrolError, NotEnrolled, Write, signed_request, to_hex};
use futures_channel::oneshot;
use leptos::task::spawn_local;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::ops::Deref;
use std::rc::Rc;

/// Between two tries of a store that refuses.
pub const RETRY_MS: i32 = 5_000;
/// What is handed over last is waited for so long.
const WAIT_MAX_MS: i64 = 3_000;

/// Why a commit did not happen. A store that refuses is no such reason: it is tried until it works.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    #[error(transparent)]
    NotEnrolled(#[from] NotEnrolled),
    #[error(transparent)]
    Enrol(#[from] EnrolError),
    /// Another tab writes.
    #[error("another tab writes")]
    OtherTab,
    /// The app is closing.
    #[error("the commit was given up")]
    GivenUp,
}

impl CommitError {
    pub fn sentence_nl(&self) -> &'static str {
        match self {
            CommitError::NotEnrolled(_) => "Dit toestel is nog niet aangemeld.",
            CommitError::Enrol(EnrolError::OthersWork) => {
                "Op dit toestel staat nog werk van iemand anders dat niet is verstuurd. Laat die \
                 persoon eerst versturen, of ga naar het kantoor."
            }
            CommitError::OtherTab => {
                "Dit is niet bewaard. Aanbel staat ook open in een ander venster. Kies bovenaan \
                 'Verder in dit venster'."
            }
            CommitError::GivenUp => "Dit is niet bewaard. Probeer het nog een keer.",
        }
    }
}

/// What to write, worked out when it is this commit's turn.
type Step = Box<dyn FnOnce(&Device) -> Result<Vec<Write>, CommitError>>;

struct Job {
    step: Step,
    /// Holds what the person did; what the office sent comes again.
    own: bool,
    /// Read everything anew afterwards, because stored rows changed their keys.
    reload: bool,
    done: oneshot::Sender<Result<(), CommitError>>,
}

struct Inner {
    store: Rc<Vault>,
    queue: RefCell<VecDeque<Job>>,
    working: Cell<bool>,
}

/// Copied everywhere, so it is as small as it gets; one per running app, for as long as the page.
#[derive(Clone, Copy)]
pub struct Session(&'static State);

/// What the session holds, to follow.
pub struct State {
    inner: StoredValue<Rc<Inner>, LocalStorage>,
    /// How much of what the person did waits for the store, and is in this page alone.
    unkept: RwSignal<usize>,
    /// The phone as it was last kept.
    pub device: RwSignal<Device>,
    /// Why the store refuses right now.
    pub trouble: RwSignal<Option<StoreError>>,
    /// The app ended while the store refused: what the person did last was never kept.
    pub gone: RwSignal<bool>,
    /// How many stored rows cannot be read.
    pub damaged: RwSignal<usize>,
    /// Whether this tab may write.
    pub writes: RwSignal<bool>,
    /// Goes up with every commit of the person: there is something to send.
    pub kept: RwSignal<u64>,
    /// Goes up with everything that is kept, so that other tabs can follow.
    pub changed: RwSignal<u64>,
    /// Goes up when everything was read anew.
    pub reloaded: RwSignal<u64>,
    /// This phone was emptied and has no new PIN yet.
    pub emptied: RwSignal<Option<Emptied>>,
}

impl Deref for Session {
    type Target = State;

    fn deref(&self) -> &State {
        self.0
    }
}

impl Session {
    /// Around the unlocked store; nothing is read yet.
    pub fn new(store: Rc<Vault>) -> Session {
        let inner = Inner { store, queue: RefCell::default(), working: Cell::new(false) };
        let state = State {
            inner: StoredValue::new_local(Rc::new(inner)),
            unkept: RwSignal::new(0),
            device: RwSignal::new(Device::default()),
            trouble: RwSignal::new(None),
            gone: RwSignal::new(false),
            damaged: RwSignal::new(0),
            writes: RwSignal::new(false),
            kept: RwSignal::new(0),
            changed: RwSignal::new(0),
            reloaded: RwSignal::new(0),
            emptied: RwSignal::new(None),
        };
        Session(Box::leak(Box::new(state)))
    }

    /// Reads what is in the store, once it is known which tab writes.
    ///
    /// # Errors
    /// When nothing can be read; the screen then says why.
    pub async fn open(self) -> Result<(), StoreError> {
        let loaded = self.inner.get_value().store.load().await?;
        self.take_in(loaded);
        self.look_for_loss();
        Ok(())
    }

    /// Whether an earlier page ended with what it could not keep. While another tab writes, that one may
    /// still keep it.
    pub fn look_for_loss(self) {
        self.gone.set(self.writes.get_untracked() && storage::note(UNKEPT).is_some());
    }

    fn take_in(self, loaded: Loaded) {
        self.damaged.set(loaded.damaged.len());
        self.device.set(Device::load(loaded.meta, loaded.ops));
    }

    /// Keeps what a person changed. Resolves when it is safe on this phone.
    ///
    /// # Errors
    /// When it cannot be kept at all; a full or closed store is waited for instead.
    pub async fn commit(self, changes: Vec<Change>) -> Result<(), CommitError> {
        self.commit_with(move |_: &Device| changes).await
    }

    /// As `commit`, of what `changes` works out from the phone when it is this commit's turn.
    ///
    /// # Errors
    /// As `commit`.
    pub async fn commit_with(
        self,
        changes: impl FnOnce(&Device) -> Vec<Change> + 'static,
    ) -> Result<(), CommitError> {
        let clock_ms = clock::now_ms();
        let step = move |device: &Device| Ok(device.prepare(changes(device), clock_ms)?);
        self.run(Box::new(step), true, false).await?;
        self.kept.update(|count| *count += 1);
        Ok(())
    }

    /// Keeps what `step` works out from the phone as it is at that moment.
    ///
    /// # Errors
    /// Those of `step`, and as `commit`.
    pub async fn keep(
        self,
        step: impl FnOnce(&Device) -> Result<Vec<Write>, CommitError> + 'static,
    ) -> Result<(), CommitError> {
        self.run(Box::new(step), false, false).await
    }

    /// As `keep`, and reads everything anew afterwards.
    ///
    /// # Errors
    /// As `keep`.
    pub async fn keep_and_reload(
        self,
        step: impl FnOnce(&Device) -> Result<Vec<Write>, CommitError> + 'static,
    ) -> Result<(), CommitError> {
        self.run(Box::new(step), false, true).await
    }

    async fn run(self, step: Step, own: bool, reload: bool) -> Result<(), CommitError> {
        if !self.writes.get_untracked() {
            return Err(CommitError::OtherTab);
        }
        let (done, answer) = oneshot::channel();
        if own {
            self.unkept.update(|count| *count += 1);
        }
        let inner = self.inner.get_value();
        inner.queue.borrow_mut().push_back(Job { step, own, reload, done });
        if !inner.working.replace(true) {
            spawn_local(self.work(inner));
        }
        answer.await.unwrap_or(Err(CommitError::GivenUp))
    }

    async fn work(self, inner: Rc<Inner>) {
        loop {
            let Some(job) = inner.queue.borrow_mut().pop_front() else { break };
            let result = self.one(&inner, job.step, job.reload).await;
            if job.own {
                self.unkept.update(|count| *count = count.saturating_sub(1));
            }
            // Nobody waits any more when the screen that asked was left; it is kept all the same.
            let _ = job.done.send(result);
        }
        inner.working.set(false);
    }

    async fn one(self, inner: &Inner, step: Step, reload: bool) -> Result<(), CommitError> {
        let writes = self.device.with_untracked(step)?;
        if writes.is_empty() {
            return Ok(());
        }
        while let Err(refusal) = inner.store.keep(&writes).await {
            if refusal == StoreError::Locked {
                // The keys are gone: nothing that this page holds can be kept any more, and no sentence
                // about a full store is true.
                self.trouble.set(None);
                return Err(CommitError::GivenUp);
            }
            self.trouble.set(Some(refusal));
            if self.holds_words() {
                storage::keep_note(UNKEPT, Some("1"));
            }
            timer::wait_ms(RETRY_MS).await;
        }
        if self.trouble.with_untracked(Option::is_some) && !self.gone.get_untracked() {
            storage::keep_note(UNKEPT, None);
        }
        self.trouble.set(None);
        if reload {
            // What is in memory would write over what is kept now.
            while !self.reload().await {
                timer::wait_ms(RETRY_MS).await;
            }
        } else {
            self.device.update(|device| device.show(&writes));
        }
        self.changed.update(|count| *count += 1);
        Ok(())
    }

    /// Reads the store anew: after another tab wrote, or rows changed their keys. Gives whether it could.
    pub async fn reload(self) -> bool {
        let inner = self.inner.get_value();
        let loaded = inner.store.load().await;
        inner.store.forget_slips();
        match loaded {
            Ok(loaded) => {
                self.take_in(loaded);
                self.trouble.set(None);
                self.reloaded.update(|count| *count += 1);
                true
            }
            Err(refusal) => {
                self.trouble.set(Some(refusal));
                false
            }
        }
    }

    /// The person has read that it is gone.
    pub fn gone_was_read(self) {
        storage::keep_note(UNKEPT, None);
        self.gone.set(false);
    }

    /// Has fields hand over what they hold, as when a page is left, and waits until that is kept; not long
    /// for a store that refuses.
    pub async fn hand_over(self) {
        if let Ok(leaving) = web_sys::Event::new("pagehide") {
            let _ = window().dispatch_event(&leaving);
        }
        let start_ms = clock::now_ms();
        timer::wait_ms(0).await;
        while self.is_busy() && clock::now_ms() - start_ms < WAIT_MAX_MS {
            timer::wait_ms(20).await;
        }
    }

    /// Whether a commit is under way or waits for the store.
    pub fn is_busy(self) -> bool {
        self.inner.with_value(|inner| inner.working.get())
    }

    /// Whether what the person did waits for the store, and is in this page alone.
    pub fn holds_words(self) -> bool {
        self.unkept.get_untracked() > 0
    }

    /// Whether the store refuses what the person did.
    pub fn is_refused(self) -> bool {
        self.holds_words() && self.trouble.with_untracked(Option::is_some)
    }

    /// How much the office does not have yet, also of what is not kept yet.
    pub fn waiting(self) -> usize {
        self.device.with(Device::waiting) + self.unkept.get()
    }

    /// A small row outside the records; none also when it cannot be read.
    pub async fn side(self, key: &str) -> Option<Vec<u8>> {
        self.inner.get_value().store.side(key).await.ok().flatten()
    }

    /// Keeps or removes such a row.
    ///
    /// # Errors
    /// When the store refuses; nothing was kept then.
    pub async fn keep_side(self, key: &str, bytes: Option<&[u8]>) -> Result<(), StoreError> {
        self.inner.get_value().store.keep_side(key, bytes).await
    }

    /// The store with its lock.
    pub fn vault(self) -> Rc<Vault> {
        self.inner.get_value().store.clone()
    }

    /// Seals what waits and is not sealed to the server yet.
    pub async fn seal_missing(self) {
        let unsent = self.device.with_untracked(|device| device.outbox().cloned().collect());
        // What cannot be sealed now is tried after the next exchange, and stays in the vault.
        let _ = self.vault().seal_missing(unsent).await;
    }

    /// What this phone signs with; made now on a phone of before there were keys. None in a browser
    /// that cannot.
    pub async fn signer(self) -> Option<Signer> {
        let (signer, is_new) = self.vault().signer().await?;
        if is_new {
            // Before the server hears of the key: from then on it takes nothing unsigned.
            self.seal_missing().await;
        }
        Some(signer)
    }

    /// What tells the office that this phone is empty, prepared while there still is a key: the token
    /// and, after a space, the signature in hex.
    pub async fn farewell(self) -> Option<String> {
        let token = self.device.with_untracked(|device| device.me().map(|me| me.token.clone()))?;
        let Some(signer) = self.signer().await else { return Some(token) };
        let signature = signer.sign(&signed_request(WIPED, &token, &[])).await;
        Some(signature.map_or(token.clone(), |own| format!("{token} {}", to_hex(&own))))
    }

    /// Removes everything from this phone. The caller has made sure that it was handed over. The office
    /// hears it later, unless it was `told` before.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn empty(self, why: Emptied, told: bool) -> Result<(), StoreError> {
        let mut farewell = if told { None } else { self.farewell().await };
        if why == Emptied::HandedIn {
            // A token alone still opens the lists, and would stay here for anybody to read.
            farewell = farewell.filter(|said| said.contains(' '));
        }
        self.vault().empty(why, farewell.as_deref()).await?;
        self.device.set(Device::default());
        self.emptied.set(Some(why));
        Ok(())
    }
}
