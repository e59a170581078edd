//! The form that a passkey fills in, wherever one is asked. It is hidden until the script finds that this
//! browser can: without a script there is the code. What an answer is worth is decided in `access`.

use super::assets;
use super::parts::{self, Tone};
use crate::access::audit::Actor;
use crate::access::passkeys::{self, Challenge, Site};
use crate::access::{PersonId, hex};
use crate::state::AppState;
use crate::store::StoreError;
use leptos::prelude::*;
use rusqlite::Connection;

/// What a browser is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    site: Site,
    challenge: Challenge,
    /// Names of the passkeys that she has.
    known: Vec<Vec<u8>>,
}

/// A question for a new passkey; none where there are no passkeys.
pub async fn ask_new(
    state: &AppState,
    person: PersonId,
    actor: Actor,
) -> Result<Option<Question>, StoreError> {
    let Some(site) = Site::of(&state.config) else { return Ok(None) };
    let now_ms = state.now_ms();
    let job = move |tx: &Connection| -> Result<Question, StoreError> {
        let known = passkeys::of(tx, person)?.into_iter().map(|one| one.credential).collect();
        Ok(Question { site, challenge: passkeys::ask(tx, actor.session, now_ms)?, known })
    };
    Ok(Some(state.writer.write(job).await?))
}

/// A question for one of her passkeys; none when she has none.
pub async fn ask(
    state: &AppState,
    person: PersonId,
    actor: Actor,
) -> Result<Option<Question>, StoreError> {
    let has_none = state.reader.read(move |db| passkeys::of(db, person)).await?.is_empty();
    if has_none { Ok(None) } else { ask_new(state, person, actor).await }
}

/// What the form is for.
pub struct Form<'a> {
    /// Where it goes.
    pub action: &'static str,
    pub csrf: &'a str,
    pub heading: &'static str,
    pub text: &'static str,
    pub button: &'static str,
    /// Other fields of it.
    pub more: AnyView,
}

impl Form<'_> {
    /// The form with the fields that the script fills.
    pub fn answering(self, question: &Question) -> AnyView {
        let fields = ["credential", "client_data", "authenticator_data", "signature"];
        self.view(question, "get", None, &fields)
    }

    /// The same for a new passkey of this person: her number, name to sign in with, and name.
    pub fn making(self, question: &Question, owner: (PersonId, String, String)) -> AnyView {
        self.view(question, "create", Some(owner), &["client_data", "authenticator_data"])
    }

    fn view(
        self,
        question: &Question,
        what: &'static str,
        owner: Option<(PersonId, String, String)>,
        fields: &[&'static str],
    ) -> AnyView {
        let known: Vec<String> = question.known.iter().map(|id| hex(id)).collect();
        let number = owner.as_ref().map(|owner| hex(&owner.0.0.to_be_bytes()));
        let login = owner.as_ref().map(|owner| owner.1.clone());
        let name = owner.map(|owner| owner.2);
        let fields = fields.iter().map(|name| view! { <input type="hidden" name=*name/> });
        view! {
            <form
                class="aanbel-card aanbel-form"
                method="post"
                action=self.action
                hidden=true
                data-passkey=what
                data-site=question.site.host().to_owned()
                data-challenge=hex(&question.challenge)
                data-known=known.join(" ")
                data-number=number
                data-login=login
                data-name=name
            >
                <input type="hidden" name="csrf" value=self.csrf.to_owned()/>
                {fields.collect_view()}
                <h2>{self.heading}</h2>
                <p>{self.text}</p>
                {self.more}
                <button class="nl-button nl-button--primary" type="submit">{self.button}</button>
                {problem("", "U bent gestopt, of het duurde te lang. Probeer het nog eens.")}
                {problem("InvalidStateError", "Dit toestel heeft al een passkey voor u.")}
            </form>
            <script src=assets::url("passkey.js") defer></script>
        }
        .into_any()
    }
}

/// Shown by the script when the browser gives no answer, for this reason.
fn problem(reason: &'static str, sentence: &'static str) -> AnyView {
    view! {
        <div hidden=true data-problem=reason>{parts::alert(Tone::Bad, "Dat lukt niet.", sentence)}</div>
    }
    .into_any()
}
