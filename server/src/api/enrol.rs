//! POST /api/enrol: a phone joins with a one-time code. The same code with the same token gives
//! the same answer again, because replies get lost.

use super::message::{Formats, Sizes, Whole};
use crate::access::audit::{self, Action, Actor};
use crate::access::{Peer, PersonId, Proof, codes, hash_of};
use crate::error::AppError;
use crate::state::AppState;
use crate::store::{self, StoreError};
use aanbel_shared::programme::Role;
use aanbel_shared::record::DeviceNo;
use aanbel_shared::sync::{EPOCH_HEADER, EnrolReply, EnrolRequest, decode_plain, encode_plain};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName};
use axum::response::Response;
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

const PATH: &str = "/api/enrol";
const EPOCH_HEADER_NAME: HeaderName = HeaderName::from_static(EPOCH_HEADER);
/// Longest label and version that are kept, in characters.
const LABEL_MAX: usize = 80;

const WRONG: AppError = AppError::Bad(
    "code_wrong",
    "Deze code klopt niet. Kijk de code na, of vraag het kantoor om een nieuwe.",
);
const USED: AppError = AppError::Bad(
    "code_used",
    "Deze code is al gebruikt op een andere telefoon. Vraag het kantoor om een nieuwe.",
);
const EXPIRED: AppError = AppError::Bad(
    "code_expired",
    "Deze code is verlopen. Een code werkt 24 uur. Vraag het kantoor om een nieuwe.",
);
const BAD_KEY: AppError = AppError::Bad(
    "key",
    "Deze telefoon liet niet zien dat de sleutel van haar is. Probeer het nog eens.",
);
const BAD_TOKEN: AppError =
    AppError::Bad("token", "Deze telefoon maakte een verkeerde sleutel. Probeer het nog eens.");

/// The handler.
pub async fn enrol(
    State(state): State<AppState>,
    peer: Peer,
    formats: Formats,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let joined = answer(&state, peer, formats, &headers, body).await;
    let epoch = joined.as_ref().ok().and_then(|(_, epoch)| epoch.to_string().parse().ok());
    let mut response = formats.respond(joined.map(|(reply, _)| reply), encode_plain);
    response.headers_mut().extend(epoch.map(|epoch| (EPOCH_HEADER_NAME, epoch)));
    response
}

async fn answer(
    state: &AppState,
    peer: Peer,
    formats: Formats,
    headers: &HeaderMap,
    body: Body,
) -> Result<(EnrolReply, Uuid), AppError> {
    let now_ms = state.now_ms();
    if !state.limits.enrol(peer.0, now_ms) {
        return Err(AppError::TooMany);
    }
    let whole = Whole::of(headers, body, Sizes::SMALL).await?;
    let (proof, sent) = (Proof::of(headers), whole.bytes().to_vec());
    let request: EnrolRequest = formats.parse(whole, decode_plain).await?;
    // Phones of before there were keys join without one.
    let key = match proof.new_key(PATH, &request.token, &sent) {
        Ok(key) => key,
        Err(_) => return Err(BAD_KEY),
    };
    state.room_for_phones().await?;
    let actor = Actor::stranger(peer.0);
    let joined = state.writer.write(move |tx| {
        Ok((join(tx, &request, key.as_deref(), actor, now_ms)?, store::epoch(tx)?))
    });
    let joined = joined.await;
    if let Err(AppError::Bad(code, _)) = &joined {
        let line = actor.did(Action::Enrol, now_ms).refused().with("why", code);
        state.writer.write(move |tx: &Connection| audit::record(tx, line)).await?;
    }
    let reply = joined?;
    state.limits.enrolled(peer.0);
    Ok(reply)
}

/// What is known of a code.
struct Code {
    person: PersonId,
    expires_ms: i64,
    device: Option<u32>,
    /// Hash of the token of the device that used it.
    token_hash: Option<[u8; 32]>,
}

/// Gives a number to the phone that has this code; the same phone asking again gets the same one. `key`
/// is the public key that it signs with from now on.
///
/// # Errors
/// When the code is wrong, used or expired, or the token is no token; and those of the database.
pub fn join(
    tx: &Connection,
    request: &EnrolRequest,
    key: Option<&[u8]>,
    actor: Actor,
    now_ms: i64,
) -> Result<EnrolReply, AppError> {
    let is_token =
        request.token.len() == 64 && request.token.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_token {
        return Err(BAD_TOKEN);
    }
    let code_hash = codes::hash_typed(&request.code).ok_or(WRONG)?;
    let token_hash = hash_of(&request.token);
    let code = find(tx, &code_hash)?.ok_or(WRONG)?;
    if let Some(device) = code.device {
        // Its reply was lost: the very same phone asks again.
        let same = code.token_hash == Some(token_hash);
        return if same { reply(tx, DeviceNo(device), code.person, now_ms) } else { Err(USED) };
    }
    if code.expires_ms <= now_ms {
        return Err(EXPIRED);
    }
    if tx.prepare_cached("SELECT 1 FROM device WHERE token_hash = ?1")?.exists([token_hash])? {
        return Err(BAD_TOKEN);
    }
    let number = next_number(tx)?;
    tx.execute(
        "INSERT INTO device (number, person, token_hash, label, app, enrolled_ms, signing_key)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            number.0,
            code.person,
            token_hash,
            cut(&request.label),
            cut(&request.app),
            now_ms,
            key
        ],
    )?;
    tx.execute(
        "UPDATE enrol_code SET device = ?2 WHERE code_hash = ?1",
        params![code_hash, number.0],
    )?;
    let by = Actor { device: Some(number), ..actor.known_as(code.person) };
    audit::record(tx, by.did(Action::Enrol, now_ms).on(number))?;
    reply(tx, number, code.person, now_ms)
}

fn find(tx: &Connection, code_hash: &[u8; 32]) -> Result<Option<Code>, StoreError> {
    let mut query = tx.prepare_cached(
        "SELECT enrol_code.person, expires_ms, enrol_code.device, device.token_hash
         FROM enrol_code JOIN person ON person.id = enrol_code.person
         LEFT JOIN device ON device.number = enrol_code.device
         WHERE code_hash = ?1 AND person.active = 1",
    )?;
    let found = query.query_row([code_hash], |row| {
        let (person, expires_ms) = (row.get(0)?, row.get(1)?);
        Ok(Code { person, expires_ms, device: row.get(2)?, token_hash: row.get(3)? })
    });
    Ok(found.optional()?)
}

/// A number that no device ever had.
fn next_number(tx: &Connection) -> Result<DeviceNo, StoreError> {
    let number = tx.query_row(
        "UPDATE meta SET value = value + 1 WHERE key = 'next_device' RETURNING value - 1",
        [],
        |row| row.get(0),
    )?;
    Ok(DeviceNo(number))
}

fn reply(
    tx: &Connection,
    device: DeviceNo,
    person: PersonId,
    server_ms: i64,
) -> Result<EnrolReply, AppError> {
    let (name, role): (String, Role) =
        crate::access::people::find(tx, person)?.ok_or(AppError::NotFound)?;
    let organisation = store::organisation(tx)?;
    Ok(EnrolReply { device, person: name, role, organisation, server_ms })
}

pub(crate) fn cut(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(LABEL_MAX).collect()
}
