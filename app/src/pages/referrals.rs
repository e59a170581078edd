//! The referrals of a case: to whom, warm or cold, and what came of each. They are made in a talk.

use crate::form::{FormFields, Subject, words};
use crate::kit::kit;
use crate::ui::icon::{Icon, Symbol};
use crate::ui::prelude::*;
use aanbel_shared::programme::{self, is_refused};
use aanbel_shared::record::{Record, RecordId, WorklistId};

#[derive(Clone, PartialEq)]
struct Line {
    id: RecordId,
    worklist: WorklistId,
    to: String,
    state: String,
    refused: bool,
}

fn line(referral: &Record) -> Line {
    let word =
        |field| referral.str(field).map(|key| words::choice("referral", field, key).to_owned());
    let way = match referral.str("way") {
        Some("warm") => ", warm",
        Some("cold") => ", koud",
        _ => "",
    };
    let to = word("organisation").unwrap_or_else(|| "Nog niemand gekozen".to_owned());
    let came = word("result").or_else(|| word("refusal"));
    let state = match (word("answer"), came) {
        (None, _) => "Wacht op antwoord".to_owned(),
        (Some(answer), None) => answer,
        (Some(answer), Some(came)) => format!("{answer}: {came}"),
    };
    Line {
        id: referral.id,
        worklist: referral.worklist,
        to: format!("{to}{way}"),
        state,
        refused: is_refused(referral),
    }
}

#[component]
pub fn Referrals(case: RecordId) -> impl IntoView {
    let session = kit().session;
    let lines = Memo::new(move |_| {
        session.device.with(|device| {
            let case = programme::Case::of(device.records(), case);
            case.map(|case| case.referrals.iter().map(|one| line(one)).collect::<Vec<_>>())
                .unwrap_or_default()
        })
    });
    // Drawn by id, so that an answer that is being given does not close its card.
    let ids = Memo::new(move |_| {
        lines.get().into_iter().map(|line| (line.id, line.worklist)).collect::<Vec<_>>()
    });
    let one = move |(id, worklist): (RecordId, WorklistId)| {
        let line = Memo::new(move |_| lines.get().into_iter().find(|line| line.id == id));
        view! { <Referral subject=Subject::new(id, "referral", worklist) line /> }
    };
    view! {
        <section class="part" aria-labelledby="doorverwijzingen">
            <h2 id="doorverwijzingen">"Doorverwijzingen"</h2>
            {move || ids.get().is_empty().then(|| view! {
                <p>"Nog niet doorverwezen. Dat doet u in een gesprek."</p>
            })}
            <For each=move || ids.get() key=|one| *one children=one />
        </section>
    }
}

#[component]
fn Referral(subject: Subject, line: Memo<Option<Line>>) -> impl IntoView {
    let state = move || {
        line.get().map(|line| {
            let (class, icon) = if line.refused {
                ("badge badge--bad", Icon::Warning)
            } else {
                ("badge", Icon::Flag)
            };
            view! { <span class=class><Symbol icon /><span>{line.state}</span></span> }
        })
    };
    view! {
        <details class="card">
            <summary><span>{move || line.get().map(|line| line.to)}</span>" "{state}</summary>
            <FormFields subject section="answer" />
        </details>
    }
}
