//! What SQL asks of a record's packed fields: `field(live, name)` gives the value to show in SQLite's own
//! types, `field_names(live)` the names of all that show one. Nothing is copied that is not asked for.

use super::Fields;
use aanbel_shared::record::Value;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{ToSqlOutput, Value as Sql};
use rusqlite::{Connection, Error, Result};
use serde::Deserialize;

/// Makes the functions known to a connection.
///
/// # Errors
/// Those of the database.
pub fn add(connection: &Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function("field", 2, flags, field)?;
    connection.create_scalar_function("field_names", 1, flags, names)
}

fn damaged<E: std::error::Error + Send + Sync + 'static>(error: E) -> Error {
    Error::UserFunctionError(Box::new(error))
}

/// `field(live, name)`; nothing for no record and for a field that shows no value.
fn field(context: &Context<'_>) -> Result<ToSqlOutput<'static>> {
    let Some(live) = context.get_raw(0).as_blob_or_null()? else {
        return Ok(ToSqlOutput::Owned(Sql::Null));
    };
    let name = context.get_raw(1).as_str()?;
    let shown = peek(live, name).map_err(damaged)?;
    Ok(ToSqlOutput::Owned(match shown {
        Peek::Nothing => Sql::Null,
        Peek::Bool(yes) => Sql::Integer(i64::from(yes)),
        Peek::Int(number) | Peek::Instant(number) => Sql::Integer(number),
        Peek::Date(days) => Sql::Integer(i64::from(days)),
        Peek::Text(text) | Peek::Choice(text) => Sql::Text(text.to_owned()),
        Peek::Reference(id) => Sql::Blob(id.to_vec()),
    }))
}

/// `field_names(live)`: a list in JSON.
fn names(context: &Context<'_>) -> Result<String> {
    let live = context.get_raw(0).as_blob()?;
    let fields = Fields::unpack(live).map_err(damaged)?;
    let shown = fields
        .iter()
        .filter(|(_, register)| register.shown().is_some_and(|live| live.value != Value::Nothing));
    let names: Vec<&str> = shown.map(|(name, _)| name).collect();
    serde_json::to_string(&names).map_err(damaged)
}

/// A `Value` of which nothing is copied. The order is that of `Value`, which the bytes count by.
#[derive(Deserialize)]
enum Peek<'a> {
    Nothing,
    Bool(bool),
    Int(i64),
    Text(&'a str),
    Date(i32),
    Instant(i64),
    Choice(&'a str),
    Reference(&'a [u8]),
}

/// The value that a field shows. Reads the layout of `Fields::pack` only as far as that field.
fn peek<'a>(bytes: &'a [u8], wanted: &str) -> postcard::Result<Peek<'a>> {
    let (ops, mut rest): (usize, _) = postcard::take_from_bytes(bytes)?;
    for _ in 0..ops {
        (_, rest) = postcard::take_from_bytes::<(u32, u64, i64)>(rest)?;
    }
    let (fields, mut rest): (usize, _) = postcard::take_from_bytes(rest)?;
    for _ in 0..fields {
        let name: &str;
        (name, rest) = postcard::take_from_bytes(rest)?;
        let (lives, after): (usize, _) = postcard::take_from_bytes(rest)?;
        rest = after;
        for _ in 0..lives {
            let value: (usize, Peek<'a>);
            (value, rest) = postcard::take_from_bytes(rest)?;
            if name == wanted {
                // The first one is the one to show.
                return Ok(value.1);
            }
            let (seen, after): (usize, _) = postcard::take_from_bytes(rest)?;
            rest = after;
            for _ in 0..seen {
                (_, rest) = postcard::take_from_bytes::<(u32, u64)>(rest)?;
            }
        }
    }
    Ok(Peek::Nothing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use aanbel_shared::record::{Assignment, DeviceNo, Dot, Op, RecordId, Seen, WorklistId};
    use uuid::Uuid;

    /// Every kind of value, under its own name; the later of two values of `text` counts.
    fn packed() -> Vec<u8> {
        let id = RecordId(Uuid::from_u128(255));
        let values = [
            ("bool", Value::Bool(true)),
            ("choice", Value::choice("nobody")),
            ("date", Value::Date(-3)),
            ("instant", Value::Instant(1_795_000_000_000)),
            ("int", Value::Int(-1)),
            ("nothing", Value::Nothing),
            ("reference", Value::Reference(id)),
            ("text", Value::text("01 \u{0} \" é")),
        ];
        let mut fields = Fields::default();
        for (device, at_ms) in [(1, 1), (2, 2)] {
            let set = values.iter().map(|(name, value)| Assignment {
                field: (*name).to_owned(),
                value: if (*name, device) == ("text", 1) {
                    Value::text("old")
                } else {
                    value.clone()
                },
                seen: [Dot::new(DeviceNo(7), 9)].into_iter().collect::<Seen>(),
            });
            let dot = Dot::new(DeviceNo(device), 1);
            let (kind, worklist) = ("note".into(), WorklistId(Uuid::nil()));
            fields.apply(&Op { dot, record: id, kind, worklist, at_ms, set: set.collect() });
        }
        fields.pack()
    }

    #[test]
    fn every_kind_of_value_is_seen_from_sql() {
        let db = Connection::open_in_memory().expect("a database");
        add(&db).expect("functions");
        let see = |name: &str| -> Sql {
            db.query_row("SELECT field(?1, ?2)", (packed(), name), |row| row.get(0)).expect(name)
        };
        assert_eq!(see("bool"), Sql::Integer(1));
        assert_eq!(see("choice"), Sql::Text("nobody".into()));
        assert_eq!(see("date"), Sql::Integer(-3));
        assert_eq!(see("instant"), Sql::Integer(1_795_000_000_000));
        assert_eq!(see("int"), Sql::Integer(-1));
        assert_eq!((see("nothing"), see("other")), (Sql::Null, Sql::Null));
        assert_eq!(see("reference"), Sql::Blob(Uuid::from_u128(255).as_bytes().to_vec()));
        assert_eq!(see("text"), Sql::Text("01 \u{0} \" é".into()));
        let names: String =
            db.query_row("SELECT field_names(?1)", [packed()], |row| row.get(0)).expect("names");
        let list = r#"["bool","choice","date","instant","int","reference","text"]"#;
        assert_eq!(names, list);
        assert!(db.query_row("SELECT field(x'05', 'a')", [], |_| Ok(())).is_err());
    }
}
