//! The scheme catalogue that this phone holds: asked for when the office announces another version,
//! checked, kept in one row, and only then shown. The one place through which screens reach it.

use crate::link::http::{self, Caller};
use crate::session::Session;
use crate::store::StoreError;
use crate::ui::prelude::*;
use aanbel_shared::scheme::Catalogue;
use leptos::task::spawn_local;

/// The row that keeps the packed bytes. Their version follows from them.
const ROW: &str = "catalogue";

/// A catalogue that was kept. It lives as long as the program, so that screens may refer to its
/// schemes: a new one comes a few times a year.
#[derive(Clone, Copy, Debug)]
pub struct Held {
    pub version: &'static str,
    pub catalogue: &'static Catalogue,
}

impl PartialEq for Held {
    fn eq(&self, other: &Self) -> bool {
        self.version == other.version
    }
}

/// Why this phone holds no newer catalogue. The old one, if any, stays in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// What is kept here cannot be read.
    Damaged,
    /// No whole answer, or a refusal.
    NotReceived,
    /// The bytes are not those that were announced.
    Altered,
    NotKept(StoreError),
}

impl Trouble {
    pub fn sentence_nl(&self) -> &'static str {
        match self {
            Trouble::Damaged => {
                "De regels op dit toestel zijn beschadigd. Wij halen ze opnieuw op zodra er internet is."
            }
            Trouble::NotReceived => {
                "Er zijn nieuwe regels, maar ze kwamen nog niet binnen. Wij proberen het bij de volgende keer versturen opnieuw."
            }
            Trouble::Altered => {
                "Er zijn nieuwe regels, maar ze kwamen niet heel aan. De oude regels blijven gelden op dit toestel. Wij proberen het opnieuw."
            }
            Trouble::NotKept(error) => error.sentence_nl(),
        }
    }
}

/// Copied everywhere; one per running app.
#[derive(Clone, Copy)]
pub struct Schemes {
    session: Session,
    /// None before the first exchange of this phone.
    pub held: RwSignal<Option<Held>>,
    pub trouble: RwSignal<Option<Trouble>>,
}

impl Schemes {
    /// Reads what is kept.
    pub async fn open(session: Session) -> Schemes {
        let schemes = Schemes { session, held: RwSignal::new(None), trouble: RwSignal::new(None) };
        schemes.read().await;
        schemes
    }

    /// Follows what other tabs keep, and forgets with the phone, as long as the app runs.
    pub fn watch(self) {
        let (reloaded, emptied) = (self.session.reloaded, self.session.emptied);
        when(move || _ = reloaded.get(), move || spawn_local(self.read()));
        let forget = move || {
            if emptied.get_untracked().is_some() {
                self.held.set(None);
            }
        };
        when(move || _ = emptied.get(), forget);
    }

    async fn read(self) {
        let Some(bytes) = self.session.side(ROW).await else { return };
        match Catalogue::received(&bytes) {
            Ok((version, catalogue)) => self.show(version, catalogue),
            Err(_) => self.trouble.set(Some(Trouble::Damaged)),
        }
    }

    fn show(self, version: String, catalogue: Catalogue) {
        if !self.holds(&version) {
            let (version, catalogue) = (version.leak(), Box::leak(Box::new(catalogue)));
            self.held.set(Some(Held { version, catalogue }));
        }
    }

    fn holds(self, version: &str) -> bool {
        self.held.with_untracked(|held| held.is_some_and(|held| held.version == version))
    }

    /// The office announced `version`: gets it unless it is here already.
    pub async fn follow(self, version: &str) {
        if version.is_empty() || self.holds(version) {
            self.trouble.set(None);
            return;
        }
        let outcome = self.fetch(version).await;
        self.trouble.set(outcome.err());
    }

    async fn fetch(self, announced: &str) -> Result<(), Trouble> {
        let token =
            self.session.device.with_untracked(|device| device.me().map(|me| me.token.clone()));
        let answer =
            http::get("/api/catalogue", token.as_deref().map_or(Caller::Nobody, Caller::Token))
                .await;
        let answer = answer.ok().filter(|answer| answer.status == 200);
        let bytes = answer.ok_or(Trouble::NotReceived)?.body;
        let (version, catalogue) = Catalogue::received(&bytes).map_err(|_| Trouble::Altered)?;
        if version != announced {
            return Err(Trouble::Altered);
        }
        self.session.keep_side(ROW, Some(&bytes)).await.map_err(Trouble::NotKept)?;
        self.session.changed.update(|count| *count += 1);
        self.show(version, catalogue);
        Ok(())
    }
}
