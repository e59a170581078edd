//! Handing over what is sealed to the server: also by a phone that is locked or lost its keys. It
//! needs no token, for who wrote what, and the signature of it, is inside.

use super::http::{self, Caller};
use crate::session::Session;
use crate::store::vault::{Vault, WIPED};
use aanbel_shared::sync::{POINT_LEN, SealedBatch, SealedReply, decode_plain, encode_plain};

const SEALING_KEY: &str = "/api/sealing-key";
/// Most envelopes in one message.
const BATCH_MAX: usize = 500;

/// Sends all that is sealed; gives how many are left here. Without signal that is all of them.
pub async fn hand_over(vault: &Vault) -> usize {
    let Ok(rows) = vault.sealed().await else { return 0 };
    let mut left = rows.len();
    for rows in rows.chunks(BATCH_MAX) {
        let sealed = rows.iter().map(|(_, sealed)| sealed.clone()).collect();
        let body = encode_plain(&SealedBatch { sealed });
        let answer = http::post("/api/sealed", Caller::Nobody, &body).await;
        let Ok(answer) = answer else { return left };
        let reply = (answer.status == 200).then(|| decode_plain::<SealedReply>(&answer.body));
        let Some(Ok(SealedReply { kept })) = reply else { return left };
        let names = rows.iter().zip(kept).filter(|(_, kept)| *kept);
        let names: Vec<String> = names.map(|((name, _), _)| name.clone()).collect();
        if vault.let_go(&names).await.is_ok() {
            left -= names.len();
        }
    }
    left
}

/// Tells the office that this phone was emptied, each time that it has not heard of. Without an answer it
/// is told again at the next occasion.
pub async fn tell_wiped(vault: &Vault) {
    for farewell in vault.untold().await {
        if say_wiped(&farewell).await {
            // When this cannot be kept the office hears it once more.
            let _ = vault.told(&farewell).await;
        }
    }
}

/// Whether the office has heard this farewell: the token of an empty phone and what it signed, as
/// `Session::farewell` gives them; or its key and what it signed, as a locked vault does.
pub async fn say_wiped(farewell: &str) -> bool {
    let caller = match farewell.split_once(' ') {
        Some((point, signature)) if point.len() == 2 * POINT_LEN => {
            Caller::Keyed { point, signature }
        }
        Some((token, signature)) => Caller::Signed { token, signature },
        None => Caller::Token(farewell),
    };
    let answer = http::post(WIPED, caller, &[]).await;
    // An office that does not know the phone or its key (any more) has nothing to hear.
    answer.is_ok_and(|answer| matches!(answer.status, 204 | 401 | 403))
}

/// Learns what this phone seals to, and seals what waits.
pub async fn learn_key(session: Session) {
    if let Ok(answer) = http::get(SEALING_KEY, Caller::Nobody).await
        && answer.status == 200
    {
        // When it cannot be kept it is asked for again after the next exchange.
        let _ = session.vault().take_server_key(&answer.body).await;
    }
    session.seal_missing().await;
}

/// After an exchange: what this phone seals to, what it did not seal yet, and what an earlier life of
/// it left behind.
pub async fn follow(session: Session) {
    let vault = session.vault();
    match vault.knows_server() {
        true => session.seal_missing().await,
        false => learn_key(session).await,
    }
    let waiting = vault.sealed().await.map_or(0, |rows| rows.len());
    // What an earlier life recorded comes in before its phone is known to be empty.
    if waiting == 0 || hand_over(&vault).await == 0 {
        tell_wiped(&vault).await;
    }
}

/// The office's clock, ms since 1970; none without an answer that can only be the office's.
pub async fn office_clock_ms() -> Option<i64> {
    let answer = http::get(SEALING_KEY, Caller::Nobody).await.ok()?;
    let is_office = answer.status == 200 && answer.body.len() == POINT_LEN;
    answer.at_ms.filter(|_| is_office)
}
