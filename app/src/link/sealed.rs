//! Handing over what is sealed to the server: also by a phone that is locked or lost its keys. It
//! needs no token, for who wrote what is inside.

use super::http;
use crate::session::Session;
use crate::store::vault::Vault;
use aanbel_shared::sync::{SealedBatch, SealedReply, decode_plain, encode_plain};

/// Most envelopes in one message.
const BATCH_MAX: usize = 500;

/// Sends all that is sealed; gives how many are left here. Without signal that is all of them.
pub async fn hand_over(vault: &Vault) -> usize {
    let Ok(rows) = vault.sealed().await else { return 0 };
    let mut left = rows.len();
    for rows in rows.chunks(BATCH_MAX) {
        let sealed = rows.iter().map(|(_, sealed)| sealed.clone()).collect();
        let body = encode_plain(&SealedBatch { sealed });
        let answer = http::post("/api/sealed", None, &body).await;
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

/// Tells the office that this phone is empty, unless it has heard. Without an answer it is told again
/// at the next occasion.
pub async fn tell_wiped(vault: &Vault) {
    if let Some(token) = vault.untold().await
        && say_wiped(&token).await
    {
        let _ = vault.told().await;
    }
}

/// Whether the office has heard that the phone of this token is empty.
pub async fn say_wiped(token: &str) -> bool {
    let answer = http::post("/api/wiped", Some(token), &[]).await;
    // An office that does not know the phone (any more) has nothing to hear.
    answer.is_ok_and(|answer| matches!(answer.status, 204 | 401))
}

/// After an exchange: what this phone seals to, what it did not seal yet, and what an earlier life of
/// it left behind.
pub async fn follow(session: Session) {
    let vault = session.vault();
    let known = vault.knows_server();
    if !known
        && let Ok(answer) = http::get("/api/sealing-key", None).await
        && answer.status == 200
    {
        // When it cannot be kept it is asked for again after the next exchange.
        let _ = vault.take_server_key(&answer.body).await;
    }
    session.seal_missing().await;
    if vault.sealed().await.is_ok_and(|rows| !rows.is_empty()) {
        hand_over(&vault).await;
    }
}
