//! What a volunteer does with the checklist of a talk: looks for a scheme, reads its hint, opens it.

use crate::browser::Browser;
use crate::wait;
use anyhow::Result;
use thirtyfour::By;

/// XPath of the questions that are asked first.
pub const QUESTIONS: &str = "//section[@aria-labelledby='eerst-vragen']";

/// Makes every scheme of every group visible.
///
/// # Errors
/// When there is no checklist.
pub async fn unfold(phone: &Browser) -> Result<()> {
    phone.see("Een hint is geen besluit").await?;
    let closed = ".scheme-group__head[aria-expanded=\"false\"]";
    let script = format!("document.querySelectorAll('{closed}').forEach((one) => one.click())");
    phone.page().execute(script, vec![]).await?;
    Ok(())
}

/// The word beside a scheme.
///
/// # Errors
/// When there is no such scheme.
pub async fn hint(phone: &Browser, scheme: &str) -> Result<String> {
    unfold(phone).await?;
    let word = format!("{}//span[contains(@class, 'hint-word')]", row(scheme));
    let what = format!("the hint of {scheme}");
    wait::until(&what, async || {
        phone.page().find(By::XPath(word.as_str())).await.ok()?.text().await.ok()
    })
    .await
}

/// Opens a scheme; gives its XPath.
///
/// # Errors
/// When there is no such scheme.
pub async fn open(phone: &Browser, scheme: &str) -> Result<String> {
    unfold(phone).await?;
    let row = row(scheme);
    phone.press_path(&format!("{row}//button[contains(@class, 'scheme__head')]"), scheme).await?;
    phone.see("De regel").await?;
    Ok(row)
}

fn row(scheme: &str) -> String {
    let name = format!("span[@class='scheme__name'][starts-with(., \"{scheme}\")]");
    format!("//article[contains(@class, 'scheme')][.//{name}]")
}
