//! One measured figure with what it is compared to, as a line for people and as JSON for programs.

use serde_json::{Map, Value, json};
use std::fmt::Write;

/// What a figure should stay within. For looking at; no figure fails a build.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Budget {
    /// Highest value, in the row's own unit. For bytes, which are the same on every machine.
    Value(f64),
    /// Highest ratio to the baseline. For times, which only mean something beside another time of
    /// the same run.
    Ratio(f64),
    /// Lowest ratio to the baseline, for what should be high.
    AtLeast(f64),
    /// Stands beside another row, to say where its time goes.
    None,
}

/// One figure.
#[derive(Clone, Debug)]
pub struct Row {
    /// `group.what`.
    pub name: String,
    pub value: f64,
    pub unit: &'static str,
    /// Same unit as `value`.
    pub baseline: f64,
    /// What the baseline is, for people.
    pub beside: &'static str,
    pub budget: Budget,
}

impl Row {
    pub fn ratio(&self) -> f64 {
        if self.baseline > 0.0 { self.value / self.baseline } else { 0.0 }
    }

    pub fn is_ok(&self) -> bool {
        match self.budget {
            Budget::Value(most) => self.value <= most,
            Budget::Ratio(most) => self.ratio() <= most,
            Budget::AtLeast(least) => self.ratio() >= least,
            Budget::None => true,
        }
    }

    fn json(&self) -> Value {
        let (budget, on) = match self.budget {
            Budget::Value(most) => (most, "value at most"),
            Budget::Ratio(most) => (most, "ratio at most"),
            Budget::AtLeast(least) => (least, "ratio at least"),
            Budget::None => (0.0, "none"),
        };
        json!({
            "value": rounded(self.value),
            "unit": self.unit,
            "baseline": rounded(self.baseline),
            "ratio": rounded(self.ratio()),
            "budget": budget,
            "budget_is": on,
            "ok": self.is_ok(),
        })
    }

    fn budget_words(&self) -> String {
        match self.budget {
            Budget::Value(most) => format!("{} {}", shown(most), self.unit),
            Budget::Ratio(most) => format!("{} x", shown(most)),
            Budget::AtLeast(least) => format!(">= {} x", shown(least)),
            Budget::None => String::new(),
        }
    }
}

/// All rows of a run.
#[derive(Clone, Debug, Default)]
pub struct Report {
    pub rows: Vec<Row>,
}

impl Report {
    /// For people, with a head.
    pub fn table(&self) -> String {
        let mut text = String::new();
        let mut line = |cells: [&str; 6]| {
            let [name, value, baseline, ratio, budget, beside] = cells;
            // Writing to a String cannot fail.
            let _ = writeln!(
                text,
                "{name:<26} {value:>15} {baseline:>15} {ratio:>9} {budget:>12}  {beside}"
            );
        };
        line(["", "value", "baseline", "ratio", "budget", "baseline is"]);
        for row in &self.rows {
            let value = format!("{} {}", shown(row.value), row.unit);
            let baseline = format!("{} {}", shown(row.baseline), row.unit);
            let ratio = format!("{:.2} x", row.ratio());
            let mark = if row.is_ok() { "" } else { "over budget; " };
            let beside = format!("{mark}{}", row.beside);
            line([&row.name, &value, &baseline, &ratio, &row.budget_words(), &beside]);
        }
        text
    }

    /// For programs, one line.
    pub fn json(&self) -> String {
        let rows = self.rows.iter().map(|row| (row.name.clone(), row.json()));
        Value::Object(rows.collect::<Map<_, _>>()).to_string()
    }
}

/// Three decimals, for no machine is steadier than that.
fn rounded(number: f64) -> f64 {
    (number * 1_000.0).round() / 1_000.0
}

/// As many decimals as a person can use.
fn shown(number: f64) -> String {
    match number.abs() {
        large if large >= 100.0 => format!("{number:.0}"),
        middle if middle >= 10.0 || middle == 0.0 => format!("{number:.1}"),
        _ => format!("{number:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(value: f64, budget: Budget) -> Row {
        let (unit, beside) = ("ms", "another time");
        Row { name: "app.wait".into(), value, unit, baseline: 10.0, beside, budget }
    }

    #[test]
    fn a_row_is_judged_by_value_or_by_ratio() {
        assert!(row(20.0, Budget::Value(20.0)).is_ok());
        assert!(!row(21.0, Budget::Value(20.0)).is_ok());
        assert!(row(21.0, Budget::Ratio(2.1)).is_ok());
        assert!(!row(21.0, Budget::AtLeast(3.0)).is_ok());
    }

    #[test]
    fn json_is_one_line_with_all_that_was_promised() {
        let report = Report { rows: vec![row(21.0, Budget::Ratio(2.0))] };
        let line = report.json();
        assert!(!line.contains('\n'));
        // As values: another crate in the build may keep the order of keys, or not.
        let read: Value = serde_json::from_str(&line).expect("JSON");
        let promised = json!({"app.wait": {
            "value": 21.0, "unit": "ms", "baseline": 10.0, "ratio": 2.1,
            "budget": 2.0, "budget_is": "ratio at most", "ok": false,
        }});
        assert_eq!(read, promised);
        assert!(report.table().contains("over budget"));
    }
}
