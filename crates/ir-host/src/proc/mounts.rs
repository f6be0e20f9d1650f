//! What is mounted where: `/proc/self/mountinfo`.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

use super::host::{Host, Unmeasured};
use super::text::unescape;

const MOUNTINFO: &str = "proc/self/mountinfo";
/// A longer list of mounts is not read to its end; hosts of many containers have some thousands.
const MOST: u64 = 16 << 20;

/// One mounted file system, or a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mount {
    /// Where it is mounted.
    pub point: PathBuf,
    /// Its type, e.g. `ext4`.
    pub kind: String,
    /// What is mounted: a device, a server's folder, or a word.
    pub device: String,
    /// Major and minor number: the same for every mount of one file system.
    pub number: (u32, u32),
    /// The folder of the file system that is mounted.
    pub inner: PathBuf,
    /// Mounted without leave to write.
    pub mounted_read_only: bool,
    /// The file system itself takes no writes; the kernel does that too when it finds a fault.
    pub read_only: bool,
    /// Options of the file system.
    pub options: String,
}

impl Mount {
    /// Of one line; none if it is not of that shape.
    fn parse(line: &[u8]) -> Option<Self> {
        let mut fields = line.split(|b| *b == b' ').filter(|field| !field.is_empty());
        let number = text(fields.nth(2)?);
        let (major, minor) = number.split_once(':')?;
        let inner = path(fields.next()?);
        let point = path(fields.next()?);
        let own = text(fields.next()?);
        // Optional fields end at a single dash.
        fields.find(|field| *field == b"-")?;
        let kind = text(fields.next()?);
        let device = text(fields.next()?);
        let options = text(fields.next()?);
        Some(Self {
            point,
            kind,
            device,
            number: (major.parse().ok()?, minor.parse().ok()?),
            inner,
            mounted_read_only: has(&own, "ro"),
            read_only: has(&options, "ro"),
            options,
        })
    }

    /// The value of an option of the file system.
    pub(crate) fn option(&self, name: &str) -> Option<&str> {
        self.options.split(',').find_map(|o| o.strip_prefix(name)?.strip_prefix('='))
    }
}

fn has(options: &str, word: &str) -> bool {
    options.split(',').any(|option| option == word)
}

fn path(field: &[u8]) -> PathBuf {
    OsString::from_vec(unescape(field)).into()
}

fn text(field: &[u8]) -> String {
    String::from_utf8_lossy(&unescape(field)).into_owned()
}

impl Host {
    /// Everything that is mounted, in the kernel's order; lines of another shape are left out.
    ///
    /// # Errors
    /// If the list cannot be read or has no line of its shape.
    pub(crate) fn mounts(&self) -> Result<Vec<Mount>, Unmeasured> {
        let bytes =
            self.head(MOUNTINFO, MOST).map_err(|e| Unmeasured::io(&self.path(MOUNTINFO), &e))?;
        let mounts: Vec<_> = bytes.split(|b| *b == b'\n').filter_map(Mount::parse).collect();
        if mounts.is_empty() {
            return Err(self.odd(MOUNTINFO, "it lists no mounted file system"));
        }
        Ok(mounts)
    }

    /// Why processes of other accounts may be invisible to this one; none if they are not.
    pub(crate) fn hides_processes(&self) -> Option<String> {
        if rustix::process::geteuid().is_root() {
            return None;
        }
        let mounts = self.mounts().ok()?;
        let proc =
            mounts.iter().rev().find(|m| m.kind == "proc" && m.point == Path::new("/proc"))?;
        let hidden = proc.option("hidepid").filter(|v| !matches!(*v, "0" | "off"))?;
        Some(format!(
            "/proc is mounted with hidepid={hidden}: processes of other accounts are not shown"
        ))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Mount;

    #[test]
    fn lines_are_read_and_garbage_is_not() {
        let m = Mount::parse(br"36 35 98:0 /mnt1 /mnt\040two rw,noatime master:1 shared:2 - ext3 /dev/root ro,errors=continue").unwrap();
        assert_eq!((m.point.as_path(), m.kind.as_str()), (Path::new("/mnt two"), "ext3"));
        assert_eq!((m.number, m.inner.as_path()), ((98, 0), Path::new("/mnt1")));
        assert!(m.read_only && !m.mounted_read_only);
        assert_eq!(m.option("errors"), Some("continue"));
        assert_eq!(m.option("error"), None);
        for garbage in [
            "",
            "36 35",
            "36 35 98 / / rw - ext3 d ro",
            "36 35 98:0 / / rw ext3 d ro",
            "36 35 98:0 / / rw -",
        ] {
            assert_eq!(Mount::parse(garbage.as_bytes()), None, "{garbage}");
        }
        assert!(Mount::parse(b"1 2 0:5 / /\xff\xfe rw - tmpfs tmpfs rw").is_some());
    }
}
