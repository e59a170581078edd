//! The card itself: the chooser of languages, its sections, and the button that prints it.

use super::given::{Agreement, Given};
use super::places::{self, Place};
use super::speaker::Speaker;
use crate::browser::window;
use aanbel_shared::card::{CardFile, Phrase};
use leptos::prelude::*;

const VISIT: [Phrase; 6] = [
    Phrase::VisitWhy,
    Phrase::VisitFree,
    Phrase::VisitOptional,
    Phrase::VisitNoHarm,
    Phrase::VisitNotTax,
    Phrase::VisitDecides,
];
const BRING: [Phrase; 3] = [Phrase::BringCard, Phrase::BringIdentity, Phrase::BringLetters];
const DATA: [Phrase; 4] =
    [Phrase::DataLittle, Phrase::DataNever, Phrase::DataWithdraw, Phrase::DataRemove];

#[component]
pub fn Body(card: CardFile, given: StoredValue<Given>) -> impl IntoView {
    let language = RwSignal::new(given.with_value(|given| card.place_of(&given.language)));
    let card = StoredValue::new(card);
    move || {
        let speaker = Speaker { card, language: language.get() };
        let (code, direction) = speaker.of(|one| (one.code.clone(), one.direction.clone()));
        view! {
            <main class="rcard" id="inhoud" lang=code dir=direction>
                {chooser(speaker, language)}
                {given.with_value(|given| sections(speaker, given))}
                <button type="button" class="button rcard__print" on:click=move |_| {
                    // A browser that cannot print has no other way to say so.
                    let _ = window().print();
                }>{speaker.sign_and_say(Phrase::Print)}</button>
            </main>
        }
    }
}

/// Every language by the name that its speakers give it.
fn chooser(speaker: Speaker, language: RwSignal<usize>) -> AnyView {
    let names = speaker.card.with_value(|card| {
        let names = card.languages.iter().enumerate();
        let button = |(place, one): (usize, &aanbel_shared::card::Language)| {
            let is_chosen = place == speaker.language;
            view! {
                <button type="button" class="rcard__language" lang=one.code.clone() dir=one.direction.clone()
                    aria-pressed=is_chosen.to_string() on:click=move |_| language.set(place)>
                    {one.name.clone()}
                </button>
            }
        };
        names.map(button).collect_view()
    });
    let label = speaker.text(Phrase::Language);
    view! { <div class="rcard__languages" role="group" aria-label=label>{names}</div> }.into_any()
}

fn sections(speaker: Speaker, given: &Given) -> AnyView {
    let head = view! {
        <h1 tabindex="-1">{speaker.say(Phrase::Title)}</h1>
        {(!speaker.is_checked()).then(|| view! { <p class="rcard__unchecked">{speaker.say(Phrase::Unchecked)}</p> })}
        {given.talked_on.map(|day| dated(speaker, Phrase::TalkedOn, day))}
    };
    let agreements = given.agreements.as_deref();
    let to_bring = agreements.is_some_and(|agreements| !agreements.is_empty());
    let days = given.days.iter().map(|(phrase, day)| dated(speaker, *phrase, *day)).collect_view();
    view! {
        <header class="rcard__head">{head}</header>
        {agreements.map(|agreements| section(speaker, Phrase::Agreed, agreed(speaker, agreements)))}
        {(!given.days.is_empty()).then(|| section(speaker, Phrase::When, days.into_any()))}
        {to_bring.then(|| section(speaker, Phrase::Bring, lines(speaker, &BRING)))}
        {section(speaker, Phrase::Visit, lines(speaker, &VISIT))}
        {section(speaker, Phrase::Help, help(speaker, agreements.unwrap_or_default()))}
        {section(speaker, Phrase::Data, lines(speaker, &DATA))}
        <p class="rcard__thanks">{speaker.sign_and_say(Phrase::Thanks)}</p>
    }
    .into_any()
}

fn section(speaker: Speaker, heading: Phrase, inside: AnyView) -> AnyView {
    view! { <section><h2>{speaker.sign_and_say(heading)}</h2>{inside}</section> }.into_any()
}

fn lines(speaker: Speaker, phrases: &[Phrase]) -> AnyView {
    let line = |phrase: &Phrase| view! { <li>{speaker.sign_and_say(*phrase)}</li> };
    view! { <ul class="rcard__lines">{phrases.iter().map(line).collect_view()}</ul> }.into_any()
}

fn dated(speaker: Speaker, phrase: Phrase, day: i32) -> AnyView {
    view! {
        <p class="rcard__day">{speaker.sign_and_say(phrase)}<strong>{speaker.day(day)}</strong></p>
    }
    .into_any()
}

fn agreed(speaker: Speaker, agreements: &[Agreement]) -> AnyView {
    if agreements.is_empty() {
        return lines(speaker, &[Phrase::AgreedNothing]);
    }
    let one = |agreement: &Agreement| view! { <li>{agreement_view(speaker, agreement)}</li> };
    let all = agreements.iter().map(one).collect_view();
    view! { <ol class="rcard__agreed">{all}</ol> }.into_any()
}

/// Names of schemes and organisations, and what the volunteer wrote, are Dutch on every card.
fn agreement_view(speaker: Speaker, agreement: &Agreement) -> AnyView {
    let Agreement { name, line: [line, line_en], state, note, place, documents } = agreement;
    let is_english = speaker.of(|language| language.code == "en");
    let (line, of_line) = if is_english { (line_en, "en") } else { (line, "nl") };
    let note = note.clone().map(|note| fact(speaker, Phrase::Agreement, &[note]));
    let place = place.as_ref().map(|place| fact(speaker, Phrase::Where, &[place.words()]));
    let documents = (!documents.is_empty()).then(|| fact(speaker, Phrase::Documents, documents));
    view! {
        <h3 lang="nl" dir="ltr">{name.clone()}</h3>
        {(!line.is_empty()).then(|| view! { <p class="rcard__about" lang=of_line dir="ltr">{line.clone()}</p> })}
        <p>{speaker.say(*state)}</p>
        {note}{place}{documents}
    }
    .into_any()
}

fn fact(speaker: Speaker, phrase: Phrase, dutch: &[String]) -> AnyView {
    let dutch = dutch.iter().map(|one| view! { <li>{one.clone()}</li> }).collect_view();
    view! {
        <div class="rcard__fact">
            <p>{speaker.sign_and_say(phrase)}</p>
            <ul class="rcard__own" lang="nl" dir="ltr">{dutch}</ul>
        </div>
    }
    .into_any()
}

/// Where questions go, and each public site of this card once, with its QR code.
fn help(speaker: Speaker, agreements: &[Agreement]) -> AnyView {
    let mut places: Vec<Place> = places::municipality().into_iter().collect();
    for place in agreements.iter().filter_map(|agreement| agreement.place.as_ref()) {
        if !places.iter().any(|known| known.site == place.site) {
            places.push(place.clone());
        }
    }
    let one = |place: &Place| {
        let square = speaker.square(&place.site)?;
        Some(
            view! { <li>{square}<strong>{place.name.clone()}</strong><span>{place.site.clone()}</span></li> },
        )
    };
    let squares = places.iter().filter_map(one).collect_view();
    view! {
        {lines(speaker, &[Phrase::HelpAsk, Phrase::HelpScan])}
        <ul class="rcard__squares" lang="nl" dir="ltr">{squares}</ul>
    }
    .into_any()
}
