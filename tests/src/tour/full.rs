//! The app on a phone that cannot keep anything more, and what it says once that was lost.

use super::{Failing, Stop, link};
use crate::browser::Browser;
use crate::places::enrolled_phone;
use crate::server::Server;
use anyhow::Result;

/// Nothing is kept from here on, and somebody taps.
const FULL: &str = "
    const buttons = [...document.querySelectorAll('button')];
    const tap = words => buttons.find(one => one.innerText.includes(words))?.click();
    tap('Ik heb het gezien');
    IDBTransaction.prototype.commit = function () { return this.abort(); };
    tap('Niemand thuis');";
const IDLE_MINUTES: u32 = 10;

/// A phone of somebody, and its screens.
///
/// # Errors
/// When the demo lacks something to look at.
pub async fn full(server: &Server, person: &str) -> Result<(Browser, Vec<Stop>)> {
    let phone = enrolled_phone(server, person).await?;
    let street = link(&phone, server, "/app/", "//a[contains(@class, 'card--link')]").await?;
    let door = "//li/a[contains(@class, 'row')][contains(., 'Nog niet aangebeld')]";
    let door = link(&phone, server, &street, door).await?;
    let full = |name, minutes, says| {
        let failing = Failing { script: FULL, minutes, says };
        Stop { failing: Some(failing), ..Stop::new(name, door.clone(), "Niemand thuis") }
    };
    let stops = vec![
        full("app-full", 0, "Sluit dit scherm niet"),
        full("app-full-locked", IDLE_MINUTES, "Aanbel is op slot"),
        Stop::new("app-not-kept", "/app/", "Wat u het laatst invulde, is niet bewaard"),
    ];
    Ok((phone, stops))
}
