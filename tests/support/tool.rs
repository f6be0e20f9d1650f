//! One run of one tool.

use std::ffi::OsString;
use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::check_records;

/// A run to be.
pub(crate) struct Tool {
    name: String,
    args: Vec<OsString>,
    stdin: Vec<u8>,
    env: Vec<(String, String)>,
    dir: Option<PathBuf>,
}

/// What came of it.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) signal: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl Tool {
    pub(crate) fn new(name: &str) -> Self {
        Self { name: name.into(), args: vec![], stdin: vec![], env: vec![], dir: None }
    }

    pub(crate) fn args<S: Into<OsString>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    pub(crate) fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = bytes.into();
        self
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.into(), value.into()));
        self
    }

    /// The working directory; IR_HOME is a folder in it.
    pub(crate) fn dir(mut self, dir: &Path) -> Self {
        self.dir = Some(dir.into());
        self
    }

    /// What it reads.
    pub(crate) fn input(&self) -> &[u8] {
        &self.stdin
    }

    /// The command, with an environment in which nothing of the machine's own decides.
    pub(crate) fn command(&self) -> Command {
        let dir = self.dir.clone().unwrap_or_else(std::env::temp_dir);
        let mut command = Command::new(binary(&self.name));
        command.args(&self.args).env_clear().current_dir(&dir);
        command.env("HOME", &dir).env("IR_HOME", dir.join("ir-home"));
        command.envs(self.env.iter().map(|(n, v)| (n, v)));
        command
    }

    /// Runs it; every record that it writes is checked against the schemas.
    pub(crate) fn run(&self) -> Ran {
        let mut child = self
            .command()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut pipe = child.stdin.take().unwrap();
        let bytes = self.stdin.clone();
        let feeder = std::thread::spawn(move || {
            // A tool may end before it has read everything.
            let _ = pipe.write_all(&bytes);
        });
        let output = child.wait_with_output().unwrap();
        feeder.join().unwrap();
        let ran = Ran {
            code: output.status.code(),
            signal: output.status.signal(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            stdout: output.stdout,
        };
        assert!(!ran.stderr.contains("panicked"), "{}: {}", self.name, ran.stderr);
        check_records(&ran.stdout);
        ran
    }
}

impl Ran {
    /// The records of a type, in order.
    pub(crate) fn records(&self, kind: &str) -> Vec<Value> {
        let lines = self.stdout.split(|b| *b == b'\n').filter(|l| !l.is_empty());
        lines
            .filter_map(|l| serde_json::from_slice::<Value>(l).ok())
            .filter(|r| r["type"] == kind)
            .collect()
    }

    /// The tool's own run record.
    pub(crate) fn own_run(&self) -> Value {
        self.records("ir.run.v1").pop().expect("a tool ends with its run record")
    }

    /// Asserts the exit code.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        let shown = String::from_utf8_lossy(&self.stdout);
        assert_eq!(
            self.code,
            Some(code),
            "signal {:?}\nstderr: {}\nstdout: {shown}",
            self.signal,
            self.stderr
        );
        self
    }
}

pub(crate) fn binary(name: &str) -> &'static str {
    match name {
        "ir-detect" => env!("CARGO_BIN_EXE_ir-detect"),
        "ir-classify" => env!("CARGO_BIN_EXE_ir-classify"),
        "ir-contain" => env!("CARGO_BIN_EXE_ir-contain"),
        "ir-evidence" => env!("CARGO_BIN_EXE_ir-evidence"),
        "ir-rca" => env!("CARGO_BIN_EXE_ir-rca"),
        "ir-report" => env!("CARGO_BIN_EXE_ir-report"),
        _ => panic!("no tool is named {name}"),
    }
}
