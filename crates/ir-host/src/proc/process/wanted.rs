//! What makes a process one of the application's.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use ir_core::docs::{Profile, pattern};
use regex::bytes::Regex;

use crate::proc::Host;
use crate::wildcard::Wildcard;

/// A larger list of accounts is not read to its end.
const MOST_ACCOUNTS: u64 = 4 << 20;

/// The profile's `process`, its variables filled in.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub(super) exe: Option<Exe>,
    pub(super) cmdline: Option<Regex>,
    pub(super) cwd: Option<PathBuf>,
    pub(super) user: Option<u32>,
}

/// A program file.
#[derive(Clone, Debug)]
pub(super) struct Exe {
    whole: bool,
    wildcard: Wildcard,
}

impl Exe {
    /// Whether the link of a process' program leads to it; the kernel marks a program that was replaced.
    pub(super) fn fits(&self, link: &Path) -> bool {
        let bytes = link.as_os_str().as_bytes();
        let bytes = bytes.strip_suffix(b" (deleted)").unwrap_or(bytes);
        let path = Path::new(OsStr::from_bytes(bytes));
        let name = if self.whole { Some(path.as_os_str()) } else { path.file_name() };
        name.is_some_and(|name| self.wildcard.matches(name))
    }
}

impl Wanted {
    /// What `profile` says of its processes, filled in with `set`; none if it says nothing. An account's name is looked up
    /// in the host's own list of accounts.
    ///
    /// # Errors
    /// A variable without a value, a pattern that is none, an account that is not there: a sentence.
    pub fn of(
        profile: &Profile,
        set: &BTreeMap<String, String>,
        host: &Host,
    ) -> Result<Option<Self>, String> {
        let Some(def) = &profile.process else { return Ok(None) };
        let fill = |text: &Option<String>| {
            text.as_deref().map(|text| profile.expand(text, set)).transpose()
        };
        let exe = fill(&def.exe)?
            .map(|exe| Ok(Exe { whole: exe.contains('/'), wildcard: Wildcard::new(&exe)? }))
            .transpose()
            .map_err(|why: String| format!("process.exe: {why}"))?;
        let cmdline = def
            .cmdline
            .as_deref()
            .map(pattern)
            .transpose()
            .map_err(|why| format!("process.cmdline: {why}"))?;
        let user = fill(&def.user)?
            .map(|user| account(host, &user).map_err(|why| format!("process.user: {why}")))
            .transpose()?;
        Ok(Some(Self { exe, cmdline, cwd: fill(&def.cwd)?.map(PathBuf::from), user }))
    }
}

/// The number of an account.
fn account(host: &Host, name: &str) -> Result<u32, String> {
    if let Ok(number) = name.parse() {
        return Ok(number);
    }
    let place = "etc/passwd";
    let list = host
        .head(place, MOST_ACCOUNTS)
        .map_err(|e| format!("{}: {e}", host.path(place).display()))?;
    let number = |line: &[u8]| {
        let mut fields = line.split(|b| *b == b':');
        let fits = fields.next()? == name.as_bytes();
        str::from_utf8(fields.nth(1)?).ok()?.parse().ok().filter(|_| fits)
    };
    list.split(|b| *b == b'\n').find_map(number).ok_or_else(|| {
        format!(
            "no account is named {name:?} in {}; its number will do too",
            host.path(place).display()
        )
    })
}
