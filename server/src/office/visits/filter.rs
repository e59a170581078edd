//! Which visits are asked for, as it stands in the URL: filter, sort, page. Unknown or broken parts
//! of a URL are left out, so that an old link still opens the table.

use crate::access::audit::Line;
use crate::office::time;
use aanbel_shared::form::Forms;
use aanbel_shared::record::WorklistId;
use uuid::Uuid;

/// Rows per page that one may choose.
pub const SIZES: [usize; 3] = [25, 50, 100];

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    pub district: String,
    pub street: Option<Uuid>,
    /// Key of a choice of `attempt.result`.
    pub result: String,
    pub person: Option<i64>,
    /// Days since 1970, both days included.
    pub from: Option<i32>,
    pub to: Option<i32>,
    pub state: Option<State>,
    /// Part of the name of a street.
    pub search: String,
    pub sort: Sort,
    pub descending: bool,
    /// From 1.
    pub page: usize,
    pub size: usize,
}

/// What the office still has to do with a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Waiting,
    Reviewed,
    Contradiction,
}

impl State {
    pub const ALL: [State; 3] = [State::Waiting, State::Reviewed, State::Contradiction];

    pub fn key(self) -> &'static str {
        match self {
            State::Waiting => "wacht",
            State::Reviewed => "nagekeken",
            State::Contradiction => "tegenspraak",
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            State::Waiting => "Nog nakijken",
            State::Reviewed => "Nagekeken",
            State::Contradiction => "Met tegenspraak",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    At,
    Address,
    Result,
    Person,
    District,
}

impl Sort {
    pub const ALL: [Sort; 5] =
        [Sort::Address, Sort::At, Sort::Result, Sort::Person, Sort::District];

    pub fn key(self) -> &'static str {
        match self {
            Sort::At => "datum",
            Sort::Address => "adres",
            Sort::Result => "uitslag",
            Sort::Person => "wie",
            Sort::District => "wijk",
        }
    }
}

impl Default for Filter {
    fn default() -> Self {
        Filter {
            district: String::new(),
            street: None,
            result: String::new(),
            person: None,
            from: None,
            to: None,
            state: None,
            search: String::new(),
            sort: Sort::At,
            descending: true,
            page: 1,
            size: SIZES[0],
        }
    }
}

impl Filter {
    /// From the pairs of a query string.
    pub fn from_pairs(pairs: &[(String, String)]) -> Self {
        let mut filter = Filter::default();
        for (key, value) in pairs {
            filter.take(key, value.trim());
        }
        filter
    }

    fn take(&mut self, key: &str, value: &str) {
        match key {
            "wijk" => self.district = value.to_owned(),
            "straat" => self.street = value.parse().ok(),
            "uitslag" => self.result = value.to_owned(),
            "wie" => self.person = value.parse().ok(),
            "van" => self.from = time::parse_date(value),
            "tot" => self.to = time::parse_date(value),
            "stand" => self.state = State::ALL.into_iter().find(|state| state.key() == value),
            "zoek" => self.search = value.to_owned(),
            "sorteer" => {
                let name = value.strip_prefix('-').unwrap_or(value);
                if let Some(sort) = Sort::ALL.into_iter().find(|sort| sort.key() == name) {
                    self.sort = sort;
                    self.descending = name != value;
                }
            }
            "pagina" => self.page = value.parse().unwrap_or(1).max(1),
            "per" => {
                let asked: usize = value.parse().unwrap_or_default();
                self.size = SIZES.into_iter().find(|size| *size == asked).unwrap_or(SIZES[0]);
            }
            _ => {}
        }
    }

    /// Whether anything narrows the table down.
    pub fn narrows(&self) -> bool {
        let plain = Filter {
            sort: self.sort,
            descending: self.descending,
            page: self.page,
            size: self.size,
            ..Filter::default()
        };
        *self != plain
    }

    /// Value of `sorteer`: `-` stands for descending.
    pub fn sort_key(&self) -> String {
        format!("{}{}", if self.descending { "-" } else { "" }, self.sort.key())
    }

    /// The query string, only with what differs from the plain table.
    pub fn query(&self) -> String {
        let plain = Filter::default();
        let mut text = form_urlencoded::Serializer::new(String::new());
        let mut add = |key: &str, value: String| {
            if !value.is_empty() {
                text.append_pair(key, &value);
            }
        };
        add("zoek", self.search.clone());
        add("wijk", self.district.clone());
        add("straat", self.street.map(|id| id.to_string()).unwrap_or_default());
        add("uitslag", self.result.clone());
        add("wie", self.person.map(|id| id.to_string()).unwrap_or_default());
        add("van", self.from.map(time::input_date).unwrap_or_default());
        add("tot", self.to.map(time::input_date).unwrap_or_default());
        add("stand", self.state.map(|state| state.key().to_owned()).unwrap_or_default());
        if (self.sort, self.descending) != (plain.sort, plain.descending) {
            add("sorteer", self.sort_key());
        }
        if self.size != plain.size {
            add("per", self.size.to_string());
        }
        if self.page > 1 {
            add("pagina", self.page.to_string());
        }
        text.finish()
    }

    /// A line of the audit with what was asked for. What somebody typed is not kept, only that she did.
    pub fn told(&self, mut line: Line) -> Line {
        if let Some(street) = self.street {
            line = line.on(WorklistId(street));
        }
        for (key, typed) in [("search", &self.search), ("district", &self.district)] {
            if !typed.is_empty() {
                line = line.with(key, "yes");
            }
        }
        let form = Forms::built_in().form("attempt").and_then(|form| form.field("result"));
        if form.is_some_and(|field| field.field().choice(&self.result).is_some()) {
            line = line.with("result", &self.result);
        }
        let numbers = [("person", self.person), ("from", self.from.map(i64::from))];
        for (key, number) in numbers.into_iter().chain([("to", self.to.map(i64::from))]) {
            if let Some(number) = number {
                line = line.with(key, number);
            }
        }
        self.state.into_iter().fold(line, |line, state| line.with("state", state.key()))
    }

    /// Address of the table with this filter.
    pub fn href(&self) -> String {
        let query = self.query();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("/kantoor/bezoeken{mark}{query}")
    }

    /// The same filter on another page.
    pub fn at_page(&self, page: usize) -> Self {
        Filter { page, ..self.clone() }
    }

    /// The same filter sorted by another column, or the other way round by the same one.
    pub fn sorted_by(&self, sort: Sort) -> Self {
        let descending = if self.sort == sort { !self.descending } else { sort == Sort::At };
        Filter { sort, descending, page: 1, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Filter {
        let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes())
            .map(|(key, value)| (key.into_owned(), value.into_owned()))
            .collect();
        Filter::from_pairs(&pairs)
    }

    #[test]
    fn a_filter_survives_its_own_url() {
        let query = "zoek=l%C3%A4ng+%26&wijk=De+Wierden&uitslag=talk&wie=3&van=2025-03-01\
                     &tot=2025-03-31&stand=tegenspraak&sorteer=-adres&per=50&pagina=3";
        assert_eq!(read(query).query(), query);
        assert_eq!(read(&read(query).query()), read(query));
    }

    #[test]
    fn broken_parts_are_left_out() {
        let filter =
            read("straat=nee&wie=x&van=ooit&stand=?&sorteer=prijs&per=7&pagina=0&vreemd=1");
        assert_eq!(filter, Filter::default());
        assert!(!filter.narrows());
    }
}
