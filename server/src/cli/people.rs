//! `aanbel user` and `aanbel enrol-code`: what is needed before anybody can use the pages, or when
//! the only one who can is locked out.

use super::Folder;
use crate::access::audit::{self, Action, Actor};
use crate::access::{PersonId, codes, invites, people, second_factor, sessions};
use crate::store::StoreError;
use aanbel_shared::programme::Role;
use anyhow::{Result, bail, ensure};
use clap::{Args, Subcommand, ValueEnum};
use rusqlite::{Connection, OptionalExtension, params};
use std::process::ExitCode;

#[derive(Subcommand)]
pub enum UserCommand {
    /// Add somebody. Who signs in to the office gets a one-time link to set a password.
    Add(AddOptions),
    /// Take away somebody's second step, passkeys too, for a lone coordinator who lost phone and recovery
    /// codes. Ends her sessions, and is written in the audit.
    ResetSecondStep(ResetOptions),
}

impl UserCommand {
    pub(super) fn folder(&self) -> &Folder {
        match self {
            UserCommand::Add(options) => &options.folder,
            UserCommand::ResetSecondStep(options) => &options.folder,
        }
    }
}

#[derive(Args)]
pub struct ResetOptions {
    #[command(flatten)]
    folder: Folder,
    /// Name to sign in with.
    #[arg(long)]
    login: String,
}

#[derive(Args)]
pub struct AddOptions {
    #[command(flatten)]
    folder: Folder,
    /// Name as others see it.
    #[arg(long)]
    name: String,
    #[arg(long, value_enum)]
    role: RoleName,
    /// Name to sign in with; for office, coordinator and corporation.
    #[arg(long)]
    login: Option<String>,
    /// Address of the server, for the link.
    #[arg(long, env = "AANBEL_PUBLIC_ADDRESS", default_value = "http://127.0.0.1:8080")]
    address: String,
}

#[derive(Clone, Copy, ValueEnum)]
enum RoleName {
    Volunteer,
    Office,
    Coordinator,
    Adviser,
    Caretaker,
    Corporation,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Role {
        match name {
            RoleName::Volunteer => Role::Volunteer,
            RoleName::Office => Role::Office,
            RoleName::Coordinator => Role::Coordinator,
            RoleName::Adviser => Role::Adviser,
            RoleName::Caretaker => Role::Caretaker,
            RoleName::Corporation => Role::Corporation,
        }
    }
}

#[derive(Args)]
pub struct CodeOptions {
    #[command(flatten)]
    pub(super) folder: Folder,
    /// Name of the person, or her name to sign in with.
    #[arg(long)]
    person: String,
    /// Address of the server, for the link in the QR code.
    #[arg(long, env = "AANBEL_PUBLIC_ADDRESS", default_value = "http://127.0.0.1:8080")]
    address: String,
}

pub async fn user(command: UserCommand) -> Result<ExitCode> {
    match command {
        UserCommand::Add(options) => add(options).await,
        UserCommand::ResetSecondStep(options) => reset_second_step(options).await,
    }
}

async fn reset_second_step(options: ResetOptions) -> Result<ExitCode> {
    let state = options.folder.open_existing()?;
    let (now_ms, login) = (state.now_ms(), options.login);
    let job = move |tx: &Connection| -> Result<Option<bool>, StoreError> {
        let find = "SELECT id FROM person WHERE login = ?1 COLLATE NOCASE";
        let found = tx.query_row(find, [login.trim()], |row| row.get(0)).optional()?;
        let Some(person): Option<PersonId> = found else { return Ok(None) };
        let had_one = second_factor::since_ms(tx, person)?.is_some();
        second_factor::remove(tx, person)?;
        sessions::end_all(tx, person)?;
        let line = Actor::SYSTEM.did(Action::RemoveSecondFactor, now_ms).on(person);
        audit::record(tx, line.with("by", "command_line"))?;
        Ok(Some(had_one))
    };
    match state.writer.write(job).await? {
        None => bail!("nobody signs in with this name"),
        Some(false) => println!("There was no second step. Her sessions were ended."),
        Some(true) => println!("Gone. Sign in with the password, and set up a new second step."),
    }
    Ok(ExitCode::SUCCESS)
}

async fn add(options: AddOptions) -> Result<ExitCode> {
    let role = Role::from(options.role);
    let enters = role.signs_in();
    ensure!(!options.name.trim().is_empty(), "--name is empty");
    ensure!(!enters || options.login.is_some(), "this role signs in: add --login");
    let state = options.folder.open()?;
    let now_ms = state.now_ms();
    let (name, login) = (options.name, options.login);
    let job = move |tx: &Connection| -> Result<Option<Option<String>>, StoreError> {
        if let Some(login) = &login
            && people::login_is_taken(tx, login)?
        {
            return Ok(None);
        }
        let person = people::add(tx, &name, role, login.as_deref(), now_ms)?;
        if !enters {
            return Ok(Some(None));
        }
        let invite = invites::Invite::SetPassword(person);
        Ok(Some(Some(invites::path(&invites::create(tx, invite, now_ms)?))))
    };
    match state.writer.write(job).await? {
        None => bail!("somebody signs in with this name already"),
        Some(None) => println!("Added. Next: aanbel enrol-code --person \"...\""),
        Some(Some(path)) => {
            let address = options.address.trim_end_matches('/');
            println!("Added. Open this link once, within a week, to set the password:");
            println!("  {address}{path}");
        }
    }
    Ok(ExitCode::SUCCESS)
}

pub async fn code(options: CodeOptions) -> Result<ExitCode> {
    let state = options.folder.open_existing()?;
    let now_ms = state.now_ms();
    let wanted = options.person;
    let job = move |tx: &Connection| -> Result<Result<String, usize>, StoreError> {
        let found = named(tx, &wanted)?;
        match found.as_slice() {
            [person] => Ok(Ok(codes::create(tx, *person, now_ms)?)),
            others => Ok(Err(others.len())),
        }
    };
    match state.writer.write(job).await? {
        Err(0) => bail!("there is nobody of this name"),
        Err(many) => bail!("{many} people have this name; use the name to sign in with"),
        Ok(code) => print_code("Code, once, within 24 hours", &options.address, &code)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn named(db: &Connection, wanted: &str) -> Result<Vec<PersonId>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT id FROM person
         WHERE active = 1 AND (name = ?1 COLLATE NOCASE OR login = ?1 COLLATE NOCASE)",
    )?;
    let found = query.query_map(params![wanted.trim()], |row| row.get(0))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Prints a code, the link that holds it, and that link as a QR code for the phone's camera. The
/// code stands after `#`, so that it reaches no server's log.
pub fn print_code(title: &str, address: &str, code: &str) -> Result<()> {
    let link = format!("{}/app/#{code}", address.trim_end_matches('/'));
    let picture = qrcode::QrCode::new(&link)?
        .render::<qrcode::render::unicode::Dense1x2>()
        .dark_color(qrcode::render::unicode::Dense1x2::Light)
        .light_color(qrcode::render::unicode::Dense1x2::Dark)
        .build();
    println!("{title}: {code}\n{link}\n{picture}");
    Ok(())
}
