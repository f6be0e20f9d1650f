//! Places where nothing can be stored: the stream passes, the fault is told, and the exit code says it.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::process::{Command, Output, Stdio};

use super::{Home, own};
use crate::support::{Tool, stream};

fn input() -> String {
    stream::firing("chat", "a", 0) + &stream::run(true)
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Runs a command as it is, with the records on its standard input.
fn run(command: &mut Command) -> Output {
    use std::io::Write;
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = child.unwrap();
    // A tool that is refused at once need not read.
    let _ = child.stdin.take().unwrap().write_all(input().as_bytes());
    child.wait_with_output().unwrap()
}

/// All of the stream and of the tool's own records came through, and what happened was told.
#[track_caller]
fn passes(output: &Output, code: i32, said: &str) {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{stderr}");
    assert!(output.stdout.starts_with(stream::firing("chat", "a", 0).as_bytes()));
    let plain = Tool::new("ir-classify").stdin(input()).run().exits(0);
    assert_eq!(own(&output.stdout, "ir-classify"), own(&plain.stdout, "ir-classify"));
    assert_eq!(output.stdout, plain.stdout);
    assert!(stderr.contains(said), "{stderr}");
}

#[test]
fn somebody_elses_place_is_refused() {
    if !is_root() {
        eprintln!("SKIPPED: only root can give a directory away");
        return;
    }
    let home = Home::new();
    fs::create_dir(home.path()).unwrap();
    chown(home.path(), Some(12345), Some(12345)).unwrap();
    fs::set_permissions(home.path(), Permissions::from_mode(0o700)).unwrap();
    let said = format!("{}: it belongs to uid 12345", home.path().display());
    passes(&run(&mut home.tool("ir-classify", &["--record"]).command()), 3, &said);
    for verb in ["list", "lint", "show"] {
        let ran = home.run("ir-report", &[verb]).exits(3);
        assert!(ran.stderr.contains(&said) && ran.stderr.contains("chown"), "{}", ran.stderr);
    }
    assert!(home.run("ir-classify", &["note", "x"]).exits(3).stderr.contains(&said));

    // And the other way round: what belongs to root is fine to read for others if they may, to write if they may.
    chown(home.path(), Some(0), Some(0)).unwrap();
    fs::set_permissions(home.path(), Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(home.0.path(), Permissions::from_mode(0o755)).unwrap();
    let mut command = home.tool("ir-classify", &["--record"]).command();
    passes(&run(command.uid(12345).gid(12345)), 5, "ermission denied");
}

#[test]
fn a_place_that_others_may_write_to_and_a_link_are_refused() {
    let home = Home::new();
    fs::create_dir(home.path()).unwrap();
    fs::set_permissions(home.path(), Permissions::from_mode(0o777)).unwrap();
    let command = || home.tool("ir-classify", &["--record"]).command();
    passes(&run(&mut command()), 3, "mend: chmod");
    let elsewhere = home.0.path().join("elsewhere");
    fs::rename(home.path(), &elsewhere).unwrap();
    fs::set_permissions(&elsewhere, Permissions::from_mode(0o700)).unwrap();
    std::os::unix::fs::symlink(&elsewhere, home.path()).unwrap();
    passes(&run(&mut command()), 3, "symbolic link");
    assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 0);
}

#[test]
fn an_index_that_is_no_file_is_refused_and_not_waited_for() {
    let home = Home::new();
    home.record(&[stream::firing("chat", "a", 0)]).exits(0);
    for entry in fs::read_dir(home.path()).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_file() {
            fs::remove_file(entry).unwrap();
        }
    }
    let fifo = home.path().join("index.db");
    let mode = rustix::fs::Mode::from_raw_mode(0o600);
    rustix::fs::mknodat(rustix::fs::CWD, &fifo, rustix::fs::FileType::Fifo, mode, 0).unwrap();
    let ran = home.run("ir-report", &["lint"]).exits(3);
    assert!(ran.stderr.contains("no regular file"), "{}", ran.stderr);
    home.run("ir-report", &["list"]).exits(0);
}

#[test]
fn without_any_place_the_stream_passes() {
    let home = Home::new();
    let mut command = home.tool("ir-classify", &["--record"]).command();
    command.env_remove("HOME").env_remove("IR_HOME");
    if std::path::Path::new("/var/lib/ir").is_dir() {
        eprintln!("SKIPPED: /var/lib/ir is there on this machine");
        return;
    }
    passes(&run(&mut command), 5, "set IR_HOME to a directory");
    let mut note = home.tool("ir-classify", &["note", "x"]).command();
    note.env_remove("HOME").env_remove("IR_HOME").stderr(Stdio::null());
    assert_eq!(note.status().unwrap().code(), Some(5));
    // A file stands where the directory should be.
    fs::write(home.path(), "").unwrap();
    let mut command = home.tool("ir-classify", &["--record"]).command();
    passes(&run(&mut command), 5, "ir-home: Not a directory");
}

#[test]
fn a_place_that_is_read_only_is_told_and_can_be_read() {
    let home = Home::new();
    home.record(&[stream::firing("chat", "a", 0)]).exits(0);
    let lines = home.lines();
    // Root writes anywhere; somebody else does not.
    const NOBODY: u32 = 12345;
    let mut files = vec![home.0.path().to_path_buf(), home.path()];
    files.push(home.path().join("incidents"));
    files.extend(fs::read_dir(home.path()).unwrap().map(|e| e.unwrap().path()));
    files.push(home.file());
    for file in &files {
        let mode = if file.is_dir() { 0o500 } else { 0o400 };
        fs::set_permissions(file, Permissions::from_mode(mode)).unwrap();
        if is_root() {
            chown(file, Some(NOBODY), Some(NOBODY)).unwrap();
        }
    }
    let as_nobody = |args: &[&str], tool: &str| {
        let mut command = home.tool(tool, args).command();
        if is_root() {
            command.uid(NOBODY).gid(NOBODY);
        }
        run(&mut command)
    };
    let note = as_nobody(&["note", "x"], "ir-classify");
    let told = String::from_utf8_lossy(&note.stderr).into_owned();
    assert!(note.status.code() == Some(5) && told.contains("ermission denied"), "{told}");
    let listed = as_nobody(&["list"], "ir-report");
    assert_eq!(listed.status.code(), Some(0), "{}", String::from_utf8_lossy(&listed.stderr));
    assert!(listed.stdout.starts_with(b"{\"id\":\"INC-"));
    assert_eq!(as_nobody(&["show"], "ir-report").status.code(), Some(0));
    assert_eq!(as_nobody(&["lint"], "ir-report").status.code(), Some(0));
    let other = as_nobody(&["--record"], "ir-classify");
    assert!(other.stdout.starts_with(stream::firing("chat", "a", 0).as_bytes()));
    for file in files.iter().filter(|file| file.is_dir()) {
        fs::set_permissions(file, Permissions::from_mode(0o700)).unwrap();
        if is_root() {
            chown(file, Some(0), Some(0)).unwrap();
        }
    }
    if is_root() {
        chown(home.file(), Some(0), Some(0)).unwrap();
    }
    assert_eq!(home.lines(), lines);
}

#[test]
fn a_full_disk_is_told_and_loses_nothing() {
    let home = Home::new();
    fs::create_dir(home.path()).unwrap();
    // A disk of 64 KiB of our own, that a first record fits in; a second script run sees what is left.
    let script = "mount -t tmpfs -o size=96k,mode=700 none \"$1\" || exit 77
\"$2\" --record < \"$3\" > /dev/null || exit 78
cat /dev/zero > \"$1/filler\" 2> /dev/null
\"$2\" --record < \"$4\"
code=$?
rm \"$1/filler\"
\"$5\" lint >&2 || exit 79
exit $code";
    let bin = |tool: &str| Tool::new(tool).command().get_program().to_owned();
    let first = stream::firing("other", "a", 0) + &stream::run(true);
    let mut command = Command::new("unshare");
    command.args(["-m", "sh", "-c", script, "sh"]).arg(home.path()).arg(bin("ir-classify"));
    command.arg(home.0.write("first", first)).arg(home.0.write("second", input()));
    command.arg(bin("ir-report")).env_clear().env("PATH", "/usr/bin:/bin:/usr/sbin:/sbin");
    command.env("HOME", home.0.path()).env("IR_HOME", home.path());
    let output = command.stdin(Stdio::null()).output();
    let Ok(output) = output else {
        eprintln!("SKIPPED: there is no unshare");
        return;
    };
    let stderr = String::from_utf8_lossy(&output.stderr);
    if !is_root() || output.status.code() == Some(77) || stderr.contains("unshare failed") {
        eprintln!("SKIPPED: a small disk cannot be mounted: {stderr}");
        return;
    }
    passes(&output, 5, "o space left");
    assert!(stderr.contains("sound: "), "{stderr}");
}

#[test]
fn what_could_not_be_stored_is_stored_when_the_place_is_mended() {
    use std::io::{BufRead, BufReader, Write};

    let home = Home::new();
    fs::create_dir(home.path()).unwrap();
    fs::set_permissions(home.path(), Permissions::from_mode(0o777)).unwrap();
    let mut child = home
        .tool("ir-classify", &["--record"])
        .command()
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(stream::firing("chat", "a", 0).as_bytes()).unwrap();
    let mut said = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut said).unwrap();
    assert!(said.contains("is not stored") && said.contains("mend: chmod"), "{said}");
    fs::set_permissions(home.path(), Permissions::from_mode(0o700)).unwrap();
    stdin.write_all(stream::run(true).as_bytes()).unwrap();
    drop(stdin);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(home.lines().len(), 5, "alert, incident, classification and two runs");
    home.run("ir-report", &["lint"]).exits(0);
}
