//! `aanbel demo`: an invented town in an empty folder, and each time how to get in.

use super::people::print_code;
use super::{Folder, play};
use crate::access::{PersonId, codes, hash_password, people, random};
use crate::state::AppState;
use crate::store::{self, StoreError, private};
use aanbel_shared::programme::Role;
use anyhow::{Context, Result, bail};
use clap::Args;
use rusqlite::Connection;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

/// Marks a folder as a demo.
const MARK: &str = "demo";
/// Where the password stands, for people who closed the window.
const PASSWORD_FILE: &str = "demo.txt";

#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    pub(super) folder: Folder,
    /// Address that the server will have; it stands in the codes.
    #[arg(long, env = "AANBEL_PUBLIC_ADDRESS", default_value = "http://127.0.0.1:8080")]
    address: String,
}

pub async fn run(options: Options) -> Result<ExitCode> {
    let data = &options.folder.data;
    std::fs::create_dir_all(data).with_context(|| format!("cannot make {}", data.display()))?;
    if !data.join(store::DATABASE).exists() {
        play::fill(data, MARK).await?;
    }
    let state = options.folder.open()?;
    let read = |db: &Connection| store::text(db, MARK);
    if state.reader.read(read).await?.is_none() {
        bail!("{} holds other data; give the demo a folder of its own", data.display());
    }
    let password = password(&state, data).await?;
    tell(&state, options.address.trim_end_matches('/'), &password).await?;
    Ok(ExitCode::SUCCESS)
}

/// The demo's password, made anew when its file is gone.
async fn password(state: &AppState, data: &Path) -> Result<String> {
    let file = data.join(PASSWORD_FILE);
    let known = std::fs::read_to_string(&file).ok();
    if let Some(known) = known.as_deref().and_then(|text| text.split_whitespace().last()) {
        return Ok(known.to_owned());
    }
    drop(std::fs::remove_file(&file));
    let password: String = random::<16>().iter().map(|byte| char::from(b'a' + byte % 26)).collect();
    let hash = hash_password(password.clone()).await?;
    let job = move |tx: &Connection| -> Result<(), StoreError> {
        for person in everybody(tx)?.into_iter().filter(|one| one.login.is_some()) {
            people::set_password(tx, person.id, &hash)?;
        }
        Ok(())
    };
    state.writer.write(job).await?;
    let text = format!("Demo. Wachtwoord voor iedereen van het kantoor:\n{password}\n");
    let write = || private::make(&file)?.write_all(text.as_bytes());
    write().with_context(|| format!("cannot write {}", file.display()))?;
    Ok(password)
}

struct Person {
    id: PersonId,
    name: String,
    role: Role,
    login: Option<String>,
}

fn everybody(db: &Connection) -> Result<Vec<Person>, StoreError> {
    let mut query =
        db.prepare("SELECT id, name, role, login FROM person WHERE active = 1 ORDER BY id")?;
    let found = query.query_map([], |row| {
        let role: String = row.get(2)?;
        let role = Role::from_key(&role).unwrap_or(Role::System);
        Ok(Person { id: row.get(0)?, name: row.get(1)?, role, login: row.get(3)? })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

async fn tell(state: &AppState, address: &str, password: &str) -> Result<()> {
    let now_ms = state.now_ms();
    let job = move |tx: &Connection| -> Result<Vec<(Person, Option<String>)>, StoreError> {
        let mut all = Vec::new();
        for person in everybody(tx)? {
            let code = person
                .role
                .has_phone()
                .then(|| codes::create(tx, person.id, now_ms))
                .transpose()?;
            all.push((person, code));
        }
        Ok(all)
    };
    let all = state.writer.write(job).await?;
    for (person, code) in &all {
        if let Some(code) = code {
            let title = format!("\nPhone of {} ({})", person.name, person.role.name_nl());
            print_code(&title, address, code)?;
        }
    }
    println!("\nThe codes work once, for 24 hours; every start of the demo prints new ones.");
    println!("\nField app  {address}/app/");
    println!("Office     {address}/kantoor");
    for (person, _) in &all {
        if let Some(login) = &person.login {
            println!(
                "           sign in as {login} ({}), password {password}",
                person.role.name_nl()
            );
        }
    }
    Ok(())
}
