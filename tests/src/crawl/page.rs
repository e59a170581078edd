//! What a page offers to whoever reads its HTML: its tags as a browser sees them, its links and its
//! forms.

/// One opening tag: name, and attributes with their values unescaped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    pub name: String,
    pub attributes: Vec<(String, String)>,
}

impl Tag {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|one| one.0 == name).map(|one| one.1.as_str())
    }
}

/// The tags of a page in their order; closing ones begin with a slash.
pub fn tags(page: &str) -> Vec<Tag> {
    let mut tags = Vec::new();
    let mut rest = page;
    while let Some(place) = rest.find('<') {
        rest = &rest[place + 1..];
        if rest.starts_with("!--") {
            rest = rest.split_once("-->").map_or("", |(_, after)| after);
        } else if rest.starts_with(|one: char| one.is_ascii_alphabetic() || one == '/') {
            let (tag, after) = tag(rest);
            tags.push(tag);
            rest = after;
        }
    }
    tags
}

/// The tag that begins here, and what comes after it.
fn tag(text: &str) -> (Tag, &str) {
    let ends = |one: char| one.is_ascii_whitespace() || one == '>';
    let (name, mut rest) = text.split_at(text.find(ends).unwrap_or(text.len()));
    let name = name.to_ascii_lowercase();
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start_matches(|one: char| one.is_ascii_whitespace() || one == '/');
        if rest.is_empty() || rest.starts_with('>') {
            return (Tag { name, attributes }, rest.get(1..).unwrap_or_default());
        }
        let until = rest.find(|one: char| ends(one) || one == '=').unwrap_or(rest.len());
        let (key, after) = rest.split_at(until.max(1));
        let (value, after) = value(after);
        attributes.push((key.to_ascii_lowercase(), plain(value)));
        rest = after;
    }
}

/// The value behind an attribute's name, and what comes after it.
fn value(text: &str) -> (&str, &str) {
    let Some(text) = text.trim_start().strip_prefix('=') else { return ("", text) };
    let text = text.trim_start();
    match text.chars().next() {
        Some(quote @ ('"' | '\'')) => text[1..].split_once(quote).unwrap_or((&text[1..], "")),
        _ => {
            let ends = |one: char| one.is_ascii_whitespace() || one == '>';
            text.split_at(text.find(ends).unwrap_or(text.len()))
        }
    }
}

fn plain(value: &str) -> String {
    let marks = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&#39;", "'")];
    let text = marks.iter().fold(value.to_owned(), |text, (mark, one)| text.replace(mark, one));
    text.replace("&amp;", "&")
}

/// Who decides what a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filled {
    ByHand,
    ByThePage,
    File,
}

#[derive(Clone, Debug)]
pub struct Field {
    pub name: String,
    pub value: String,
    pub filled: Filled,
}

/// A form with its fields as they stand.
#[derive(Clone, Debug)]
pub struct Form {
    pub post: bool,
    pub action: String,
    pub fields: Vec<Field>,
}

impl Form {
    /// Whether it goes as parts, for it holds a file.
    pub fn has_file(&self) -> bool {
        self.fields.iter().any(|field| field.filled == Filled::File)
    }

    pub fn has_token(&self) -> bool {
        self.fields.iter().any(|field| field.name == "csrf" && field.value.len() == 64)
    }
}

/// The forms of a page; one that says not where it goes, goes to `place`.
pub fn forms(tags: &[Tag], place: &str) -> Vec<Form> {
    let mut forms: Vec<Form> = Vec::new();
    let (mut inside, mut chosen) = (false, None::<String>);
    for tag in tags {
        match tag.name.as_str() {
            "form" => {
                let post = tag.get("method").is_some_and(|how| how.eq_ignore_ascii_case("post"));
                let action = tag.get("action").unwrap_or(place).to_owned();
                forms.push(Form { post, action, fields: Vec::new() });
                inside = true;
            }
            "/form" => inside = false,
            "select" => chosen = tag.get("name").map(str::to_owned),
            "/select" => chosen = None,
            "option" => {
                let first = chosen.clone().filter(|_| inside);
                if let (Some(name), Some(form)) = (first, forms.last_mut()) {
                    choose(form, name, tag);
                }
            }
            "input" | "textarea" | "button" if inside => {
                if let (Some(form), Some(field)) = (forms.last_mut(), field(tag)) {
                    let again = form.fields.iter().any(|one| one.name == field.name);
                    if !again || field.filled == Filled::ByHand {
                        form.fields.push(field);
                    }
                }
            }
            _ => {}
        }
    }
    forms
}

/// A list holds its first choice that says something, or the one that is chosen.
fn choose(form: &mut Form, name: String, option: &Tag) {
    let value = option.get("value").unwrap_or_default().to_owned();
    let is_chosen = option.attributes.iter().any(|one| one.0 == "selected");
    match form.fields.iter_mut().find(|field| field.name == name) {
        Some(field) if field.value.is_empty() || is_chosen => field.value = value,
        Some(_) => {}
        None => form.fields.push(Field { name, value, filled: Filled::ByThePage }),
    }
}

fn field(tag: &Tag) -> Option<Field> {
    let name = tag.get("name")?.to_owned();
    let value = tag.get("value").unwrap_or_default();
    let or = |other: &str| if value.is_empty() { other.to_owned() } else { value.to_owned() };
    let kind = if tag.name == "input" { tag.get("type").unwrap_or("text") } else { &tag.name };
    let (value, filled) = match kind {
        "hidden" | "radio" | "button" | "submit" => (value.to_owned(), Filled::ByThePage),
        "checkbox" => (or("on"), Filled::ByThePage),
        "file" => (String::new(), Filled::File),
        "date" => (or("2026-11-23"), Filled::ByHand),
        "number" => (or("1"), Filled::ByHand),
        _ => (or("proef"), Filled::ByHand),
    };
    Some(Field { name, value, filled })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_as_a_browser_reads_it() {
        let page = "<!-- <a href='x'> --><p>1 < 2<FORM method=\"post\" action=\"/a?b=1&amp;c\">\
                    <input type=hidden name='csrf' value=\"\"><select name=\"s\"><option value=\"\">\
                    <option value=\"two\"><option value=\"three\"></select>\
                    <textarea name=\"t\">x</textarea></form><a title=\"> <b>\" href=/c>";
        let tags = tags(page);
        assert!(tags.iter().all(|tag| tag.name != "b"), "{tags:?}");
        assert_eq!(tags.last().and_then(|tag| tag.get("href")), Some("/c"));
        let forms = forms(&tags, "/here");
        let [form] = forms.as_slice() else { panic!("{forms:?}") };
        assert!(form.post && !form.has_token() && form.action == "/a?b=1&c");
        let fields: Vec<_> = form.fields.iter().map(|one| (&*one.name, &*one.value)).collect();
        assert_eq!(fields, [("csrf", ""), ("s", "two"), ("t", "proef")]);
    }

    #[test]
    fn what_breaks_out_of_its_quotes_is_seen() {
        let broken = tags("<input value=\"x\"><boos y=\"\"><p title='a' boos='b'>");
        assert!(broken.iter().any(|tag| tag.name == "boos"));
        assert!(broken.iter().any(|tag| tag.get("boos").is_some()));
    }
}
