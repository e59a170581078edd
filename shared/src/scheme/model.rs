//! The shape of the scheme catalogue as it is stored: facts, norms, schemes and what they refer to.
//!
//! Only `serde` and `std` here and nothing of this crate, because the build script includes this file.
//! Postcard stores no field names, so a field is never skipped, flattened or untagged. How a catalogue
//! is read from TOML stands in `load/`, how it is searched in `lookup.rs`, what it says about a
//! household in `evaluate.rs`.

use serde::{Deserialize, Serialize};

/// A calendar day as days since 1 January 1970.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Day(pub i32);

/// Everything in `catalogue/*.toml`, checked: every id is unique and every reference exists.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalogue {
    /// The day the catalogue was compiled.
    pub compiled_on: Option<Day>,
    /// The groups of a checklist, in the order in which they are shown.
    pub groups: Vec<Group>,
    /// What a household can do with a scheme; the absence of a state means "not discussed".
    pub use_states: Vec<UseState>,
    pub sources: Vec<Source>,
    pub organisations: Vec<Organisation>,
    pub municipalities: Vec<Municipality>,
    /// What can be known of a household, in the order in which it is asked.
    pub facts: Vec<Fact>,
    /// Facts that follow from others.
    pub implied: Vec<Implied>,
    /// Combinations of facts that cannot be true together.
    pub impossible: Vec<Impossible>,
    pub norms: Vec<Norm>,
    /// Which norm counts for which household.
    pub tables: Vec<Table>,
    /// National schemes first, then those of each municipality; within a file in its own order.
    pub schemes: Vec<Scheme>,
    /// The file of the resident's card (`shared/src/card/`), so that its texts reach phones with the
    /// rules and under the same version. Empty until a municipality's view is made.
    pub card: String,
}

/// One heading of the checklist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    pub id: String,
    pub label: String,
    pub label_en: String,
}

/// One answer to "what does this household do with this scheme".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UseState {
    pub id: String,
    pub label: String,
    pub label_en: String,
    /// True when a volunteer may choose it at the door; the others belong to an adviser or the office.
    pub at_door: bool,
    /// A sentence of explanation, empty when the label says enough.
    pub hint: String,
}

/// Where a statement of the catalogue was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    pub id: String,
    pub title: String,
    /// As exact as the source itself: a year, a month or a day; empty when it is undated.
    pub dated: String,
}

/// Who decides on a scheme, where it is applied for, or where a resident is referred to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    pub id: String,
    /// `nl`, or the CBS code of the municipality it works in.
    pub scope: String,
    pub name: String,
    /// Public site without scheme or path; empty when unknown.
    pub site: String,
    /// True when it is offered as the target of a referral.
    pub refer_to: bool,
}

/// A municipality with a catalogue file of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Municipality {
    /// CBS code, as in `GM0034`.
    pub scope: String,
    pub name: String,
    /// The organisation meant where a national scheme says "the municipality where you live".
    pub organisation: String,
}

/// Something that can be known of a household and that a rule looks at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// `leeftijd_groep`: Dutch, as in the research draft, because policy staff write these ids.
    pub id: String,
    pub kind: FactKind,
    /// How it is asked, in Dutch at B1.
    pub question: String,
    /// What it is, in two or three words, for an explanation: "Leeftijd".
    pub label: String,
    /// The field of a form that keeps it, `household.age_band`. `None`: asked on screen to compare,
    /// never kept.
    pub field: Option<String>,
    /// True when nobody saying it means that it is not so: never waited for.
    pub optional: bool,
}

/// What a fact can be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FactKind {
    YesNo,
    /// One of these.
    Choice(Vec<FactChoice>),
    /// Any number of these; an empty set means "none of them", and is known.
    Several(Vec<FactChoice>),
    /// A band of the amount `of`: which of these the amount lies in.
    Band {
        of: String,
        choices: Vec<FactChoice>,
    },
    /// A number from 0 up to and including `max`.
    Whole {
        max: i64,
    },
    /// Euro cents from 0 up to and including `max`, in the period of `unit`.
    Cents {
        max: i64,
        unit: Unit,
    },
    /// The CBS code of a municipality.
    Place,
}

/// One possible value of a fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactChoice {
    pub id: String,
    pub label: String,
    /// The choice of the form's field that means this; empty when no form offers it.
    pub form_choice: String,
    /// For a band: above this amount. `None`: from zero.
    pub over: Option<Limit>,
    /// For a band: up to and including this amount. `None`: without end.
    pub up_to: Option<Limit>,
    /// True for "don't know": the fact is then not known.
    pub not_known: bool,
}

/// When all of `all` hold, nothing of the set `fact` is the case, unless somebody said otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Implied {
    pub all: Vec<When>,
    /// A fact of kind [`FactKind::Several`].
    pub none_of: String,
}

/// Facts that cannot be true together: all of `all` at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Impossible {
    pub all: Vec<When>,
    /// What is wrong, in Dutch.
    pub sentence: String,
}

/// True when the fact has one of these values (for a set: at least one of them). Yes and no are
/// `ja` and `nee`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct When {
    pub fact: String,
    pub any_of: Vec<String>,
}

/// What an amount or number is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Euro cents.
    Cents,
    CentsMonth,
    CentsQuarter,
    CentsYear,
    CentsHour,
    /// Hundredths of a percent: 12000 is 120%.
    BasisPoints,
    /// Thousandths of a percent: 1912 is 1,912%.
    MilliPercent,
    Months,
    HoursMonth,
}

/// Whether an income norm includes holiday pay (*vakantiegeld*).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HolidayPay {
    /// It is no income norm.
    None,
    Included,
    Excluded,
}

/// One figure of the law or of a municipality, with its versions in time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Norm {
    pub id: String,
    /// `nl`, or the CBS code of the municipality whose figure it is.
    pub scope: String,
    pub name: String,
    pub unit: Unit,
    pub holiday_pay: HolidayPay,
    /// In rising order, without overlap.
    pub versions: Vec<NormVersion>,
}

/// A norm from one day to another, both included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NormVersion {
    pub valid_from: Day,
    pub valid_to: Day,
    pub amount: Amount,
    /// The id of the [`Source`].
    pub source: String,
    pub checked_on: Day,
    pub note: String,
}

/// How well a figure is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Amount {
    /// Read in the source, or computed from figures that were.
    Exact(i64),
    /// Not read anywhere; certainly between these. Used to compare, never shown.
    Between(i64, i64),
    /// Looked for and not found: nothing is compared with it.
    NotFound,
}

/// Which norm counts for which household: the first row whose conditions hold. There is one for every
/// household.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    pub id: String,
    /// `nl`, or the CBS code of the municipality whose table it is.
    pub scope: String,
    pub name: String,
    pub rows: Vec<Row>,
    /// True when adults who share the costs lower the norm (Participatiewet art. 22a).
    pub cost_sharers: bool,
}

/// One row of a [`Table`]; no condition at all always holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub when: Vec<When>,
    /// The id of the [`Norm`]; `None`: the law has no norm for such a household.
    pub norm: Option<String>,
}

/// A part of what a table gives for this household.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    /// The id of the [`Table`].
    pub table: String,
    /// 10000 is the norm itself, 12000 is 120% of it.
    pub basis_points: u32,
    /// True when the rule states its limit without holiday pay while the norm includes it.
    pub without_holiday_pay: bool,
}

/// One scheme (*regeling*) or service that a visit may mention.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scheme {
    /// `nl.huurtoeslag`: never changes, because visits refer to it.
    pub id: String,
    /// `nl`, or the CBS code of the municipality whose scheme it is.
    pub scope: String,
    pub name: String,
    /// The id of its [`Group`].
    pub group: String,
    /// What it is, for a resident: one line of Dutch at B1.
    pub line: String,
    pub line_en: String,
    /// Other names under which people know it.
    pub aliases: Vec<String>,
    /// The id of the [`Organisation`] that decides.
    pub decides: String,
    /// The id of the [`Organisation`] where it is applied for.
    pub apply_at: String,
    /// What a resident needs for the application, in Dutch.
    pub documents: Vec<String>,
    /// Terms of applying, in Dutch; empty when none is known.
    pub term: String,
    /// The national scheme whose place this one takes in its own municipality.
    pub refines: Option<String>,
    /// Schemes that pay first (*voorliggende voorziening*).
    pub after: Vec<String>,
    /// In rising order, without overlap.
    pub versions: Vec<SchemeVersion>,
}

/// The rule of a scheme from one day to another, both included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchemeVersion {
    /// `None`: since before anything in this catalogue.
    pub valid_from: Option<Day>,
    /// `None`: no end is known. It counts until `check_by` at the latest.
    pub valid_to: Option<Day>,
    /// The last day on which the rule may be used without somebody looking at its source again.
    pub check_by: Day,
    pub status: Status,
    pub source: String,
    /// The day somebody read the source.
    pub checked_on: Day,
    /// How much it is, when that can be computed.
    pub amount: Option<Formula>,
    pub criteria: Vec<Criterion>,
}

/// Whether a scheme can be applied for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Open,
    /// Ended; kept so that older visits stay readable, never on a new checklist.
    Closed,
    /// Nobody has confirmed that it exists today; shown only with that remark.
    Unconfirmed,
}

/// One condition of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Criterion {
    pub role: Role,
    pub test: Test,
    /// The condition for a resident, in Dutch at B1.
    pub text: String,
    /// The id of the [`Source`].
    pub source: String,
}

/// What it means for the hint when the test of a criterion holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// It must hold.
    Required,
    /// It must not hold.
    Excludes,
    /// A sign that the scheme may help. Decides only where no other criterion does.
    Indication,
    /// Good to know; decides nothing.
    Remark,
    /// When it holds, somebody must act fast.
    Urgent,
}

/// What is looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Test {
    /// For everybody: always holds.
    Everyone,
    /// The source says that it counts, but not how: never known.
    Unstated,
    OneOf {
        when: When,
        /// With one of these the source does not decide.
        maybe: Vec<String>,
    },
    NoneOf(When),
    /// The number is at least this.
    AtLeast {
        fact: String,
        number: i64,
    },
    /// The amount of money compared with a limit.
    Money {
        fact: String,
        compare: Compare,
        limit: Limit,
    },
    /// The formula gives something for this household.
    Pays(Formula),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Compare {
    Below,
    AtMost,
    Above,
}

/// The computations that the law prescribes; each stands in `formula/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Formula {
    HealthCareBenefit,
    ChildBudget,
    RentBenefit,
    CarryingCapacity,
}
