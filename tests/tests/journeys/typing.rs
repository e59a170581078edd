//! What a person types is kept while she goes on typing, and is not called kept before it is.

use aanbel_shared::record::{RecordId, Value};
use aanbel_shared::sync::Change;
use aanbel_tests::browser::Browser;
use aanbel_tests::client::Phone;
use aanbel_tests::phones::{FLEUR, fresh_doors, phone_of};
use aanbel_tests::places::enrolled_phone;
use aanbel_tests::server::Server;
use aanbel_tests::wait;
use anyhow::{Result, ensure};
use thirtyfour::By;

const NOTE: &str = "textarea";
const WORD: &str = "zebravink";
const KEPT: &str = "Bewaard op dit toestel";

/// Nothing that was planned happens any more: what was typed last waits for ever.
const NO_TIMERS: &str = "window.setTimeout = () => 0;";

/// Types on and on, faster than anybody can stop, and counts what is kept meanwhile.
const TYPE_ON: &str = "
    window.kept = 0;
    const real = IDBTransaction.prototype.commit;
    IDBTransaction.prototype.commit = function () {
        window.kept += 1;
        return real.call(this);
    };
    const field = document.querySelector('textarea');
    setInterval(() => {
        field.value += 'a';
        field.dispatchEvent(new Event('input', { bubbles: true }));
    }, 50);";

/// A phone without a server, with a note open in a talk.
pub async fn at_a_note() -> Result<(Server, Browser)> {
    let mut server = Server::demo().await?;
    let witness = phone_of(&server, FLEUR, "witness").await?;
    let phone = enrolled_phone(&server, FLEUR).await?;
    server.kill().await?;
    phone.goto(&server.url(&format!("/app/deur/{}", fresh_doors(&witness, 1)?[0]))).await?;
    phone.press("Gesprek beginnen").await?;
    phone.arrive("/app/gesprek/").await?;
    phone.press("Notitie toevoegen").await?;
    Ok((server, phone))
}

/// The same, with a first word kept.
async fn at_a_kept_word() -> Result<(Server, Browser)> {
    let (server, phone) = at_a_note().await?;
    phone.type_in(NOTE, WORD).await?;
    phone.see(KEPT).await?;
    Ok((server, phone))
}

/// What stands in the note once its talk is opened anew.
async fn is_kept(phone: &Browser, talk: &str, words: &str) -> Result<()> {
    phone.goto(talk).await?;
    wait::until(words, async || {
        let note = phone.page().find(By::Css(NOTE)).await.ok()?.prop("value").await.ok()?;
        (note.as_deref() == Some(words)).then_some(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn text_that_was_changed_is_not_called_kept() -> Result<()> {
    let (_server, phone) = at_a_kept_word().await?;
    phone.page().execute(NO_TIMERS, vec![]).await?;
    phone.type_in(NOTE, " koolmees").await?;
    phone.no_longer_see(KEPT).await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_never_stops_typing_is_kept_all_the_same() -> Result<()> {
    let (_server, phone) = at_a_kept_word().await?;
    phone.page().execute(TYPE_ON, vec![]).await?;
    wait::until("something to be kept", async || {
        let kept = phone.page().execute("return window.kept", vec![]).await.ok()?;
        (kept.convert::<u32>().ok()? > 0).then_some(())
    })
    .await
}

/// A window that only looks refuses an answer and a word; once it writes, the word is kept by itself, and
/// the same answer can be tapped again.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_window_that_looks_refused_is_kept_when_it_writes() -> Result<()> {
    const REFUSED: &str = "Dit is niet bewaard. Aanbel staat ook open in een ander venster";
    const ANSWER: &str = "Uitleg gegeven";
    let (server, phone) = at_a_note().await?;
    let talk = server.url(&phone.place().await?);
    let second = phone.page().new_tab().await?;
    phone.page().switch_to_window(second).await?;
    phone.goto(&talk).await?;
    phone.see("Hier kunt u alleen kijken").await?;
    phone.press("Notitie toevoegen").await?;
    phone.type_in(NOTE, WORD).await?;
    phone.see(REFUSED).await?;
    phone.press(ANSWER).await?;
    wait::until("both to be refused", async || {
        let words = phone.words().await.ok()?;
        (words.matches(REFUSED).count() == 2).then_some(())
    })
    .await?;
    phone.press("Verder in dit venster").await?;
    phone.see(KEPT).await?;
    phone.press(ANSWER).await?;
    phone.no_longer_see(REFUSED).await?;
    phone.goto(&talk).await?;
    wait::until("the word and the answer", async || {
        let note = phone.page().find(By::Css(NOTE)).await.ok()?.prop("value").await.ok()?;
        phone.page().find(By::Css("input[value=explained]:checked")).await.ok()?;
        (note.as_deref() == Some(WORD)).then_some(())
    })
    .await
}

/// The other window kept words in the same field before it was closed: the refused ones do not go over those by
/// themselves. She reads what is kept, and what she types then is kept.
#[tokio::test(flavor = "multi_thread")]
async fn words_that_were_refused_do_not_go_over_those_of_another_window() -> Result<()> {
    const LOOKS: &str = "Hier kunt u alleen kijken";
    let (server, phone) = at_a_kept_word().await?;
    let talk = server.url(&phone.place().await?);
    let (first, second) = (phone.page().window().await?, phone.page().new_tab().await?);
    phone.page().switch_to_window(second.clone()).await?;
    phone.goto(&talk).await?;
    phone.press("Verder in dit venster").await?;
    phone.no_longer_see(LOOKS).await?;
    phone.page().switch_to_window(first.clone()).await?;
    phone.see(LOOKS).await?;
    phone.type_in(NOTE, " merel").await?;
    phone.see("Dit is niet bewaard").await?;
    phone.page().switch_to_window(second).await?;
    phone.type_in(NOTE, " koolmees").await?;
    phone.see(KEPT).await?;
    phone.page().close_window().await?;
    phone.page().switch_to_window(first).await?;
    phone.no_longer_see(LOOKS).await?;
    phone.see("iets anders bewaard: “zebravink koolmees”").await?;
    phone.page().execute("document.activeElement.blur()", vec![]).await?;
    phone.see("iets anders bewaard").await?;
    phone.type_in(NOTE, " koolmees").await?;
    phone.see(KEPT).await?;
    is_kept(&phone, &talk, "zebravink merel koolmees").await
}

/// The other window kept once more what stands below the field of this one.
#[tokio::test(flavor = "multi_thread")]
async fn sentence_about_words_of_another_window_says_the_newest() -> Result<()> {
    const LOOKS: &str = "Hier kunt u alleen kijken";
    let (server, phone) = at_a_kept_word().await?;
    let talk = server.url(&phone.place().await?);
    let (first, second) = (phone.page().window().await?, phone.page().new_tab().await?);
    phone.page().switch_to_window(second.clone()).await?;
    phone.goto(&talk).await?;
    let take_over = async |window: &thirtyfour::WindowHandle| {
        phone.page().switch_to_window(window.clone()).await?;
        phone.see(LOOKS).await?;
        phone.press("Verder in dit venster").await?;
        phone.no_longer_see(LOOKS).await
    };
    take_over(&second).await?;
    phone.page().switch_to_window(first.clone()).await?;
    phone.see(LOOKS).await?;
    phone.type_in(NOTE, " merel").await?;
    phone.see("Dit is niet bewaard").await?;
    phone.page().switch_to_window(second.clone()).await?;
    phone.type_in(NOTE, " koolmees").await?;
    phone.see(KEPT).await?;
    take_over(&first).await?;
    phone.see("iets anders bewaard: “zebravink koolmees”").await?;
    take_over(&second).await?;
    phone.type_in(NOTE, " vink").await?;
    phone.see(KEPT).await?;
    take_over(&first).await?;
    phone.see("iets anders bewaard: “zebravink koolmees vink”").await?;
    phone.type_in(NOTE, " ").await?;
    phone.see(KEPT).await?;
    is_kept(&phone, &talk, "zebravink merel").await
}

pub const TALK_NOW: &str = "window.dispatchEvent(new Event('online'))";

/// A colleague changed the same note, and that came in while somebody is in its field.
struct Together {
    _server: Server,
    phone: Browser,
    colleague: Phone,
    note: RecordId,
}

impl Together {
    async fn new() -> Result<Together> {
        let (mut server, phone) = at_a_kept_word().await?;
        server.start().await?;
        phone.page().execute(TALK_NOW, vec![]).await?;
        let mut colleague = phone_of(&server, FLEUR, "colleague").await?;
        let (note, talk) = wait::until("the note at the office", async || {
            colleague.sync().await.ok()?;
            let records = colleague.device.records();
            let note = records.of_kind("note").find(|note| note.str("text") == Some(WORD))?;
            let talk = records.get(note.reference("about")?)?;
            Some(((note.id, note.worklist), (talk.id, talk.worklist)))
        })
        .await?;
        let changes = vec![
            Change::new(note.0, "note", note.1).with("text", Value::text("koolmees")),
            Change::new(talk.0, "talk", talk.1).with("outcome", Value::choice("explained")),
        ];
        colleague.write(changes)?;
        colleague.sync().await?;
        phone.page().execute(TALK_NOW, vec![]).await?;
        wait::until("what the colleague wrote to come in", async || {
            phone.page().find(By::Css("input[value=explained]:checked")).await.ok().map(drop)
        })
        .await?;
        let shown = phone.page().find(By::Css(NOTE)).await?.prop("value").await?;
        ensure!(shown.as_deref() == Some(WORD), "{shown:?} stands where somebody types");
        Ok(Together { _server: server, phone, colleague, note: note.0 })
    }
}

/// Who is in the field keeps before her what she is about to change.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_colleague_writes_waits_until_the_field_is_left() -> Result<()> {
    let Together { phone, _server, .. } = Together::new().await?;
    phone.page().execute("document.activeElement.blur()", vec![]).await?;
    let field = phone.page().find(By::Css(NOTE)).await?;
    wait::until("the colleague's words", async || {
        (field.prop("value").await.ok()?.as_deref() == Some("koolmees")).then_some(())
    })
    .await
}

/// She goes on typing: what she never had before her is not answered by that. Both stand, and people are asked.
#[tokio::test(flavor = "multi_thread")]
async fn words_that_were_not_on_the_screen_are_not_answered() -> Result<()> {
    let Together { phone, mut colleague, note, _server } = Together::new().await?;
    phone.type_in(NOTE, " merel").await?;
    phone.see(KEPT).await?;
    phone.page().execute(TALK_NOW, vec![]).await?;
    let both = wait::until("her words at the colleague", async || {
        colleague.sync().await.ok()?;
        let register = colleague.device.records().get(note)?.fields.get("text")?.clone();
        let said = register.live().iter().filter_map(|live| live.value.as_str());
        let said: Vec<String> = said.map(str::to_owned).collect();
        said.iter().any(|said| said.ends_with("merel")).then_some(said)
    });
    let both = both.await?;
    ensure!(both.len() == 2 && both.iter().any(|said| said == "koolmees"), "{both:?} stand there");
    Ok(())
}
