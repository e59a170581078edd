//! One exchange with the office, and joining with a code: what is asked, what the answer changes.

use super::http::{self, Answer, Caller, NoAnswer};
use super::sealed::learn_key;
use crate::browser::{self, clock, random};
use crate::session::{CommitError, Session};
use crate::store::StoreError;
use crate::ui::prelude::*;
use aanbel_shared::sync::{
    Device, EnrolReply, EnrolRequest, Instruction, PROTOCOL, Problem, decode_plain, decode_reply,
    encode_plain, encode_request,
};

/// What the office's list of phones shows as the version.
pub const APP: &str = env!("CARGO_PKG_VERSION");

/// The row that remembers a code and a token that were sent but not answered yet.
const JOINING: &str = "joining";

/// Why an exchange did not happen. Nothing that was recorded is lost by any of these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkError {
    NoAnswer(NoAnswer),
    /// The answer is no message of ours.
    Unreadable,
    /// The office does not know this phone; with its sentence.
    NoAccess(String),
    /// The office refuses for another reason; with its sentence.
    Refused(String),
    Commit(CommitError),
    /// The office took nothing of what was sent.
    Stuck,
}

impl LinkError {
    pub fn sentence_nl(&self) -> String {
        match self {
            LinkError::NoAnswer(NoAnswer::Unreachable) if !browser::is_online() => {
                "Geen internet. Uw werk staat veilig op dit toestel.".into()
            }
            LinkError::NoAnswer(NoAnswer::Unreachable) => {
                "Geen verbinding met het kantoor. Uw werk staat veilig op dit toestel.".into()
            }
            LinkError::NoAnswer(NoAnswer::TimedOut) => {
                "Het kantoor antwoordt niet. We proberen het straks opnieuw.".into()
            }
            LinkError::NoAnswer(NoAnswer::Half) | LinkError::Unreadable => {
                "Het antwoord van het kantoor kwam niet heel aan. We proberen het straks opnieuw."
                    .into()
            }
            LinkError::NoAccess(sentence) | LinkError::Refused(sentence) => sentence.clone(),
            LinkError::Commit(error) => error.sentence_nl().into(),
            LinkError::Stuck => {
                "Het kantoor nam niet alles aan. Uw werk staat veilig op dit toestel.".into()
            }
        }
    }
}

/// An exchange that worked.
pub struct Done {
    /// Another should follow at once.
    pub more: bool,
    /// Version of the catalogue that this phone should hold.
    pub catalogue: String,
}

/// Sends what waits and takes in the answer.
///
/// # Errors
/// Every way in which it can fail; nothing changed then.
pub async fn once(session: Session, received: RwSignal<u32>) -> Result<Done, LinkError> {
    let (token, body, before) = session.device.with_untracked(|device| {
        let token = device.me().map(|me| me.token.clone());
        let request = device.request(APP, clock::now_ms());
        (token, encode_request(&request), (device.meta().kept, device.meta().remaining))
    });
    let (vault, signer) = (session.vault(), session.signer().await);
    let tells_key = !vault.key_is_told();
    let caller = token.as_deref().map_or(Caller::Nobody, |token| Caller::Phone {
        token,
        signer: signer.as_ref(),
        tells_key,
    });
    let answer = http::post("/api/sync", caller, &body).await;
    let answer = answer.map_err(LinkError::NoAnswer)?;
    if answer.status != 200 {
        return Err(refusal(&answer));
    }
    vault.key_was_told();
    let reply = decode_reply(&answer.body).map_err(|_| LinkError::Unreadable)?;
    let ops: usize = reply.pages.iter().map(|page| page.ops.len()).sum();
    let catalogue = reply.versions.catalogue.clone();
    let clock_ms = clock::now_ms();
    let kept = session.keep(move |device| Ok(device.absorb(&reply, clock_ms))).await;
    kept.map_err(LinkError::Commit)?;
    received.update(|count| *count += u32::try_from(ops).unwrap_or(u32::MAX));
    session.device.with_untracked(|device| {
        let after = (device.meta().kept, device.meta().remaining);
        let moved = ops > 0 || after != before;
        match wants_more(device) {
            // Without any progress another try would be the same: that is for later.
            true if !moved => Err(LinkError::Stuck),
            more => Ok(Done { more, catalogue }),
        }
    })
}

/// Whether another exchange should follow at once; also for a phone that may only hand over.
fn wants_more(device: &Device) -> bool {
    let hands_over =
        matches!(device.meta().instruction, Some(Instruction::Wipe | Instruction::Update));
    device.wants_more() || (hands_over && device.waiting() > 0)
}

fn refusal(answer: &Answer) -> LinkError {
    let told: Option<Problem> = decode_plain(&answer.body).ok();
    let sentence = told.map(|problem| problem.sentence);
    if matches!(answer.status, 401 | 403) {
        let sentence = sentence.unwrap_or_else(|| "Het kantoor kent dit toestel niet.".into());
        return LinkError::NoAccess(sentence);
    }
    LinkError::Refused(sentence.unwrap_or_else(|| {
        "Er ging iets mis bij het kantoor. Uw werk staat veilig op dit toestel.".into()
    }))
}

/// Why joining did not work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JoinError {
    Store(StoreError),
    Link(LinkError),
}

impl JoinError {
    pub fn sentence_nl(&self) -> String {
        match self {
            JoinError::Store(error) => error.sentence_nl().into(),
            JoinError::Link(LinkError::NoAnswer(NoAnswer::Unreachable)) => {
                "Er is geen verbinding. Voor het aanmelden hebt u één keer internet nodig.".into()
            }
            JoinError::Link(error) => error.sentence_nl(),
        }
    }
}

/// Joins with a one-time code. The token is kept before it is sent, so that after a lost answer the
/// same code and the same token give the same answer.
///
/// # Errors
/// When the code is refused, no answer came, or nothing can be kept.
pub async fn join(session: Session, code: &str) -> Result<(), JoinError> {
    let code = plain(code);
    let token = token_for(session, &code).await.map_err(JoinError::Store)?;
    let request = EnrolRequest {
        protocol: PROTOCOL,
        code,
        token: token.clone(),
        label: browser::label(),
        app: APP.to_owned(),
    };
    let signer = session.signer().await;
    let caller = Caller::Phone { token: &token, signer: signer.as_ref(), tells_key: true };
    let answer = http::post("/api/enrol", caller, &encode_plain(&request)).await;
    let answer = answer.map_err(|error| JoinError::Link(LinkError::NoAnswer(error)))?;
    if answer.status != 200 {
        return Err(JoinError::Link(refusal(&answer)));
    }
    let reply: EnrolReply =
        decode_plain(&answer.body).map_err(|_| JoinError::Link(LinkError::Unreadable))?;
    // First, so that whatever this phone records is sealed. Without an answer it is asked again.
    learn_key(session).await;
    let epoch = answer.epoch.and_then(|epoch| epoch.parse().ok());
    let joined = move |device: &Device| Ok(device.enrolled(&reply, &token, epoch)?);
    let kept = session.keep_and_reload(joined).await;
    kept.map_err(|error| JoinError::Link(LinkError::Commit(error)))?;
    // Left behind it does no harm: the next code is another one and gets its own token.
    let _ = session.keep_side(JOINING, None).await;
    Ok(())
}

/// The code as it is compared: without spaces and dashes, in capitals.
fn plain(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

async fn token_for(session: Session, code: &str) -> Result<String, StoreError> {
    let remembered = session.side(JOINING).await;
    if let Some(Ok((old_code, token))) = remembered.as_deref().map(decode_plain::<(String, String)>)
        && old_code == code
    {
        return Ok(token);
    }
    let token = random::token();
    session.keep_side(JOINING, Some(&encode_plain(&(code, &token)))).await?;
    Ok(token)
}
