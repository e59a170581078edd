//! What a person does with a page: reads, presses, types, chooses; by the words on it, so that a
//! test fails when a person would be lost.

use crate::browser::Browser;
use crate::wait;
use anyhow::{Context, Result};
use std::time::Duration;
use thirtyfour::prelude::*;

/// The PIN of every phone in these tests.
pub const PIN: &str = "275318";

/// A PIN is made to cost time, in some engines ten times that of others, and other tests run beside.
const UNLOCK_MAX: Duration = Duration::from_secs(240);

/// On the lock of the page itself, which goes when the program has come.
const EARLY: &str = "ancestor::*[@id = 'early']";

/// Everything that can be pressed.
const PRESSABLE: &str = "self::button or self::a or self::summary or self::label";

impl Browser {
    /// Opens a page; a phone that is locked is unlocked on the way.
    ///
    /// # Errors
    /// When the browser cannot.
    pub async fn goto(&self, url: &str) -> Result<()> {
        self.load(url).await?;
        if url.contains("/app/") { self.unlock().await } else { Ok(()) }
    }

    /// Opens a page, and leaves a lock alone.
    ///
    /// # Errors
    /// When the browser cannot.
    pub async fn load(&self, url: &str) -> Result<()> {
        self.page().goto(url).await.with_context(|| format!("opening {url}"))
    }

    /// Types the PIN when the app asks for it.
    ///
    /// # Errors
    /// When the app shows nothing, or stays locked.
    pub async fn unlock(&self) -> Result<()> {
        let look = "return document.querySelector('#slot-pin') ? 'locked' : \
                    document.querySelector('main, #proef') ? 'open' : null";
        let found = wait::until("the app to show something", async || {
            self.page().execute(look, vec![]).await.ok()?.convert::<Option<String>>().ok()?
        });
        if self.explained(found.await).await? == "locked" {
            self.fill("Uw pincode", PIN).await?;
            let open = wait::until_with("the lock to open", UNLOCK_MAX, async || {
                let now = self.page().execute(look, vec![]).await.ok()?;
                (now.convert::<String>().ok()? == "open").then_some(())
            });
            self.explained(open.await).await?;
        }
        Ok(())
    }

    /// Chooses the PIN of a new phone.
    ///
    /// # Errors
    /// When the app does not ask for one.
    pub async fn choose_pin(&self) -> Result<()> {
        let label = "Kies een pincode van 6 cijfers";
        self.see(label).await?;
        // A phone that seems slow takes the fewest rounds, and tests start apps all the time.
        let slow =
            "const now = performance.now.bind(performance); performance.now = () => now() * 50";
        self.page().execute(slow, vec![]).await?;
        self.fill(label, PIN).await?;
        self.fill("Vul de pincode nog een keer in", PIN).await?;
        self.no_longer_see("Vul de pincode nog een keer in").await
    }

    /// All words on the page that a person can read now.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn words(&self) -> Result<String> {
        let words = self.page().execute("return document.body.innerText", vec![]).await?;
        Ok(words.convert()?)
    }

    /// Waits until the page says `words`.
    ///
    /// # Errors
    /// When it never does; with what it says instead.
    pub async fn see(&self, words: &str) -> Result<()> {
        self.look_for(words, true).await
    }

    /// Waits until the page no longer says `words`.
    ///
    /// # Errors
    /// When it goes on saying so.
    pub async fn no_longer_see(&self, words: &str) -> Result<()> {
        self.look_for(words, false).await
    }

    async fn look_for(&self, words: &str, there: bool) -> Result<()> {
        let what = format!("the page to {}say \"{words}\"", if there { "" } else { "no longer " });
        let found = wait::until(&what, async || {
            let now = self.words().await.ok()?;
            (now.contains(words) == there).then_some(())
        });
        self.explained(found.await).await
    }

    /// Adds to a failure what a person would see.
    async fn explained<T>(&self, result: Result<T>) -> Result<T> {
        let Err(error) = result else { return result };
        let now = self.words().await.unwrap_or_default();
        let place = self.place().await.unwrap_or_default();
        let console = self.console().await.unwrap_or_default().join("\n");
        Err(error.context(format!("{place} says:\n{now}\n\nits console:\n{console}\n")))
    }

    /// Presses the button, link, or choice with these words.
    ///
    /// # Errors
    /// When there is none that can be pressed.
    pub async fn press(&self, words: &str) -> Result<()> {
        self.press_in("/", words).await
    }

    /// As `press`, below the element of this XPath.
    ///
    /// # Errors
    /// As `press`.
    pub async fn press_in(&self, place: &str, words: &str) -> Result<()> {
        let path = format!(
            "{place}/descendant::*[{PRESSABLE}][contains(normalize-space(.), {})]",
            quoted(words)
        );
        self.press_path(&path, words).await
    }

    /// Presses the first element of this XPath that can be seen. `what` is for the message.
    ///
    /// # Errors
    /// As `press`.
    pub async fn press_path(&self, path: &str, what: &str) -> Result<()> {
        let goal = format!("\"{what}\" to be pressed");
        let pressed = wait::until(&goal, async || self.try_press(path).await.ok().flatten()).await;
        self.explained(pressed).await
    }

    async fn try_press(&self, path: &str) -> Result<Option<()>> {
        for element in self.page().find_all(By::XPath(path)).await? {
            if element.is_displayed().await? && element.is_enabled().await? {
                let middle = "arguments[0].scrollIntoView({block: 'center'})";
                self.page().execute(middle, vec![element.to_json()?]).await?;
                element.click().await?;
                return Ok(Some(()));
            }
        }
        Ok(None)
    }

    /// Types into the field with this label, replacing what was there.
    ///
    /// # Errors
    /// When there is no such field.
    pub async fn fill(&self, label: &str, text: &str) -> Result<()> {
        self.remember(text);
        let path = format!(
            "//*[@id = //label[contains(normalize-space(.), {})]/@for][not({EARLY})]",
            quoted(label)
        );
        let filled = wait::until(&format!("the field \"{label}\""), async || {
            let field = self.page().find(By::XPath(path.as_str())).await.ok()?;
            // Not every driver does this by itself.
            field.scroll_into_view().await.ok()?;
            field.clear().await.ok()?;
            field.send_keys(text).await.ok()
        })
        .await;
        self.explained(filled).await
    }

    /// Types into the element of this CSS selector, after what is there.
    ///
    /// # Errors
    /// When there is no such element.
    pub async fn type_in(&self, css: &'static str, text: &str) -> Result<()> {
        self.remember(text);
        let typed = wait::until(css, async || {
            let field = self.page().find(By::Css(css)).await.ok()?;
            field.send_keys(text).await.ok()
        });
        self.explained(typed.await).await
    }

    /// The path of the page's address.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn place(&self) -> Result<String> {
        Ok(self.page().current_url().await?.path().to_owned())
    }

    /// Waits until the address begins with `path`; gives the whole path.
    ///
    /// # Errors
    /// When it never does.
    pub async fn arrive(&self, path: &str) -> Result<String> {
        let arrived = wait::until(&format!("the address to begin with {path}"), async || {
            self.place().await.ok().filter(|place| place.starts_with(path))
        })
        .await;
        self.explained(arrived).await
    }
}

/// A string in XPath; our words hold no double quotes.
fn quoted(words: &str) -> String {
    format!("\"{words}\"")
}
