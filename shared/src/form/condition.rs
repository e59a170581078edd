//! When a field is asked: conditions over the answers given so far.

use super::model::{Atom, Condition};
use super::truth::Truth;
use crate::record::Value;

impl Condition {
    /// Evaluates over `answer`, which gives the value of a field or nothing when not answered.
    pub fn holds<'a>(&self, answer: impl Fn(&str) -> Option<&'a Value> + Copy) -> Truth {
        let all = |atoms: &Vec<Atom>| {
            atoms.iter().fold(Truth::Yes, |truth, atom| truth.and(atom.holds(answer(&atom.field))))
        };
        self.any.iter().fold(Truth::No, |truth, atoms| truth.or(all(atoms)))
    }
}

impl Atom {
    fn holds(&self, value: Option<&Value>) -> Truth {
        let plain = match value {
            None | Some(Value::Nothing) => Truth::Unknown,
            Some(Value::Bool(yes)) => Truth::from(*yes == (self.is == "yes")),
            Some(other) => Truth::from(other.as_str() == Some(self.is.as_str())),
        };
        if self.negated { !plain } else { plain }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn atom(field: &str, is: &str, negated: bool) -> Atom {
        Atom { field: field.into(), is: is.into(), negated }
    }

    #[test]
    fn missing_answer_is_unknown_unless_another_settles_it() {
        let inside = Value::choice("inside");
        let answer = |field: &str| (field == "place").then_some(&inside);
        let both = Condition {
            any: vec![vec![atom("place", "inside", false), atom("rent", "yes", false)]],
        };
        assert_eq!(both.holds(answer), Truth::Unknown);
        let settled = Condition {
            any: vec![vec![atom("place", "doorway", false), atom("rent", "yes", false)]],
        };
        assert_eq!(settled.holds(answer), Truth::No);
        let either = Condition {
            any: vec![vec![atom("rent", "yes", false)], vec![atom("place", "doorway", true)]],
        };
        assert_eq!(either.holds(answer), Truth::Yes);
    }
}
