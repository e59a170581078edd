//! The card as a page of HTML: its sentences, and what one household agreed. Nothing on it can be
//! pressed, so it is text and no view; every word that a person wrote is escaped here.

use super::{CardFile, Language, Phrase, Square};

/// What a card tells about one household. No name, no address, no answer to a question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paper {
    /// Days since 1970, as all days here.
    pub talked_on: Option<i32>,
    /// None where nobody talked yet.
    pub agreements: Option<Vec<Agreement>>,
    /// What happens on which day.
    pub days: Vec<(Phrase, i32)>,
    /// Where questions go.
    pub municipality: Option<Place>,
}

/// One thing that was agreed. Names, and what the volunteer wrote, are Dutch on every card.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agreement {
    /// A scheme or an organisation.
    pub name: String,
    /// What the scheme is, in Dutch and English; empty for an organisation.
    pub line: [String; 2],
    pub state: Phrase,
    /// What the volunteer wrote down.
    pub note: Option<String>,
    pub place: Option<Place>,
    pub documents: Vec<String>,
}

/// An organisation as a resident finds it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    pub name: String,
    /// Public site without `https://`; empty when it has none.
    pub site: String,
}

/// A day in the words of a language (its code), or in Dutch when those are not known.
pub type DayWords<'a> = &'a dyn Fn(&str, i32) -> String;

const VISIT: [Phrase; 6] = [
    Phrase::VisitWhy,
    Phrase::VisitFree,
    Phrase::VisitOptional,
    Phrase::VisitNoHarm,
    Phrase::VisitNotTax,
    Phrase::VisitDecides,
];
const OFFER: [Phrase; 6] = [
    Phrase::OfferWhat,
    Phrase::OfferLook,
    Phrase::VisitFree,
    Phrase::VisitOptional,
    Phrase::OfferPass,
    Phrase::OfferClosed,
];
const BRING: [Phrase; 3] = [Phrase::BringCard, Phrase::BringIdentity, Phrase::BringLetters];
const DATA: [Phrase; 4] =
    [Phrase::DataLittle, Phrase::DataNever, Phrase::DataWithdraw, Phrase::DataRemove];

impl CardFile {
    /// The whole card in the language at this place of `languages`.
    #[must_use]
    pub fn paper(&self, language: usize, paper: &Paper, day: DayWords) -> String {
        let mut writer = self.writer(language, day);
        writer.paper(paper);
        writer.html
    }

    /// What a caretaker reads aloud or shows to a new tenant before anything is written down.
    #[must_use]
    pub fn offer(&self, language: usize) -> String {
        let mut writer = self.writer(language, &|_, _| String::new());
        writer.section(Phrase::Offer, &OFFER);
        writer.tag("</section>");
        writer.html
    }

    /// What the tenant agrees to.
    #[must_use]
    pub fn consent(&self, language: usize) -> String {
        let mut writer = self.writer(language, &|_, _| String::new());
        writer.say(Phrase::OfferConsent);
        writer.html
    }

    fn writer<'a>(&'a self, language: usize, day: DayWords<'a>) -> Writer<'a> {
        Writer { card: self, language: &self.languages[language], day, html: String::new() }
    }

    /// A sign and the phrase, for the one button of the card.
    #[must_use]
    pub fn label(&self, language: usize, phrase: Phrase) -> String {
        let mut writer = self.writer(language, &|_, _| String::new());
        writer.sign_and_say(phrase);
        writer.html
    }
}

struct Writer<'a> {
    card: &'a CardFile,
    language: &'a Language,
    day: DayWords<'a>,
    html: String,
}

impl Writer<'_> {
    /// Markup of this file.
    fn tag(&mut self, markup: &str) {
        self.html.push_str(markup);
    }

    /// Words of whoever: they stay words.
    fn text(&mut self, words: &str) {
        for letter in words.chars() {
            match letter {
                '&' => self.html.push_str("&amp;"),
                '<' => self.html.push_str("&lt;"),
                '>' => self.html.push_str("&gt;"),
                '"' => self.html.push_str("&quot;"),
                _ => self.html.push(letter),
            }
        }
    }

    /// Words between two pieces of markup.
    fn put(&mut self, before: &str, words: &str, after: &str) {
        self.tag(before);
        self.text(words);
        self.tag(after);
    }

    /// Words, with the Dutch under them while nobody who speaks the language checked them.
    fn both(&mut self, own: &str, dutch: &str) {
        self.put("<span>", own, "</span>");
        if !self.language.is_checked && own != dutch {
            self.put("<span class=\"rcard__dutch\" lang=\"nl\" dir=\"ltr\">", dutch, "</span>");
        }
    }

    fn say(&mut self, phrase: Phrase) {
        let card = self.card;
        self.both(self.language.says(phrase), card.languages[0].says(phrase));
    }

    fn sign_and_say(&mut self, phrase: Phrase) {
        let card = self.card;
        if let Some(path) = card.pictogram(phrase) {
            let picture = "<svg class=\"icon rcard__sign\" viewBox=\"0 0 24 24\" aria-hidden=\"true\"><path d=\"";
            self.put(picture, path, "\"/></svg>");
        }
        self.tag("<span>");
        self.say(phrase);
        self.tag("</span>");
    }

    fn paper(&mut self, paper: &Paper) {
        self.tag("<header class=\"rcard__head\"><h1 tabindex=\"-1\">");
        self.say(Phrase::Title);
        self.tag("</h1>");
        if !self.language.is_checked {
            self.tag("<p class=\"rcard__unchecked\">");
            self.say(Phrase::Unchecked);
            self.tag("</p>");
        }
        if let Some(day) = paper.talked_on {
            self.dated(Phrase::TalkedOn, day);
        }
        self.tag("</header>");
        let agreements = paper.agreements.as_deref();
        if let Some(agreements) = agreements {
            self.agreed(agreements);
        }
        if !paper.days.is_empty() {
            self.section(Phrase::When, &[]);
            paper.days.iter().for_each(|(phrase, day)| self.dated(*phrase, *day));
            self.tag("</section>");
        }
        let agreements = agreements.unwrap_or_default();
        if !agreements.is_empty() {
            self.section(Phrase::Bring, &BRING);
            self.tag("</section>");
        }
        self.section(Phrase::Visit, &VISIT);
        self.tag("</section>");
        self.help(paper.municipality.as_ref(), agreements);
        self.section(Phrase::Data, &DATA);
        self.tag("</section><p class=\"rcard__thanks\">");
        self.sign_and_say(Phrase::Thanks);
        self.tag("</p>");
    }

    /// Begins a section with its heading and its lines.
    fn section(&mut self, heading: Phrase, lines: &[Phrase]) {
        self.tag("<section><h2>");
        self.sign_and_say(heading);
        self.tag("</h2>");
        if !lines.is_empty() {
            self.tag("<ul class=\"rcard__lines\">");
            for line in lines {
                self.tag("<li>");
                self.sign_and_say(*line);
                self.tag("</li>");
            }
            self.tag("</ul>");
        }
    }

    fn dated(&mut self, phrase: Phrase, day: i32) {
        let (own, dutch) = ((self.day)(&self.language.code, day), (self.day)("nl", day));
        self.tag("<p class=\"rcard__day\">");
        self.sign_and_say(phrase);
        self.tag("<strong>");
        self.both(&own, &dutch);
        self.tag("</strong></p>");
    }

    fn agreed(&mut self, agreements: &[Agreement]) {
        if agreements.is_empty() {
            self.section(Phrase::Agreed, &[Phrase::AgreedNothing]);
        } else {
            self.section(Phrase::Agreed, &[]);
            self.tag("<ol class=\"rcard__agreed\">");
            agreements.iter().for_each(|agreement| self.agreement(agreement));
            self.tag("</ol>");
        }
        self.tag("</section>");
    }

    fn agreement(&mut self, agreement: &Agreement) {
        self.put("<li><h3 lang=\"nl\" dir=\"ltr\">", &agreement.name, "</h3>");
        let [line, line_en] = &agreement.line;
        if self.language.code == "en" && !line_en.is_empty() {
            self.put("<p class=\"rcard__about\">", line_en, "</p>");
        } else if !line.is_empty() {
            self.put("<p class=\"rcard__about\" lang=\"nl\" dir=\"ltr\">", line, "</p>");
        }
        self.tag("<p>");
        self.say(agreement.state);
        self.tag("</p>");
        if let Some(note) = &agreement.note {
            self.fact(Phrase::Agreement, &[note]);
        }
        if let Some(Place { name, site }) = &agreement.place {
            let both = [name.as_str(), site.as_str()];
            self.fact(Phrase::Where, if site.is_empty() { &both[..1] } else { &both });
        }
        if !agreement.documents.is_empty() {
            let documents: Vec<&str> = agreement.documents.iter().map(String::as_str).collect();
            self.fact(Phrase::Documents, &documents);
        }
        self.tag("</li>");
    }

    fn fact(&mut self, phrase: Phrase, dutch: &[&str]) {
        self.tag("<div class=\"rcard__fact\"><p>");
        self.sign_and_say(phrase);
        self.tag("</p><ul class=\"rcard__own\" lang=\"nl\" dir=\"ltr\">");
        dutch.iter().for_each(|words| self.put("<li>", words, "</li>"));
        self.tag("</ul></div>");
    }

    /// Where questions go, and each public site of this card once, with its QR code.
    fn help(&mut self, municipality: Option<&Place>, agreements: &[Agreement]) {
        self.section(Phrase::Help, &[Phrase::HelpAsk, Phrase::HelpScan]);
        self.tag("<ul class=\"rcard__squares\" lang=\"nl\" dir=\"ltr\">");
        let mut shown: Vec<&str> = Vec::new();
        let applied = agreements.iter().filter_map(|agreement| agreement.place.as_ref());
        for place in municipality.into_iter().chain(applied) {
            if let Some(square) = self.card.square(&place.site)
                && !shown.contains(&place.site.as_str())
            {
                shown.push(&place.site);
                self.square(place, square);
            }
        }
        self.tag("</ul></section>");
    }

    fn square(&mut self, place: &Place, square: &Square) {
        let [from, side] = square.view();
        self.put(
            "<li><svg class=\"rcard__square\" role=\"img\" aria-label=\"QR: ",
            &place.site,
            "\" viewBox=\"",
        );
        for number in [from, from, side, side] {
            self.put("", &number.to_string(), " ");
        }
        self.put("\"><path d=\"", &square.path(), "\"/></svg>");
        self.put("<strong>", &place.name, "</strong>");
        self.put("<span>", &place.site, "</span></li>");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::card::FILE;

    fn words(language: &str, paper: &Paper) -> String {
        let card = CardFile::parse(FILE).expect("the build wrote it");
        card.paper(card.place_of(language), paper, &|code, day| format!("dag {day} ({code})"))
    }

    fn agreement() -> Agreement {
        Agreement {
            name: "Huurtoeslag".into(),
            line: ["Geld voor de huur".into(), "Money for the rent".into()],
            state: Phrase::Wants,
            note: Some("Dinsdag <script>alert(\"x\")</script> & door".into()),
            place: Some(Place { name: "Dienst Toeslagen".into(), site: "toeslagen.nl".into() }),
            documents: vec!["DigiD".into()],
        }
    }

    #[test]
    fn what_a_volunteer_wrote_stays_words() {
        let paper = Paper { agreements: Some(vec![agreement()]), ..Paper::default() };
        let html = words("nl", &paper);
        assert!(
            html.contains("Dinsdag &lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; door")
        );
        assert!(!html.contains("<script"));
    }

    #[test]
    fn dutch_stands_beside_what_nobody_checked_and_nowhere_else() {
        let paper = Paper { talked_on: Some(3), ..Paper::default() };
        let turkish = words("tr", &paper);
        assert!(
            turkish.contains("<span>Bu ziyaret ücretsizdir.</span><span class=\"rcard__dutch\"")
        );
        for dutch in ["Het bezoek is gratis.", "dag 3 (nl)", "rcard__unchecked"] {
            assert!(turkish.contains(dutch), "{dutch}");
        }
        let dutch = words("nl", &paper);
        assert!(!dutch.contains("rcard__dutch") && !dutch.contains("rcard__unchecked"));
        assert!(dutch.contains("dag 3 (nl)"));
    }

    #[test]
    fn each_site_gets_one_square() {
        let place = |site: &str| Place { name: "Gemeente".into(), site: site.into() };
        let other = Agreement { place: Some(place("nergens.example")), ..agreement() };
        let paper = Paper {
            agreements: Some(vec![agreement(), agreement(), other]),
            municipality: Some(place("almere.nl")),
            ..Paper::default()
        };
        let html = words("en", &paper);
        let squares: Vec<&str> = html
            .split("aria-label=\"QR: ")
            .skip(1)
            .filter_map(|one| one.split('"').next())
            .collect();
        assert_eq!(squares, ["almere.nl", "toeslagen.nl"]);
        assert!(html.contains("nergens.example"), "a site without a square is still told");
        assert!(html.contains("Money for the rent") && !html.contains("Geld voor de huur"));
    }

    #[test]
    fn a_talk_without_agreements_says_so_and_a_door_says_nothing_of_it() {
        let talk = words("nl", &Paper { agreements: Some(Vec::new()), ..Paper::default() });
        assert!(talk.contains("We hebben nu niets afgesproken."));
        let door = words("nl", &Paper::default());
        assert!(!door.contains("afgesproken") && !door.contains("Neem mee"));
    }
}
