//! The pages of an import as HTML: the form for the file, and the preview with what is wrong per row.

use crate::access::SignedIn;
use crate::import::{Layout, Preview, RowProblem, Severity};
use crate::office::parts::{self, Tone};
use leptos::prelude::*;
use uuid::Uuid;

/// So many remarks and streets stand on the page.
const LISTED: usize = 200;

/// The form to choose a file.
pub fn form(who: &SignedIn, id: Uuid, campaign: &str, problem: Option<String>) -> AnyView {
    let lead = "Er verandert nog niets: u ziet eerst wat er in het bestand staat.";
    view! {
        {problem
            .map(|text| parts::alert(Tone::Bad, "Dit bestand kan niet worden ingelezen.", text))}
        {crumbs(id, campaign, None::<()>)}
        {parts::heading("Adressen inlezen", lead, ())}
        {file_form(who, &format!("/kantoor/campagne/{id}/adressen"), "Kijk het bestand na")}
    }
    .into_any()
}

/// The form that sends a file with addresses to `action`.
pub fn file_form(who: &SignedIn, action: &str, button: &'static str) -> AnyView {
    let action = action.to_owned();
    view! {
        <form
            class="aanbel-card aanbel-form aanbel-narrow"
            method="post"
            enctype="multipart/form-data"
            action=action
        >
            {parts::csrf(who)}
            <div class="nl-form-field">
                <label class="nl-form-label" for="file">"Bestand met adressen"</label>
                <p class="nl-form-field-description" id="file-uitleg">
                    "Een CSV-bestand: een uitdraai van de BAG, of een eigen lijst met de kolommen \
                     straat, nummer, letter, toevoeging, postcode en plaats. Hoogstens 64 MB."
                </p>
                <input
                    type="file"
                    id="file"
                    name="file"
                    accept=".csv,text/csv,text/plain"
                    required
                    aria-describedby="file-uitleg"
                />
            </div>
            <button class="nl-button nl-button--primary" type="submit">{button}</button>
        </form>
    }
    .into_any()
}

fn crumbs(id: Uuid, campaign: &str, rest: impl IntoView) -> AnyView {
    let campaign = campaign.to_owned();
    view! {
        <p class="aanbel-crumbs">
            <a href="/kantoor/campagnes">"Campagnes"</a>
            " › "
            <a href=format!("/kantoor/campagne/{id}")>{campaign}</a>
            {rest.into_view()}
        </p>
    }
    .into_any()
}

/// What is in the file, what is wrong with it, and the button to go on.
pub fn content(who: &SignedIn, id: Uuid, campaign: &str, upload: &str, found: &Preview) -> AnyView {
    let counts = found.counts;
    let doors = parts::count(counts.kept, "adres", "adressen");
    let confirm = (counts.kept > 0).then(|| {
        view! {
            <form method="post" action=format!("/kantoor/campagne/{id}/adressen/{upload}")>
                {parts::csrf(who)}
                <button class="nl-button nl-button--primary" type="submit">
                    {format!("Lees {doors} in")}
                </button>
            </form>
        }
    });
    let again = view! {
        " › "
        <a href=format!("/kantoor/campagne/{id}/adressen")>"Ander bestand"</a>
    };
    view! {
        {crumbs(id, campaign, again)}
        {parts::heading("Klopt dit?", kind(found), confirm)}
        {verdict(found)}
        <dl class="aanbel-numbers">
            {number("Regels in het bestand", counts.rows)}
            {number("Worden ingelezen", counts.kept)}
            {number("Moet iemand herstellen", counts.wrong)}
            {number("Slaan we over", counts.left_out)}
        </dl>
        {problems(found)}
        {streets(found)}
    }
    .into_any()
}

fn kind(found: &Preview) -> String {
    let layout = match found.layout {
        Layout::Bag => "Uitdraai van de BAG",
        Layout::Plain => "Eigen lijst",
    };
    let separator = match found.separator {
        '\t' => "tab".to_owned(),
        separator => format!("‘{separator}’"),
    };
    format!("{layout}, {}, kolommen gescheiden door {separator}.", found.encoding.name())
}

fn verdict(found: &Preview) -> AnyView {
    let counts = found.counts;
    if counts.kept == 0 {
        let text = "Hieronder staat per regel waarom.";
        return parts::alert(Tone::Bad, "Geen enkele regel kan worden ingelezen.", text);
    }
    let heading = match counts.wrong {
        0 => return parts::alert(Tone::Good, "Het bestand is in orde.", ""),
        1 => "1 regel is niet goed.".to_owned(),
        number => format!("{} regels zijn niet goed.", parts::grouped(number)),
    };
    let text = "U kunt de goede regels nu inlezen. Herstel de andere in het bestand en lees het \
                daarna nog een keer in: wat er al stond, blijft gelijk.";
    parts::alert(Tone::Warn, &heading, text)
}

fn number(name: &'static str, number: usize) -> AnyView {
    view! { <div><dt>{name}</dt><dd>{parts::grouped(number)}</dd></div> }.into_any()
}

pub fn problems(found: &Preview) -> Option<AnyView> {
    if found.problems.is_empty() {
        return None;
    }
    // What somebody must repair comes first; within that the order of the file.
    let mut listed: Vec<&RowProblem> = found.problems.iter().collect();
    listed.sort_by_key(|problem| problem.severity() == Severity::LeftOut);
    let all = found.counts.wrong + found.counts.left_out;
    let rows = listed.into_iter().take(LISTED).map(problem).collect_view();
    let table = view! {
        <section class="aanbel-card">
            <h2>"Opmerkingen per regel"</h2>
            {parts::table("Regels die niet worden ingelezen", &["Regel", "Wat nu", "Wat er is"], rows)}
            {rest(all, "regels")}
        </section>
    };
    Some(table.into_any())
}

fn problem(problem: &RowProblem) -> AnyView {
    let badge = match problem.severity() {
        Severity::Wrong => parts::badge(Tone::Bad, "Herstellen"),
        Severity::LeftOut => parts::badge(Tone::Neutral, "Overgeslagen"),
    };
    let line = format!("Regel {}", parts::grouped(problem.line));
    view! {
        <tr>
            <th scope="row" class="nl-table__number">{line}</th>
            <td>{badge}</td>
            <td>{sentence(&problem.kind.sentence_nl())}</td>
        </tr>
    }
    .into_any()
}

/// With a capital: on its own it is a sentence.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// How many more there are than the page lists.
fn rest(all: usize, what: &str) -> Option<AnyView> {
    let more = all.saturating_sub(LISTED);
    let text = format!("En nog {} {what}.", parts::grouped(more));
    (more > 0).then(|| view! { <p class="aanbel-subtle">{text}</p> }.into_any())
}

fn streets(found: &Preview) -> AnyView {
    let rows = found
        .streets
        .iter()
        .take(LISTED)
        .map(|street| {
            view! {
                <tr>
                    <th scope="row">{street.name.clone()}</th>
                    <td data-label="Plaats">{street.town.clone()}</td>
                    <td class="nl-table__number--end" data-label="Adressen">
                        {parts::grouped(street.addresses.len())}
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="aanbel-card">
            <h2>{parts::count(found.streets.len(), "straat", "straten")}</h2>
            {parts::table_of("Straten in het bestand", &["Straat", "Plaats", "Adressen"], &[2], rows)}
            {rest(found.streets.len(), "straten")}
        </section>
    }
    .into_any()
}
