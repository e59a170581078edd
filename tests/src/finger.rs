//! What opens a phone by itself (a finger, a face), where there is no phone: Chromium's virtual
//! authenticator. It lives as long as the browser does.

use crate::browser::Browser;
use anyhow::{Context, Result};
use serde_json::{Value, json};

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
