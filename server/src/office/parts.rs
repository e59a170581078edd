//! Small pieces that several office pages are made of: badges, alerts, fields, pagers. No queries.

use crate::access::SignedIn;
use leptos::prelude::*;

/// What a badge or alert means; always shown with words and an icon, never by colour alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Neutral,
    Good,
    Warn,
    /// Two answers that contradict.
    Disputed,
    Bad,
}

impl Tone {
    fn name(self) -> &'static str {
        match self {
            Tone::Neutral => "neutral",
            Tone::Good => "good",
            Tone::Warn | Tone::Disputed => "warn",
            Tone::Bad => "bad",
        }
    }

    /// Outline of its icon in a 16 by 16 square: clock, tick, triangle, fork, exclamation mark.
    fn path(self) -> &'static str {
        match self {
            Tone::Neutral => "M8 4v4l3 2M8 1.5a6.5 6.5 0 1 0 .01 0",
            Tone::Good => "M3 8.5l3.5 3.5L13 5",
            Tone::Warn => "M8 2l6.5 11.5h-13zM8 6.5v3M8 11.6v.1",
            Tone::Disputed => "M8 14V9L4 5V2M8 9l4-4V2",
            Tone::Bad => "M8 3v6M8 12v.5",
        }
    }
}

pub fn icon(tone: Tone) -> impl IntoView {
    view! {
        <svg class="aanbel-icon" viewBox="0 0 16 16" aria-hidden="true">
            <path d=tone.path()></path>
        </svg>
    }
}

/// A state in words and icon.
pub fn badge(tone: Tone, text: impl Into<String>) -> AnyView {
    let text: String = text.into();
    view! {
        <span class=format!("nl-data-badge nl-data-badge--{}", tone.name())>
            {icon(tone)}
            <span>{text}</span>
        </span>
    }
    .into_any()
}

/// A message on top of a page. Bad ones are summaries of errors and take focus.
pub fn alert(tone: Tone, heading: &str, text: impl Into<String>) -> AnyView {
    let bad = tone == Tone::Bad;
    let heading = heading.to_owned();
    let text: String = text.into();
    view! {
        <div
            class=format!("nl-alert nl-alert--{}", tone.name())
            role=if bad { "alert" } else { "status" }
            tabindex="-1"
            autofocus=bad
        >
            {icon(tone)}
            <div>
                <p class="nl-alert__heading">{heading}</p>
                {(!text.is_empty()).then(|| view! { <p>{text}</p> })}
            </div>
        </div>
    }
    .into_any()
}

/// What an empty page says: what is not there, and what to do next.
pub fn empty(heading: &str, next: impl IntoView) -> AnyView {
    let heading = heading.to_owned();
    view! {
        <div class="aanbel-empty">
            <p class="aanbel-empty__heading">{heading}</p>
            <p>{next.into_view()}</p>
        </div>
    }
    .into_any()
}

/// The hidden field that proves a form came from a page of ours.
pub fn csrf(viewer: &SignedIn) -> impl IntoView + use<> {
    view! { <input type="hidden" name="csrf" value=viewer.csrf.clone()/> }
}

/// A labelled one-line input.
pub struct Input<'a> {
    pub id: &'a str,
    pub label: &'a str,
    pub kind: &'a str,
    pub value: &'a str,
    pub hint: &'a str,
    pub error: Option<&'a str>,
    pub autocomplete: &'a str,
    pub required: bool,
}

impl<'a> Input<'a> {
    pub fn text(id: &'a str, label: &'a str, value: &'a str) -> Self {
        Input {
            id,
            label,
            kind: "text",
            value,
            hint: "",
            error: None,
            autocomplete: "off",
            required: false,
        }
    }

    pub fn view(&self) -> AnyView {
        let (id, hint_id, error_id) =
            (self.id.to_owned(), format!("{}-uitleg", self.id), format!("{}-fout", self.id));
        let mut described = Vec::new();
        if !self.hint.is_empty() {
            described.push(hint_id.clone());
        }
        if self.error.is_some() {
            described.push(error_id.clone());
        }
        view! {
            <div class="nl-form-field" class:nl-form-field--invalid=self.error.is_some()>
                <label class="nl-form-label" for=id.clone()>{self.label.to_owned()}</label>
                {(!self.hint.is_empty()).then(|| view! {
                    <p class="nl-form-field-description" id=hint_id>{self.hint.to_owned()}</p>
                })}
                {self.error.map(|error| view! {
                    <p class="nl-form-field-error" id=error_id>{icon(Tone::Bad)}{error.to_owned()}</p>
                })}
                <input
                    class="nl-text-input"
                    id=id.clone()
                    name=id
                    type=self.kind.to_owned()
                    value=self.value.to_owned()
                    autocomplete=self.autocomplete.to_owned()
                    required=self.required
                    aria-invalid=self.error.map(|_| "true")
                    aria-describedby=(!described.is_empty()).then(|| described.join(" "))
                />
            </div>
        }
        .into_any()
    }
}

/// A labelled select; `options` are values with their texts, the empty value first when allowed.
pub fn select(id: &str, label: &str, chosen: &str, options: Vec<(String, String)>) -> AnyView {
    choose(id, id, label, chosen, options)
}

/// The same, for a page with several selects of one name.
pub fn choose(
    id: &str,
    name: &str,
    label: &str,
    chosen: &str,
    options: Vec<(String, String)>,
) -> AnyView {
    let (id, name) = (id.to_owned(), name.to_owned());
    let (label, chosen) = (label.to_owned(), chosen.to_owned());
    let options = options
        .into_iter()
        .map(|(value, text)| {
            let selected = value == chosen;
            view! { <option value=value selected=selected>{text}</option> }
        })
        .collect_view();
    view! {
        <div class="nl-form-field">
            <label class="nl-form-label" for=id.clone()>{label}</label>
            <select class="nl-select" id=id name=name>{options}</select>
        </div>
    }
    .into_any()
}

/// A page's heading with a line below it and, on the right, what can be done here.
pub fn heading(title: impl Into<String>, lead: impl IntoView, actions: impl IntoView) -> AnyView {
    let title: String = title.into();
    view! {
        <div class="aanbel-heading">
            <div>
                <h1>{title}</h1>
                <div class="aanbel-heading__lead">{lead.into_view()}</div>
            </div>
            <div class="aanbel-heading__actions">{actions.into_view()}</div>
        </div>
    }
    .into_any()
}

/// A table with a caption for who cannot see it; on a phone each row is a card.
pub fn table(caption: impl Into<String>, heads: &[&'static str], rows: impl IntoView) -> AnyView {
    table_of(caption, heads, &[], rows)
}

/// The same, with columns of numbers, by their place.
pub fn table_of(
    caption: impl Into<String>,
    heads: &[&'static str],
    numbers: &[usize],
    rows: impl IntoView,
) -> AnyView {
    let caption: String = caption.into();
    let heads = heads.iter().enumerate().map(|(place, head)| {
        if numbers.contains(&place) {
            view! { <th scope="col" class="nl-table__number--end">{*head}</th> }.into_any()
        } else {
            view! { <th scope="col">{*head}</th> }.into_any()
        }
    });
    view! {
        <table class="nl-table nl-table--cards">
            <caption class="aanbel-hidden">{caption}</caption>
            <thead><tr>{heads.collect_view()}</tr></thead>
            <tbody>{rows.into_view()}</tbody>
        </table>
    }
    .into_any()
}

/// A bar of how many doors are done, with the numbers in words. The width is an attribute: the CSP
/// allows no styles in a page.
pub fn progress(done: usize, doors: usize) -> AnyView {
    let share = (done * 100).checked_div(doors).unwrap_or(0);
    view! {
        <div class="aanbel-progress">
            <svg class="aanbel-bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
                <rect class="aanbel-bar__track" width="100" height="6"></rect>
                <rect class="aanbel-bar__fill" width=share.to_string() height="6"></rect>
            </svg>
            <span>{format!("{} van {} deuren klaar", grouped(done), grouped(doors))}</span>
        </div>
    }
    .into_any()
}

/// `1 bezoek`, `12 bezoeken`.
pub fn count(number: usize, one: &str, more: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { more })
}

/// `1.234`, as numbers are written in Dutch.
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('.');
        }
        text.push(digit);
    }
    text
}

/// A part of a whole as `41%`, with one decimal below ten; a dash when there is no whole.
pub fn percentage(part: usize, whole: usize) -> String {
    if whole == 0 {
        return "–".to_owned();
    }
    let share = part as f64 * 100.0 / whole as f64;
    if share > 0.0 && share < 10.0 {
        format!("{share:.1}%").replace('.', ",")
    } else {
        format!("{share:.0}%")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_the_dutch_way() {
        assert_eq!(grouped(929), "929");
        assert_eq!(grouped(1_234_567), "1.234.567");
        assert_eq!(percentage(41, 929), "4,4%");
        assert_eq!(percentage(0, 929), "0%");
        assert_eq!(percentage(1, 0), "–");
        assert_eq!(count(1, "bezoek", "bezoeken"), "1 bezoek");
    }
}
