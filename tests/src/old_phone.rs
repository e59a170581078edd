//! A phone of before there was a vault, and its death at any single step of what its browser is asked to
//! keep. The app knows nothing of it: the browser's own functions are counted.

use crate::browser::{Browser, Look};
use crate::phones::{door, made_up, nobody, phone_of};
use crate::server::Server;
use crate::street::{WALKERS, database};
use crate::wait;
use aanbel_shared::record::RecordId;
use aanbel_shared::sync::{encode_plain, encode_stored_op};
use anyhow::{Context, Result};
use serde_json::{Value, json};

/// Its two kinds of rows, all readable.
const OLD_STORE: &str = "
    const done = arguments[arguments.length - 1];
    const open = indexedDB.open('aanbel', 1);
    open.onupgradeneeded = () => {
        for (const name of ['ops', 'side']) { open.result.createObjectStore(name); }
    };
    open.onsuccess = () => {
        const step = open.result.transaction(['ops', 'side'], 'readwrite');
        for (const [name, key, bytes] of arguments[0]) {
            step.objectStore(name).put(new Uint8Array(bytes), key);
        }
        step.oncomplete = () => { open.result.close(); done(true); };
    };";

const COUNT: &str = "
    const done = arguments[arguments.length - 1];
    const open = indexedDB.open('aanbel');
    open.onsuccess = () => {
        const names = [...open.result.objectStoreNames];
        const step = open.result.transaction(names);
        const counts = {};
        for (const name of names) {
            const rows = step.objectStore(name).count();
            rows.onsuccess = () => { counts[name] = rows.result; };
        }
        step.oncomplete = () => { open.result.close(); done(counts); };
    };";

/// Counts every step of keeping. At the one to stop at it holds the page still, with the step's name for
/// whoever drives the browser; nothing of the page goes on until somebody answers, and nobody does.
const STEPS: &str = "
    window.keptSteps = [];
    const step = name => {
        const number = window.keptSteps.push(name);
        if (number === STOP_AT) alert(`${number} ${name}`);
    };
    const before = (kind, name, told) => {
        const real = kind.prototype[name];
        kind.prototype[name] = function (...rest) {
            step(told(this, rest).replace(/[0-9]+/g, '#'));
            return real.apply(this, rest);
        };
    };
    before(IDBFactory, 'open', () => 'open');
    before(IDBDatabase, 'createObjectStore', (_, [shelf]) => `create ${shelf}`);
    before(IDBObjectStore, 'clear', shelf => `clear ${shelf.name}`);
    before(IDBObjectStore, 'delete', (shelf, [key]) => `delete ${shelf.name}/${key}`);
    before(IDBObjectStore, 'put', (shelf, [, key]) => `put ${shelf.name}/${key}`);
    const begin = IDBDatabase.prototype.transaction;
    IDBDatabase.prototype.transaction = function (shelves, mode, ...rest) {
        if (mode !== 'readwrite') return begin.call(this, shelves, mode, ...rest);
        step('begin');
        const begun = begin.call(this, shelves, mode, ...rest);
        begun.addEventListener('complete', () => step('complete'));
        return begun;
    };
    const commit = IDBTransaction.prototype.commit;
    IDBTransaction.prototype.commit = function () {
        step('commit');
        commit.call(this);
        step('committed');
    };";

/// Such a phone, with a street and one visit that was not sent.
pub struct OldPhone {
    pub browser: Browser,
    /// Its number at the server.
    pub number: u32,
    pub door: RecordId,
    pub visit: RecordId,
    /// Rows that it kept, all readable.
    pub rows: usize,
}

impl OldPhone {
    /// The `number`-th of them, ready to open the app for the first time since there is a lock.
    ///
    /// # Errors
    /// When it cannot be made.
    pub async fn start(server: &Server, number: usize) -> Result<OldPhone> {
        let token = format!("old {number}");
        let mut old = phone_of(server, WALKERS[0], &token).await?;
        let place = door(&old, number)?;
        let visit = made_up(&token);
        old.write(vec![nobody(visit, place)])?;
        // Phones of before the lock had no key either; the app brings one at its first contact.
        let number = old.device.me().context("enrolled")?.device.0;
        let keyless = "UPDATE device SET signing_key = NULL WHERE number = ?1";
        database(server.data())?.execute(keyless, [number])?;
        let ops = old
            .store
            .values()
            .map(|stored| json!(["ops", stored.op.dot.to_string(), encode_stored_op(stored)]));
        let mut rows: Vec<_> = ops.collect();
        rows.push(json!(["side", "meta", encode_plain(old.device.meta())]));
        let count = rows.len();
        let mut browser = Browser::start(Look::PHONE).await?;
        browser.may_be_readable(
            "what was readable before there was a lock is deleted, not overwritten",
        );
        browser.load(&server.url("/api/openapi.json")).await?;
        browser.page().execute_async(OLD_STORE, vec![json!(rows)]).await?;
        Ok(OldPhone { browser, number, door: place.0, visit, rows: count })
    }
}

impl Browser {
    /// Rows of the app's store by shelf.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn rows(&self) -> Result<Value> {
        Ok(self.page().execute_async(COUNT, vec![]).await?.json().clone())
    }

    /// From the next page on steps of keeping are counted, and the one with this number, from 1 on, is
    /// not done any more.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn stop_before(&self, step: Option<usize>) -> Result<()> {
        let number = step.unwrap_or_default().to_string();
        let script = json!({ "source": STEPS.replace("STOP_AT", &number) });
        self.command("Page.addScriptToEvaluateOnNewDocument", script).await?;
        Ok(())
    }

    /// Names of the steps that this page did.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn steps(&self) -> Result<Vec<String>> {
        Ok(self.page().execute("return window.keptSteps", vec![]).await?.convert()?)
    }

    /// Waits until the page stands still at its step; number and name of that step.
    ///
    /// # Errors
    /// When it never does.
    pub async fn stopped(&self) -> Result<String> {
        let told = async || self.page().get_alert_text().await.ok();
        wait::until("the page to stop at its step", told).await
    }
}
