//! What opens a phone by itself (a finger, a face), where there is no phone: Chromium's virtual
//! authenticator, which lives as long as the browser does. And the wraps in the vault: that of the PIN
//! and that of the passkey.

use crate::browser::Browser;
use crate::hands::PIN;
use crate::server::Server;
use anyhow::{Context, Result};
use serde_json::{Value, json};

/// What the app offers.
pub const SET_UP: &str = "Stel vingerafdruk of gezicht in";
pub const OPEN: &str = "Ontgrendel met vingerafdruk of gezicht";
pub const IS_ON: &str = "Dit staat aan. Uw pincode blijft ook werken";

/// The bytes of the wraps: a number each, or null.
const WRAPS: &str = "
    const done = arguments[arguments.length - 1];
    const open = indexedDB.open('aanbel');
    open.onsuccess = () => {
        const keys = open.result.transaction('keys').objectStore('keys');
        const found = {};
        for (const name of ['wrap', 'passkey']) {
            const row = keys.get(name);
            row.onsuccess = () => { found[name] = row.result ? [...row.result] : null; };
        }
        keys.transaction.oncomplete = () => { open.result.close(); done(found); };
    };";

/// Puts them back, as somebody would who copied them before.
const PUT_BACK: &str = "
    const done = arguments[arguments.length - 1];
    const open = indexedDB.open('aanbel');
    open.onsuccess = () => {
        const keys = open.result.transaction('keys', 'readwrite').objectStore('keys');
        for (const [name, bytes] of Object.entries(arguments[0])) {
            keys.put(new Uint8Array(bytes), name);
        }
        keys.transaction.oncomplete = () => { open.result.close(); done(true); };
    };";

/// The phone's own lock, as the browser sees it.
pub struct Finger<'b> {
    browser: &'b Browser,
    authenticator: Value,
}

impl Browser {
    /// From now on this phone asks for a finger, and gets the right one. Its passkeys give a secret, or
    /// are those of an older phone.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn finger(&self, gives_secret: bool) -> Result<Finger<'_>> {
        self.command("WebAuthn.enable", json!({})).await?;
        let options = json!({
            "protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": "internal",
            "hasResidentKey": true, "hasUserVerification": true, "hasPrf": gives_secret,
            "automaticPresenceSimulation": true, "isUserVerified": true,
        });
        let added = self.command("WebAuthn.addVirtualAuthenticator", json!({"options": options}));
        let authenticator = added.await?["authenticatorId"].clone();
        Ok(Finger { browser: self, authenticator })
    }

    /// Its owner lets the app open by her finger too.
    ///
    /// # Errors
    /// When the app does not say that it does.
    pub async fn set_up_finger(&self, server: &Server) -> Result<()> {
        self.goto(&server.url("/app/toestel")).await?;
        self.press(SET_UP).await?;
        self.fill("Uw pincode", PIN).await?;
        self.see("Gelukt. Op het slot staat nu een knop").await?;
        self.see(IS_ON).await
    }

    /// The wraps as they lie there: `wrap` by the PIN, `passkey` by the finger.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn wraps(&self) -> Result<Value> {
        Ok(self.page().execute_async(WRAPS, vec![]).await?.json().clone())
    }

    /// Puts wraps there that were copied before.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn put_back(&self, wraps: Value) -> Result<()> {
        self.page().execute_async(PUT_BACK, vec![wraps]).await?;
        Ok(())
    }
}

impl Finger<'_> {
    /// Whether it is hers from now on.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn is_hers(&self, hers: bool) -> Result<()> {
        let whose = json!({"authenticatorId": self.authenticator, "isUserVerified": hers});
        self.browser.command("WebAuthn.setUserVerified", whose).await?;
        Ok(())
    }

    /// The passkeys that this phone holds, as the browser tells of them.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn passkeys(&self) -> Result<Vec<Value>> {
        let whose = json!({"authenticatorId": self.authenticator});
        let told = self.browser.command("WebAuthn.getCredentials", whose).await?;
        told["credentials"].as_array().cloned().context("a list of passkeys")
    }
}
