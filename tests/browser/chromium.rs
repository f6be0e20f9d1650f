//! Chromium without a window, started for one page and ended with it.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{Folder, installed};

/// Longer than any page of ours takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// The browser.
pub(crate) struct Chromium {
    program: PathBuf,
    /// `unshare`, where a network of its own, with nobody in it, can be had.
    alone: Option<PathBuf>,
}

/// What came of a page.
pub(crate) struct Page {
    /// The document as it stands after loading, written out again.
    pub(crate) dom: String,
    /// Every address that was asked for, as the browser's log of the network has it.
    pub(crate) requested: Vec<String>,
}

impl Chromium {
    /// None, said so, where it is not installed.
    pub(crate) fn find() -> Option<Self> {
        let program = installed("chromium")?;
        let unshare = Path::new("/usr/bin/unshare");
        let root = rustix::process::geteuid().is_root();
        Some(Self { program, alone: (root && unshare.exists()).then(|| unshare.into()) })
    }

    /// Opens a page in a window of this size; `dark` is what the reader prefers.
    pub(crate) fn open(&self, page: &Path, dark: bool) -> Page {
        let folder = Folder::new();
        let log = folder.path().join("net.json");
        let mut command = self.command(&folder, (1280, 800), dark);
        command
            .arg(format!("--log-net-log={}", log.display()))
            .args(["--virtual-time-budget=3000", "--dump-dom"]);
        let dom = output(command.arg(page), &folder);
        let log = std::fs::read_to_string(log).unwrap();
        Page { dom: String::from_utf8(dom).unwrap(), requested: addresses(&log) }
    }

    /// A picture of a page.
    pub(crate) fn picture(&self, page: &Path, dark: bool) -> Vec<u8> {
        let folder = Folder::new();
        let picture = folder.path().join("page.png");
        let mut command = self.command(&folder, (1000, 1400), dark);
        command.arg(format!("--screenshot={}", picture.display()));
        output(command.arg(page), &folder);
        std::fs::read(picture).unwrap()
    }

    fn command(&self, folder: &Folder, (width, height): (u32, u32), dark: bool) -> Command {
        let mut command = match &self.alone {
            Some(unshare) => {
                let mut command = Command::new(unshare);
                command.arg("-n").arg(&self.program);
                command
            }
            None => Command::new(&self.program),
        };
        command.env("HOME", folder.path()).env("XDG_CONFIG_HOME", folder.path());
        command.args([
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--hide-scrollbars",
        ]);
        command.args([
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-extensions",
        ]);
        command.arg(format!("--user-data-dir={}", folder.path().join("profile").display()));
        command.arg(format!("--window-size={width},{height}"));
        if dark {
            command.arg("--blink-settings=preferredColorScheme=0");
        }
        command.stdin(Stdio::null()).stderr(Stdio::null());
        command
    }
}

/// Runs it to its end, which it reaches by itself once the page has loaded.
fn output(command: &mut Command, folder: &Folder) -> Vec<u8> {
    let path = folder.path().join("stdout");
    let mut child = command.stdout(std::fs::File::create(&path).unwrap()).spawn().unwrap();
    let status = wait(&mut child);
    assert!(status.is_some_and(|s| s.success()), "the browser ended with {status:?}");
    std::fs::read(path).unwrap()
}

fn wait(child: &mut Child) -> Option<std::process::ExitStatus> {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if let Some(status) = child.try_wait().unwrap() {
            return Some(status);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    None
}

/// Hosts that the browser itself asks for the time and the like, whatever the page is.
const ITS_OWN: [&str; 3] = [".google.com", ".googleapis.com", ".gstatic.com"];

/// The values of `"url"` in the log of the network, but for the page's own and those of the browser itself.
fn addresses(log: &str) -> Vec<String> {
    let host = |url: &str| -> String { url.split('/').nth(2).unwrap_or_default().to_owned() };
    let values = log.split("\"url\":\"").skip(1).filter_map(|rest| rest.split('"').next());
    values
        .filter(|url| !url.starts_with("file:"))
        .filter(|url| !ITS_OWN.iter().any(|own| host(url).ends_with(own)))
        .map(str::to_owned)
        .collect()
}
