//! Backups that only the holder of a key can read: the `age` format (age-encryption.org/v1). The server
//! knows the public key alone.

use super::workroom::Workroom;
use super::{DATABASE, StoreError, backup, private, schema};
use age::secrecy::ExposeSecret;
use age::x25519::{Identity, Recipient};
use std::fs::File;
use std::io::{BufReader, BufWriter, Write, copy};
use std::iter::once;
use std::path::Path;

/// A new key: the secret, and the public half for the server.
pub fn new_key() -> (String, Recipient) {
    let key = Identity::generate();
    (key.to_string().expose_secret().to_owned(), key.to_public())
}

/// A checked copy of the database of `folder`, as `backup::backup`, that only these can read.
///
/// # Errors
/// When `file` exists, the copy cannot be made or fails its check.
pub fn backup(folder: &Path, file: &Path, to: &[Recipient]) -> Result<(), StoreError> {
    // Beside the database, so that what is readable never leaves its disk.
    let plain = Workroom::in_folder(folder)?;
    let copied = plain.path().join(DATABASE);
    backup::backup(folder, &copied)?;
    let recipients = to.iter().map(|one| one as &dyn age::Recipient);
    let cannot = |_| StoreError::Damaged("the recipients of the backup");
    let encryptor = age::Encryptor::with_recipients(recipients).map_err(cannot)?;
    let mut sealed = encryptor.wrap_output(BufWriter::new(private::make(file)?))?;
    copy(&mut BufReader::new(File::open(&copied)?), &mut sealed)?;
    let out = sealed.finish()?.into_inner().map_err(std::io::IntoInnerError::into_error)?;
    out.sync_all()?;
    Ok(())
}

/// A copy that was opened and is whole, beside where it is to come.
pub struct OpenedCopy(Workroom);

/// Opens a sealed copy, for `folder`.
///
/// # Errors
/// When the key does not fit, or the copy is not whole.
pub fn open(file: &Path, key: &str, folder: &Path) -> Result<OpenedCopy, StoreError> {
    let key: Identity = key.parse().map_err(|_| StoreError::Damaged("the key"))?;
    let closed = |_| StoreError::Damaged("the backup, or it is for another key");
    let decryptor =
        age::Decryptor::new_buffered(BufReader::new(File::open(file)?)).map_err(closed)?;
    let mut opened = decryptor.decrypt(once(&key as &dyn age::Identity)).map_err(closed)?;
    std::fs::create_dir_all(folder)?;
    // Elsewhere first: half a database must not be taken for one.
    let room = Workroom::in_folder(folder)?;
    let database = room.path().join(DATABASE);
    let mut out = BufWriter::new(private::make(&database)?);
    copy(&mut opened, &mut out)?;
    out.flush()?;
    out.get_ref().sync_all()?;
    let check = schema::open_for_reading(&database)?;
    let verdict: String = check.pragma_query_value(None, "integrity_check", |row| row.get(0))?;
    if verdict == "ok" { Ok(OpenedCopy(room)) } else { Err(StoreError::Damaged("the backup")) }
}

impl OpenedCopy {
    /// Puts it into `folder`, which must have no database yet.
    ///
    /// # Errors
    /// When it cannot be moved there.
    pub fn put_in(self, folder: &Path) -> Result<(), StoreError> {
        Ok(std::fs::rename(self.0.path().join(DATABASE), folder.join(DATABASE))?)
    }
}
