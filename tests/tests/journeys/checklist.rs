//! The checklist at the door, without a signal: three questions, two households at one door, rules
//! past their date, amounts that are forgotten, and rules that arrive damaged.

use aanbel_server::store::log;
use aanbel_shared::record::Value;
use aanbel_tests::browser::{Browser, Look};
use aanbel_tests::checklist::{QUESTIONS, hint, open};
use aanbel_tests::client::Phone;
use aanbel_tests::phones::{FLEUR, phone_of};
use aanbel_tests::places::{RULES_HOLD, enrol, phone_while_rules_hold};
use aanbel_tests::server::Server;
use aanbel_tests::street::database;
use aanbel_tests::{tour, wait};
use anyhow::{Context, Result, ensure};
use thirtyfour::By;

/// Words that no hint may say.
const NEVER: [&str; 3] = ["geen recht", "Geen recht", "heeft recht op"];

#[tokio::test(flavor = "multi_thread")]
async fn three_questions_at_the_door_say_what_is_possible_and_what_is_not() -> Result<()> {
    let mut server = Server::demo().await?;
    let mut phone = phone_while_rules_hold(&server, FLEUR).await?;
    server.kill().await?;
    let talk = tour::talk(&phone, &server).await?;
    for answer in ["Alleen, met kinderen", "27 tot AOW-leeftijd", "Meer, tot 120%"] {
        phone.press_in(QUESTIONS, answer).await?;
    }
    phone.see("Inkomen per maand: 100% tot 120%").await?;
    ensure!(hint(&phone, "Individuele inkomenstoeslag").await? == "Waarschijnlijk niet");
    ensure!(hint(&phone, "AOW").await? == "Waarschijnlijk niet");
    let words = phone.words().await?;
    ensure!(NEVER.iter().all(|never| !words.contains(never)), "a hint says no: {words}");

    let scheme = open(&phone, "Wijkteam").await?;
    phone.see("De regel").await?;
    phone.press_in(&scheme, "Wil dit aanvragen").await?;
    phone.see("Wijkteam: Wil dit aanvragen").await?;
    phone.press("Ongedaan maken").await?;
    phone.see("Ongedaan gemaakt").await?;
    phone.press_in(&scheme, "Doorverwezen").await?;
    phone.see("Welke organisatie?").await?;
    let option = format!("{scheme}//select/option[. = \"Wijkteam Almere\"]");
    phone.press_path(&option, "Wijkteam Almere").await?;
    phone.see("Bewaard op dit toestel").await?;

    phone.kill().await?;
    phone.again().await?;
    phone.goto(&server.url(&talk)).await?;
    phone.see("Doorverwezen").await?;

    server.start().await?;
    phone.goto(&server.url("/app/")).await?;
    phone.press("Nu versturen").await?;
    phone.see("Alles is verstuurd").await?;
    let witness = phone_of(&server, FLEUR, "witness").await?;
    let check = the_check(&witness)?;
    ensure!(check == ("referred", "possible", true, "wijkteam-almere"), "{check:?}");
    Ok(())
}

/// Use state, hint, whether the version of the rules is there, organisation.
fn the_check(witness: &Phone) -> Result<(&str, &str, bool, &str)> {
    let mut checks = witness.device.records().of_kind("scheme_check");
    let check = checks
        .find(|one| one.str("scheme") == Some("almere.wijkteam") && one.str("hint").is_some());
    let check = check.context("the choice came in with its hint")?;
    let text = |field| check.str(field).unwrap_or_default();
    Ok((text("use"), text("hint"), text("catalogue").starts_with("2026-"), text("organisation")))
}

/// What the parent of Almere 2019 tells: question and answer.
const PARENT: [(&str, &str); 10] = [
    ("Met wie woont u?", "Alleen, met kinderen"),
    ("Hoe oud bent u ongeveer?", "27 tot AOW-leeftijd"),
    ("Hoe oud zijn de kinderen thuis?", "12 tot en met 15"),
    ("Hoe woont u?", "Huurhuis"),
    ("Het inkomen per maand, vergeleken met de bijstand", "Meer, tot 120%"),
    ("Het inkomen per jaar, vergeleken met de grens van de zorgtoeslag", "Niet hoger"),
    ("Spaargeld en bezit", "Niet meer dan de grens van de bijstand"),
    ("De kale huur per maand", "Meer, tot de huurgrens"),
    ("Hebt u een Nederlandse zorgverzekering?", "Ja"),
    ("Zijn er schulden of achterstanden?", "Nee"),
];

/// What the daughter tells, about herself and her children.
const DAUGHTER: [(&str, &str); 11] = [
    ("Met wie woont u?", "Alleen, met kinderen"),
    ("Hoe oud bent u ongeveer?", "23 tot en met 26"),
    ("Hoe oud zijn de kinderen thuis?", "0 tot en met 3"),
    ("Hoe woont u?", "Anders"),
    ("Het inkomen per maand, vergeleken met de bijstand", "Net zo veel"),
    ("Het inkomen per jaar, vergeleken met de grens van de zorgtoeslag", "Niet hoger"),
    ("Spaargeld en bezit", "Niet meer dan de grens van de bijstand"),
    ("Hebt u een Nederlandse zorgverzekering?", "Ja"),
    ("Studeert u?", "Ja"),
    ("Gaan uw kinderen naar de opvang, en werkt of studeert u?", "Ja"),
    ("Zijn er schulden of achterstanden?", "Nee"),
];

/// The household of the Almere report of 2019: a parent with two children at home, one of them an
/// adult with two small children of her own.
#[tokio::test(flavor = "multi_thread")]
async fn two_households_at_one_door_each_have_their_own_hints() -> Result<()> {
    let mut server = Server::demo().await?;
    let phone = phone_while_rules_hold(&server, FLEUR).await?;
    server.kill().await?;
    let parent_talk = tour::talk(&phone, &server).await?;
    tell(&phone, &PARENT).await?;
    let expected = [
        ("Zorgtoeslag", "Mogelijk"),
        ("Kindgebonden budget", "Mogelijk"),
        ("Kinderbijslag", "Mogelijk"),
        ("Jeugdfonds Sport & Cultuur Almere", "Mogelijk"),
        ("Individuele inkomenstoeslag (IIT)", "Waarschijnlijk niet"),
        ("Bijstandsuitkering (Participatiewet)", "Waarschijnlijk niet"),
        ("Schuldhulp van Verder", "Waarschijnlijk niet"),
    ];
    hints_are(&phone, &expected).await?;
    // Rent benefit hangs on exact amounts: they are compared and forgotten.
    let rent = open(&phone, "Huurtoeslag").await?;
    phone.press_in(&rent, "Uitrekenen met bedragen").await?;
    phone.fill("Inkomen per jaar in euro's", "26000").await?;
    phone.fill("Kale huur in euro's", "750").await?;
    phone.press_in(&rent, "Reken uit en vergeet").await?;
    phone.see("Met deze bedragen: mogelijk").await?;
    nothing_typed(&phone).await?;

    phone.press("Nog een huishouden op dit adres").await?;
    phone.see("Huishouden 2").await?;
    ensure!(phone.arrive("/app/gesprek/").await? != parent_talk, "a talk of its own");
    tell(&phone, &DAUGHTER).await?;
    let expected = [
        ("Zorgtoeslag", "Mogelijk"),
        ("Kindgebonden budget", "Mogelijk"),
        ("Kinderbijslag", "Mogelijk"),
        ("Kinderopvangtoeslag", "Mogelijk"),
        ("Jeugdfonds Sport & Cultuur Almere", "Mogelijk"),
        ("Huurtoeslag", "Waarschijnlijk niet"),
        ("Schuldhulp van Verder", "Waarschijnlijk niet"),
        ("Individuele studietoeslag", "Nog niet te zeggen"),
    ];
    hints_are(&phone, &expected).await?;
    phone.goto(&server.url(&parent_talk)).await?;
    phone.see("Huishouden 2: alleen, met kinderen").await?;
    hints_are(
        &phone,
        &[("Huurtoeslag", "Nog niet te zeggen"), ("Kinderopvangtoeslag", "Nog niet te zeggen")],
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_amount_chooses_the_band_and_is_forgotten() -> Result<()> {
    let mut server = Server::demo().await?;
    let phone = phone_while_rules_hold(&server, FLEUR).await?;
    server.kill().await?;
    tour::talk(&phone, &server).await?;
    for answer in ["Alleen", "27 tot AOW-leeftijd"] {
        let exactly = format!("{QUESTIONS}//label[normalize-space(.) = \"{answer}\"]");
        phone.press_path(&exactly, answer).await?;
    }
    phone.see("meer dan € 1.419,46, tot en met € 1.703,35 per maand, met vakantiegeld").await?;
    phone.press_in(QUESTIONS, "Bedrag vergelijken").await?;
    phone.fill("Inkomen per maand in euro's", "1650,75").await?;
    phone.press_in(QUESTIONS, "Vergelijk en vergeet").await?;
    phone.see("Inkomen per maand: 100% tot 120%").await?;
    nothing_typed(&phone).await?;
    // What lies on the phone is sealed; all that it ever kept goes to the office, where it can be read.
    server.start().await?;
    phone.goto(&server.url("/app/")).await?;
    phone.press("Nu versturen").await?;
    phone.see("Alles is verstuurd").await?;
    let db = database(server.data())?;
    let mut query = db.prepare(&format!("SELECT {} FROM entry", log::OP))?;
    let (mut rows, reader, mut bands) = (query.query([])?, log::Ops::new(&db), 0);
    while let Some(row) = rows.next()? {
        for one in reader.read(row)?.into_iter().flat_map(|op| op.set) {
            let is_amount = match &one.value {
                Value::Text(text) => text.contains("1650"),
                Value::Int(number) => [1_650, 1_651, 165_075].contains(number),
                _ => false,
            };
            ensure!(!is_amount, "{} keeps the amount", one.field);
            bands += usize::from(one.field == "income_band");
        }
    }
    ensure!(bands > 0, "the band was kept");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_past_their_date_are_grey_and_show_no_amount() -> Result<()> {
    let mut server = Server::demo().await?;
    let phone = phone_while_rules_hold(&server, FLEUR).await?;
    server.kill().await?;
    let talk = tour::talk(&phone, &server).await?;
    for answer in ["Alleen, met kinderen", "27 tot AOW-leeftijd"] {
        phone.press_in(QUESTIONS, answer).await?;
    }
    phone.see("€ 1.703,35 per maand, met vakantiegeld").await?;
    let scheme = open(&phone, "Wijkteam").await?;
    phone.press_in(&scheme, "Besproken").await?;
    phone.see("Wijkteam: Besproken").await?;
    for day in ["2027-01-01", "2027-07-01"] {
        phone.set_clock(day).await?;
        // Or it would be emptied, for want of contact.
        heard_of_office(&phone, day).await?;
        phone.goto(&server.url(&talk)).await?;
        ensure!(hint(&phone, "Huurtoeslag").await? == "Regel verlopen", "on {day}");
        let scheme = open(&phone, "Huurtoeslag").await?;
        phone.see("Deze regel gold tot en met 31 december 2026").await?;
        let words = phone.page().find(By::XPath(scheme.as_str())).await?.text().await?;
        ensure!(!words.contains('€'), "an amount on {day}: {words}");
        phone.no_longer_see("1.703,35").await?;
    }
    // Half a year later nobody read the source again: the choice of the visit tells what changed.
    ensure!(hint(&phone, "Wijkteam").await? == "Regel verlopen");
    phone.see("Bij 1 besproken regeling is de hint veranderd").await?;
    phone
        .see("Eerst: mogelijk. Nu: nog niet te zeggen, want: deze regel is na 30 juni 2027")
        .await?;
    phone.goto(&server.url("/app/toestel")).await?;
    phone.see("dagen oud").await
}

/// Lets the phone believe that the office answered on this day.
async fn heard_of_office(phone: &Browser, day: &str) -> Result<()> {
    let script = "
        const done = arguments[arguments.length - 1];
        const open = indexedDB.open('aanbel');
        open.onsuccess = () => {
            const step = open.result.transaction('keys', 'readwrite');
            step.objectStore('keys').put(Date.parse(arguments[0]), 'contact');
            step.oncomplete = () => { open.result.close(); done(true); };
        };";
    phone.page().execute_async(script, vec![day.into()]).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn damaged_rules_are_refused_and_the_old_ones_stay() -> Result<()> {
    let mut server = Server::demo().await?;
    let mut phone = Browser::start(Look::PHONE).await?;
    let damage = "const real = window.fetch; window.fetch = async (what, how) => {\
        const answer = await real(what, how);\
        if (!String(what).includes('/api/catalogue')) return answer;\
        const bytes = new Uint8Array(await answer.arrayBuffer()); bytes[bytes.length - 1] ^= 1;\
        return new Response(bytes, { status: answer.status }); };";
    let script = serde_json::json!({ "source": damage });
    let injected = phone.command("Page.addScriptToEvaluateOnNewDocument", script.clone()).await?;
    phone.set_clock(RULES_HOLD).await?;
    enrol(&phone, &server, FLEUR).await?;
    phone.goto(&server.url("/app/toestel")).await?;
    phone.see("kwamen niet heel aan").await?;
    phone.see("Nog niet op dit toestel").await?;
    let talk = tour::talk(&phone, &server).await?;
    phone.see("De lijst met regelingen staat nog niet op dit toestel").await?;
    phone.see("Afspraken").await?;

    phone.command("Page.removeScriptToEvaluateOnNewDocument", injected).await?;
    phone.goto(&server.url("/app/toestel")).await?;
    phone.press("Nu versturen").await?;
    phone.see("Versie 2026-").await?;
    phone.no_longer_see("kwamen niet heel aan").await?;
    let before = version(&phone).await?;

    server.kill().await?;
    server.serve_for("GM0855");
    server.start().await?;
    let injected = phone.command("Page.addScriptToEvaluateOnNewDocument", script).await?;
    phone.goto(&server.url("/app/toestel")).await?;
    phone.see("kwamen niet heel aan").await?;
    ensure!(version(&phone).await? == before, "the old rules stay");
    phone.command("Page.removeScriptToEvaluateOnNewDocument", injected).await?;
    phone.kill().await?;
    phone.again().await?;
    phone.goto(&server.url("/app/toestel")).await?;
    wait::until("the new rules", async || {
        version(&phone).await.ok().filter(|version| !version.is_empty() && *version != before)
    })
    .await?;
    phone.goto(&server.url(&talk)).await?;
    phone.see("Regels van").await?;
    open(&phone, "Meedoenregeling").await.map(drop)
}

/// The version that "Dit toestel" tells; empty when it tells none.
async fn version(phone: &Browser) -> Result<String> {
    let words = phone.words().await?;
    let told = words.split_once("Versie 2").map(|(_, rest)| rest);
    Ok(told.and_then(|rest| rest.split_whitespace().next()).unwrap_or_default().to_owned())
}

/// Answers questions of the household's whole form.
async fn tell(phone: &Browser, answers: &[(&str, &str)]) -> Result<()> {
    phone.see("Alle vragen over dit huishouden").await?;
    let unfold =
        "document.querySelectorAll('#huishouden details').forEach((one) => { one.open = true; })";
    phone.page().execute(unfold, vec![]).await?;
    for (question, answer) in answers {
        let field = format!(
            "//section[@id='huishouden']//fieldset[legend[normalize-space(.) = \"{question}\"]]"
        );
        phone.press_in(&field, answer).await?;
        let kept = format!("{field}//label[contains(., \"{answer}\")]/input");
        wait::until(&format!("{question} {answer}"), async || {
            let input = phone.page().find(By::XPath(kept.as_str())).await.ok()?;
            input.is_selected().await.ok()?.then_some(())
        })
        .await?;
    }
    Ok(())
}

async fn hints_are(phone: &Browser, expected: &[(&str, &str)]) -> Result<()> {
    let mut wrong = Vec::new();
    for (scheme, word) in expected {
        let said = hint(phone, scheme).await?;
        if said != *word {
            wrong.push(format!("{scheme}: {said}, not {word}"));
        }
    }
    ensure!(wrong.is_empty(), "{}", wrong.join("; "));
    Ok(())
}

/// No field on the page holds an amount.
async fn nothing_typed(phone: &Browser) -> Result<()> {
    let script = "return [...document.querySelectorAll('input[inputmode=decimal]')].map((one) => one.value).join('')";
    let typed: String = phone.page().execute(script, vec![]).await?.convert()?;
    ensure!(typed.is_empty(), "still there: {typed}");
    Ok(())
}
