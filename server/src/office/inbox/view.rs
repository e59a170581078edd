//! The inbox as HTML. Every item says what is the matter, who it concerns and what can be done.

use super::load::{Answer, Contradiction, Inbox, SetAside, Silent};
use crate::access::SignedIn;
use crate::office::contradiction;
use crate::office::parts::{self, Tone};
use crate::office::place::Place;
use crate::office::time;
use aanbel_shared::programme::Capability;
use aanbel_shared::sync::Reason;
use leptos::prelude::*;

/// The whole content of the page.
pub fn content(who: &SignedIn, inbox: &Inbox, now_ms: i64) -> AnyView {
    let lead = match inbox.len() {
        0 => "Er ligt niets op u te wachten.".to_owned(),
        1 => "1 zaak wacht op u.".to_owned(),
        number => format!("{number} zaken wachten op u."),
    };
    let review = who.may(Capability::Review);
    view! {
        {parts::heading("Postvak", lead, ())}
        {(inbox.len() == 0).then(|| parts::empty("Alles is bijgewerkt.", view! {
            "Nieuwe tegenspraak en vragen komen hier vanzelf te staan. Bekijk intussen de "
            <a href="/kantoor/bezoeken?stand=wacht">"bezoeken die u nog kunt nakijken"</a>
            "."
        }))}
        {group(
            "Dit spreekt elkaar tegen",
            "Twee mensen schreven iets anders op. Kies wat geldt.",
            inbox.contradictions.iter().map(disputed).collect(),
        )}
        {group(
            "Apart gezet",
            "Dit kwam binnen van een telefoon, maar past niet zomaar. Er is niets verloren.",
            inbox.set_aside.iter().map(|item| set_aside(who, item, review)).collect(),
        )}
        {(inbox.set_aside_rest > 0).then(|| {
            let rest = parts::count(inbox.set_aside_rest, "wijziging", "wijzigingen");
            view! { <p>{format!("Er staat nog {rest} apart. Die komen hier als u deze hebt gedaan.")}</p> }
        })}
        {group(
            "Antwoord op uw vraag",
            "Markeer het bezoek als nagekeken; dan verdwijnt het hier.",
            inbox.answers.iter().map(answer).collect(),
        )}
        {group(
            "Stille telefoons",
            "Langer dan 7 dagen niets gehoord. Bel even: er kan nog werk op staan.",
            inbox.silent.iter().map(|phone| silent(phone, now_ms)).collect(),
        )}
    }
    .into_any()
}

fn group(title: &'static str, lead: &'static str, items: Vec<AnyView>) -> Option<AnyView> {
    let number = items.len();
    (number > 0).then(|| {
        view! {
            <section class="aanbel-group">
                <h2>{title}" "<span class="aanbel-group__count">{number}</span></h2>
                <p class="aanbel-subtle">{lead}</p>
                <ul class="aanbel-items">{items}</ul>
            </section>
        }
        .into_any()
    })
}

fn place_link(place: &Place) -> AnyView {
    let name = if place.name.is_empty() { "Adres onbekend".to_owned() } else { place.name.clone() };
    match place.href() {
        Some(href) => view! { <a href=href>{name}</a> }.into_any(),
        None => name.into_any(),
    }
}

fn disputed(item: &Contradiction) -> AnyView {
    let sides = item
        .sides
        .iter()
        .map(|side| {
            view! {
                <div class="aanbel-side aanbel-side--small">
                    <span class="aanbel-side__value">{side.text.clone()}</span>
                    <span class="aanbel-side__who">
                        {format!("{}, {}", side.writer.person, side.writer.phone)}
                    </span>
                    <time class="aanbel-side__who" datetime=time::machine(side.at_ms)>
                        {time::moment(side.at_ms)}
                    </time>
                </div>
            }
        })
        .collect_view();
    let about = format!("{} op {}", item.label, item.place.name);
    let visit = item.place.href().filter(|_| item.place.visit().is_some());
    let decide = view! {
        <a class="nl-button nl-button--primary" href=visit.unwrap_or_else(|| contradiction::path(item.record))>
            "Bekijk en beslis"<span class="aanbel-hidden">": "{about}</span>
        </a>
    };
    view! {
        <li class="aanbel-card aanbel-item">
            <h3>{place_link(&item.place)}</h3>
            <p class="aanbel-subtle">{format!("{} · {}", item.subject, item.label)}</p>
            <div class="aanbel-dispute__sides">{sides}</div>
            <div class="aanbel-item__actions">{decide}</div>
        </li>
    }
    .into_any()
}

/// Whether taking it in after all can be right. What does not fit a question never can.
fn can_accept(reason: Option<Reason>) -> bool {
    match reason {
        Some(Reason::NotAssigned | Reason::Revoked | Reason::MayNotWrite | Reason::SeenAhead) => {
            true
        }
        Some(
            Reason::OtherDevice
            | Reason::OtherRecord
            | Reason::UnknownField
            | Reason::WrongValue
            | Reason::Malformed,
        )
        | None => false,
    }
}

fn set_aside(who: &SignedIn, item: &SetAside, review: bool) -> AnyView {
    let sentence = item.reason.map_or("De reden is niet bekend.", Reason::sentence_nl);
    let says = item
        .says
        .iter()
        .map(|(label, text)| {
            view! { <div><dt>{label.clone()}</dt><dd>{text.clone()}</dd></div> }
        })
        .collect_view();
    let dots: Vec<String> =
        item.dots.iter().map(|dot| format!("{}-{}", dot.device.0, dot.seq)).collect();
    let take = can_accept(item.reason).then(|| {
        view! {
            <button class="nl-button nl-button--primary" name="action" value="overnemen">
                "Alsnog overnemen"
            </button>
        }
    });
    let actions = review.then(|| {
        view! {
            <form class="aanbel-item__actions" method="post" action="/kantoor/apart">
                {parts::csrf(who)}
                <input type="hidden" name="ops" value=dots.join(",")/>
                {take}
                <button class="nl-button nl-button--secondary" name="action" value="weglaten">
                    "Weglaten"
                </button>
                <span class="aanbel-subtle">"Weglaten wist niets: kantoor bewaart het apart."</span>
            </form>
        }
    });
    view! {
        <li class="aanbel-card aanbel-item">
            <h3>{place_link(&item.place)}</h3>
            <p>{sentence}</p>
            <p class="aanbel-subtle">
                {format!(
                    "{} · {}, {} · ontvangen {}",
                    item.kind,
                    item.writer.person,
                    item.writer.phone,
                    time::moment(item.received_ms),
                )}
            </p>
            <dl class="nl-data-list">{says}</dl>
            {item.is_sealed.then(|| view! {
                <p>"De corporatie schreef dit voor zichzelf. Wat er staat, is niet voor kantoor."</p>
            })}
            {(item.unsaid > 0).then(|| {
                let rest = parts::count(item.unsaid, "regel", "regels");
                view! { <p class="aanbel-subtle">{format!("En nog {rest}.")}</p> }
            })}
            {(item.more > 0).then(|| {
                let rest = parts::count(item.more, "wijziging", "wijzigingen");
                let text = format!("Deze telefoon schreef hier nog {rest}. U kiest nu over de eerste {}.", item.dots.len());
                view! { <p class="aanbel-subtle">{text}</p> }
            })}
            {actions}
        </li>
    }
    .into_any()
}

fn answer(item: &Answer) -> AnyView {
    view! {
        <li class="aanbel-card aanbel-item">
            <h3>{place_link(&item.place)}</h3>
            <p class="aanbel-subtle">{item.asked.clone()}</p>
            <p class="aanbel-note">{item.answered.clone()}</p>
        </li>
    }
    .into_any()
}

fn silent(phone: &Silent, now_ms: i64) -> AnyView {
    let seen = match phone.seen_ms {
        Some(ms) => format!("Laatst gezien: {} ({})", time::ago(ms, now_ms), time::moment(ms)),
        None => "Nooit iets verstuurd.".to_owned(),
    };
    let waiting = match phone.waiting {
        0 => parts::badge(Tone::Neutral, "Niets wachtte de laatste keer"),
        1 => parts::badge(Tone::Warn, "1 wijziging wachtte nog"),
        number => parts::badge(Tone::Warn, format!("{number} wijzigingen wachtten nog")),
    };
    view! {
        <li class="aanbel-card aanbel-item">
            <h3>{phone.person.clone()}</h3>
            <p>{phone.phone.clone()}" · "{seen}</p>
            {waiting}
        </li>
    }
    .into_any()
}
