//! What a person types is kept while she goes on typing, and is not called kept before it is.

use aanbel_tests::browser::Browser;
use aanbel_tests::phones::{FLEUR, fresh_doors, phone_of};
use aanbel_tests::places::enrolled_phone;
use aanbel_tests::server::Server;
use aanbel_tests::wait;
use anyhow::Result;

const NOTE: &str = "textarea";
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
    phone.type_in(NOTE, "zebravink").await?;
    phone.see(KEPT).await?;
    Ok((server, phone))
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
