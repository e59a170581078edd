//! Handing in this phone, and the rescue file for a phone that cannot send any more.

use crate::browser::{clock, file};
use crate::kit::kit;
use crate::link::sealed::say_wiped;
use crate::session::Session;
use crate::store::vault::Emptied;
use crate::ui::banner::{Banner, Tone};
use crate::ui::prelude::*;
use aanbel_shared::sync::{SealedBatch, encode_plain};
use leptos::task::spawn_local;

const NOT_SEALED: &str = "Dat lukte niet. Dit toestel moet één keer verbinding met het kantoor hebben gehad. Bel het kantoor.";
const UNKEPT: &str = "Dat lukt nu niet. Wacht tot alles op dit toestel is bewaard.";
const NOT_GIVEN: &str = "Het bestand is niet opgeslagen. Probeer het nog een keer.";

#[component]
pub fn HandIn() -> impl IntoView {
    let session = kit().session;
    let waiting = Memo::new(move |_| session.waiting());
    let rescued = RwSignal::new(false);
    view! {
        <section aria-labelledby="inleveren">
            <h2 id="inleveren">"Dit toestel inleveren"</h2>
            <p>"Stopt u, of krijgt u een ander toestel? Maak Aanbel dan hier leeg."</p>
            {move || (!session.writes.get()).then(|| view! { <Elsewhere /> })}
            {move || (session.writes.get() && waiting.get() > 0).then(|| view! { <Unsent session number=waiting.get() rescued /> })}
            {move || (session.writes.get() && (waiting.get() == 0 || rescued.get())).then(|| view! { <Empty session rescued /> })}
        </section>
    }
}

/// Only the window that writes knows what is not kept yet.
#[component]
fn Elsewhere() -> impl IntoView {
    view! {
        <Banner tone=Tone::Warn>
            <p>"Inleveren kan hier nu niet: Aanbel staat ook open in een ander venster. Kies eerst bovenaan ‘Verder in dit venster’."</p>
        </Banner>
    }
}

/// What waits goes first, by sending or as a file.
#[component]
fn Unsent(session: Session, number: usize, rescued: RwSignal<bool>) -> impl IntoView {
    let problem = RwSignal::new(None::<&'static str>);
    let save = move |_| {
        spawn_local(async move {
            let told = rescue(session, number).await;
            problem.try_set(told.err());
            rescued.try_set(told.is_ok());
        });
    };
    let words = match number {
        1 => "Er wacht nog 1 wijziging op versturen.".to_owned(),
        many => format!("Er wachten nog {many} wijzigingen op versturen."),
    };
    view! {
        <Banner tone=Tone::Warn>
            <p>{words}" Verstuur die eerst. Daarna kunt u dit toestel inleveren."</p>
        </Banner>
        <p>"Lukt versturen niet meer? Sla een reddingsbestand op en stuur het naar het kantoor. Alleen het kantoor kan het lezen."</p>
        {move || problem.get().map(|sentence| view! {
            <Banner tone=Tone::Bad><p>{sentence}</p></Banner>
        })}
        <button type="button" class="button button--wide" on:click=handle(save)>"Reddingsbestand opslaan"</button>
        {move || rescued.get().then(|| view! {
            <p role="status">"Het reddingsbestand is opgeslagen. Stuur het naar het kantoor."</p>
        })}
    }
}

/// Gives the person everything unsent, sealed to the server.
async fn rescue(session: Session, number: usize) -> Result<(), &'static str> {
    if session.holds_words() {
        return Err(UNKEPT);
    }
    session.seal_missing().await;
    let sealed = session.vault().sealed().await.map_err(|error| error.sentence_nl())?;
    if sealed.len() < number {
        return Err(NOT_SEALED);
    }
    let batch = SealedBatch { sealed: sealed.into_iter().map(|(_, sealed)| sealed).collect() };
    let today = clock::day_iso(clock::local_day(clock::now_ms()));
    let name = format!("aanbel-redding-{today}.aanbel");
    if file::give(&name, &encode_plain(&batch)).await { Ok(()) } else { Err(NOT_GIVEN) }
}

#[component]
fn Empty(session: Session, rescued: RwSignal<bool>) -> impl IntoView {
    let sure = RwSignal::new(false);
    let problem = RwSignal::new(None::<&'static str>);
    let empty = move |_| {
        spawn_local(async move {
            // The office would set aside what still comes from an empty phone, so it hears only when
            // nothing will; what it did not hear now, it hears when there is a net.
            let waits = untrack(|| session.waiting()) > 0;
            let farewell = session.farewell().await;
            // Meanwhile another window may have begun to write.
            let may_go = || session.writes.get_untracked() && !session.holds_words();
            let told = match farewell {
                Some(farewell) if !waits && may_go() => say_wiped(&farewell).await,
                _ => false,
            };
            if !may_go() {
                problem.try_set(Some(UNKEPT));
                return;
            }
            if let Err(error) = session.empty(Emptied::HandedIn, told).await {
                problem.try_set(Some(error.sentence_nl()));
            }
        });
    };
    let last = move || match rescued.get() {
        true => "Ja, het bestand is bij het kantoor. Maak leeg",
        false => "Ja, maak dit toestel leeg",
    };
    view! {
        {move || problem.get().map(|sentence| view! {
            <Banner tone=Tone::Bad><p>{sentence}</p></Banner>
        })}
        {move || if sure.get() {
            view! {
                <p>"Alles van Aanbel verdwijnt van dit toestel. Dat kunt u niet terugdraaien."</p>
                <button type="button" class="button button--danger button--wide" on:click=handle(empty)>{move || last()}</button>
            }
        } else {
            view! {
                <button type="button" class="button button--wide" on:click=handle(move |_| sure.set(true))>"Dit toestel inleveren"</button>
            }
        }}
    }
}
