//! Passkeys of the phone itself (WebAuthn), and the secret that one gives for a salt (its extension
//! PRF). Nothing is signed in to and no server takes part; what the secret opens is the vault's.

use super::crypto::{self, Key, bytes, read};
use super::{js, random, window};
use wasm_bindgen::JsValue;

/// How the browser names a passkey: in letters, and in the bytes that these stand for.
pub type PasskeyId = (String, Vec<u8>);

/// What a new one is asked to be: of this phone, found by it without a list, never used without the
/// finger, face or code that opens the phone. Its name is all that the phone shows of it.
const NEW: &str = r#"{"rp":{"name":"Aanbel"},
"user":{"name":"Aanbel op dit toestel","displayName":"Aanbel op dit toestel"},
"pubKeyCredParams":[{"type":"public-key","alg":-7},{"type":"public-key","alg":-257}],
"authenticatorSelection":{"authenticatorAttachment":"platform","residentKey":"required",
"userVerification":"required"},"extensions":{"prf":{}},"timeout":60000}"#;
/// How one of them is asked.
const KNOWN: &str = r#"{"allowCredentials":[{"type":"public-key","transports":["internal"]}],
"userVerification":"required","extensions":{"prf":{"eval":{}}},"timeout":60000}"#;

/// Why there is no new passkey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotMade {
    /// By the person or the phone; which of them, browsers do not tell.
    Stopped,
    /// This phone's passkeys give no secret.
    NoSecret,
}

/// Whether this browser could make one. That it gives a secret shows only when it is made, unless the
/// browser says beforehand that it never does.
pub async fn is_offered() -> bool {
    let Some(class) = class() else { return false };
    let ask = async |what: &str| js::settle(js::call(&class, what, &[])).await;
    let opens = ask("isUserVerifyingPlatformAuthenticatorAvailable").await;
    if !opens.is_some_and(|yes| yes.is_truthy()) {
        return false;
    }
    let told = ask("getClientCapabilities").await;
    told.and_then(|told| js::get(&told, "extension:prf")).is_none_or(|yes| yes.is_truthy())
}

/// Makes one; the phone asks the person.
///
/// # Errors
/// When there is none afterwards.
pub async fn create() -> Result<PasskeyId, NotMade> {
    let made = async {
        let wish = js::parse(NEW)?;
        js::set(&js::get(&wish, "user")?, "id", bytes(&random::fill::<16>()));
        let made = ceremony("create", wish).await?;
        let id = (js::get(&made, "id")?.as_string()?, read(js::get(&made, "rawId")?)?);
        Some((prf(&made).and_then(|prf| js::get(&prf, "enabled")), id))
    };
    let (gives_secret, id) = made.await.ok_or(NotMade::Stopped)?;
    if gives_secret.is_some_and(|yes| yes.is_truthy()) {
        return Ok(id);
    }
    forget(&id);
    Err(NotMade::NoSecret)
}

/// The key that follows from what this passkey says to this salt; the phone asks the person. None when
/// she stops, when the phone refuses, or when it does not have the passkey any more.
pub async fn key(id: &PasskeyId, salt: &[u8], purpose: &str) -> Option<Key> {
    let wish = js::parse(KNOWN)?;
    let known = js::get(&js::get(&wish, "allowCredentials")?, "0")?;
    js::set(&known, "id", bytes(&id.1));
    let asked = js::get(&js::get(&js::get(&wish, "extensions")?, "prf")?, "eval")?;
    js::set(&asked, "first", bytes(salt));
    let given = prf(&ceremony("get", wish).await?)?;
    let secret = js::get(&js::get(&given, "results")?, "first")?;
    crypto::key_from(&secret, salt, purpose).await
}

/// Tells the phone that it may drop this one. A browser that cannot leaves it in the phone's list,
/// where it opens nothing.
pub fn forget(id: &PasskeyId) {
    let host = window().location().hostname().unwrap_or_default();
    let gone = js::object(&[("rpId", host.into()), ("credentialId", id.0.as_str().into())]);
    drop(class().and_then(|class| js::call(&class, "signalUnknownCredential", &[&gone])));
}

fn class() -> Option<JsValue> {
    js::get(&window(), "PublicKeyCredential")
}

/// Does what only the person at the phone can let happen. The challenge is for a server that checks
/// answers; here it is chance, and what counts is the secret.
async fn ceremony(method: &str, wish: JsValue) -> Option<JsValue> {
    js::set(&wish, "challenge", bytes(&random::fill::<32>()));
    let passkeys = js::get(&window().navigator(), "credentials")?;
    js::settle(js::call(&passkeys, method, &[&js::object(&[("publicKey", wish)])])).await
}

/// What an answer says about the secret.
fn prf(answer: &JsValue) -> Option<JsValue> {
    js::get(&js::call(answer, "getClientExtensionResults", &[])?, "prf")
}
