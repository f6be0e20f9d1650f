//! One table of manners, the same rows for all six tools.
//!
//! ir-detect reads records with `--records` only (otherwise its standard input is a log); ir-report ends the stream and
//! passes nothing on. Where a row differs for these two, it says so.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::support::{Folder, Ran, TOOLS, Tool, stream};

/// The tool, reading a record stream on standard input.
fn reader(name: &str) -> Tool {
    Tool::new(name).args(if name == "ir-detect" { &["--records"][..] } else { &[] })
}

fn forwards(name: &str) -> bool {
    name != "ir-report"
}

/// What the tool passed on: its output up to its own first record.
fn passed(ran: &Ran, input: &[u8]) -> bool {
    ran.stdout.starts_with(input)
}

#[test]
fn records_pass_byte_for_byte_consumed_or_not_known_or_not() {
    // Spacing, key order, number spelling and unknown attributes must all survive.
    let odd = concat!(
        "{ \"type\":\"com.example.other\", \"specversion\":\"1.0\",\"source\":\"x\",\"id\":\"1\",\"n\":\"1\",\"data\":{\"a\":1.10,\"b\":12345678901234567890}}\r\n",
        "{\"specversion\":\"1.0\",\"type\":\"ir.future.v9\",\"source\":\"ir-later/h\",\"id\":\"zz-1\",\"data\":[1]}\n",
        "{\"a\":\"no envelope\"}\n"
    );
    let input = odd.to_owned() + &stream::run(true);
    for tool in TOOLS {
        let folder = Folder::new();
        let ran = reader(tool).dir(folder.path()).stdin(input.clone()).run().exits(0);
        assert!(
            !forwards(tool) || passed(&ran, input.as_bytes()),
            "{tool}: {}",
            String::from_utf8_lossy(&ran.stdout)
        );
        assert_eq!(ran.stderr, "", "{tool} is silent off a terminal when all is well");
    }
}

#[test]
fn an_unfinished_upstream_is_told() {
    for tool in TOOLS.into_iter().filter(|t| *t != "ir-detect") {
        for input in [
            String::new(),
            stream::alert(),
            stream::run(false),
            stream::finished()[..600].to_owned(),
        ] {
            let folder = Folder::new();
            let ran = reader(tool).dir(folder.path()).stdin(input.clone()).run().exits(4);
            assert!(ran.stderr.contains("upstream did not finish"), "{tool}: {}", ran.stderr);
            if forwards(tool) {
                assert_eq!(ran.own_run()["data"]["complete"], false, "{tool}");
            }
        }
        let folder = Folder::new();
        let stream = format!("{{\"a\":1}}\n{}{{\"b\":1}}\n", stream::run(true));
        reader(tool).dir(folder.path()).args(["--open-ended"]).stdin(stream).run().exits(0);
    }
    let folder = Folder::new();
    let ran = Tool::new("ir-detect").args(["-"]).dir(folder.path()).run().exits(0);
    assert_eq!(ran.own_run()["data"]["lines"], 0);
}

#[test]
fn a_bad_line_is_told_counted_kept_and_not_passed_on() {
    let bad = ["not json", "[1]", "{\"specversion\":\"1.0\",\"type\":\"x\"}", "{\"a\":\"\u{0}\"}"];
    for tool in TOOLS {
        let folder = Folder::new();
        let mut input = stream::alert().into_bytes();
        for line in bad {
            input.extend_from_slice(line.as_bytes());
            input.push(b'\n');
        }
        input.extend_from_slice(b"{\"not\":\"utf8 \xff\"}\n");
        input.extend_from_slice(stream::run(true).as_bytes());
        let ran = reader(tool)
            .dir(folder.path())
            .args(["--keep-bad", "bad.txt"])
            .stdin(input.clone())
            .run()
            .exits(4);
        for line in 2..=6 {
            assert!(
                ran.stderr.contains(&format!("{tool}: stdin:{line}: ")),
                "{tool}: {}",
                ran.stderr
            );
        }
        let kept = fs::read(folder.path().join("bad.txt")).unwrap();
        assert_eq!(kept.split(|b| *b == b'\n').filter(|l| !l.is_empty()).count(), 5, "{tool}");
        if forwards(tool) {
            let counts = &ran.own_run()["data"]["records"];
            assert_eq!(
                (counts["read"].as_u64(), counts["passed"].as_u64(), counts["rejected"].as_u64()),
                (Some(7), Some(2), Some(5)),
                "{tool}"
            );
            assert!(!ran.stdout.windows(8).any(|w| w == b"not json"), "{tool}");
        }
        // Many of them: the first ten, then one summary.
        let many = "junk\n".repeat(500) + &stream::run(true);
        let ran = reader(tool).dir(folder.path()).stdin(many).run().exits(4);
        assert_eq!(ran.stderr.matches("stdin:").count(), 11, "{tool}: {}", ran.stderr);
        assert!(ran.stderr.contains("500 bad lines"), "{tool}: {}", ran.stderr);
    }
}

#[test]
fn strict_stops_at_the_first_bad_line() {
    for tool in TOOLS {
        let folder = Folder::new();
        let input = format!("junk\n{}", stream::finished());
        let ran = reader(tool).dir(folder.path()).args(["--strict"]).stdin(input).run().exits(4);
        assert!(ran.stderr.contains("--strict"), "{tool}: {}", ran.stderr);
        assert!(ran.records("ir.alert.v1").is_empty(), "{tool}");
    }
}

#[test]
fn a_line_over_the_limit_is_told_and_kept_whole() {
    for tool in TOOLS {
        let folder = Folder::new();
        let long = format!("{{\"long\":\"{}\"}}\n", "x".repeat(10_000));
        let input = stream::alert() + &long + &stream::run(true);
        let args = ["--max-line", "4096", "--keep-bad", "bad.txt"];
        let ran = reader(tool).dir(folder.path()).args(args).stdin(input).run().exits(4);
        assert!(ran.stderr.contains("stdin:2: longer than 4096 bytes"), "{tool}: {}", ran.stderr);
        assert_eq!(fs::read(folder.path().join("bad.txt")).unwrap(), long.as_bytes(), "{tool}");
    }
}

#[test]
fn a_repeated_record_passes_but_counts_once_and_a_conflict_is_bad() {
    for tool in TOOLS.into_iter().filter(|t| forwards(t)) {
        let folder = Folder::new();
        let twice = stream::finished() + &stream::finished();
        let ran = reader(tool).dir(folder.path()).stdin(twice.clone()).run().exits(0);
        assert!(passed_all(&ran, &twice), "{tool}");
        assert_eq!(ran.own_run()["data"]["records"]["duplicates"], 2, "{tool}");
        let conflict = stream::alert()
            + &stream::alert().replace("plugin demo failed", "something else")
            + &stream::run(true);
        let ran = reader(tool).dir(folder.path()).stdin(conflict).run().exits(4);
        assert!(ran.stderr.contains("stdin:2: same source and id"), "{tool}: {}", ran.stderr);
    }
}

/// Every input line is in the output, in order.
fn passed_all(ran: &Ran, input: &str) -> bool {
    let mut out = std::str::from_utf8(&ran.stdout).unwrap().lines();
    input.lines().all(|want| out.any(|line| line == want))
}

#[test]
fn files_compressed_or_not_and_a_dash_are_read_in_order() {
    for tool in TOOLS.into_iter().filter(|t| *t != "ir-detect") {
        let folder = Folder::new();
        folder.write("a.jsonl", stream::alert());
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(b"{\"a\":1}\n").unwrap();
        folder.write("b", gzip.finish().unwrap());
        folder.write("c", zstd::encode_all(&b"{\"c\":1}\n"[..], 1).unwrap());
        let ran = Tool::new(tool)
            .dir(folder.path())
            .args(["a.jsonl", "b", "c", "-"])
            .stdin(stream::run(true))
            .run()
            .exits(0);
        if forwards(tool) {
            let wanted =
                format!("{}{{\"a\":1}}\n{{\"c\":1}}\n{}", stream::alert(), stream::run(true));
            assert!(passed_all(&ran, &wanted), "{tool}: {}", String::from_utf8_lossy(&ran.stdout));
        }
    }
}

#[test]
fn a_missing_file_a_folder_and_a_misspelt_verb_are_named() {
    for tool in TOOLS {
        let folder = Folder::new();
        let ran = Tool::new(tool).dir(folder.path()).args(["nowhere.jsonl"]).run().exits(5);
        assert!(
            ran.stderr.starts_with(&format!("{tool}: ")) && ran.stderr.contains("nowhere.jsonl"),
            "{tool}: {}",
            ran.stderr
        );
        assert_eq!(
            ran.stderr.matches("No such file").count(),
            1,
            "{tool} tells it once: {}",
            ran.stderr
        );
        let ran = Tool::new(tool).dir(folder.path()).args(["."]).run().exits(5);
        assert!(ran.stderr.contains("directory"), "{tool}: {}", ran.stderr);
        let ran = Tool::new(tool).dir(folder.path()).args(["completion"]).run().exits(5);
        assert!(
            ran.stderr.contains("did you mean the verb \"completions\"?"),
            "{tool}: {}",
            ran.stderr
        );
        let ran = Tool::new(tool).dir(folder.path()).args(["--quite"]).run().exits(2);
        assert!(ran.stderr.contains("--quiet"), "{tool}: {}", ran.stderr);
    }
}

#[test]
fn an_unreadable_file_is_named() {
    let root = rustix::process::geteuid().is_root();
    for tool in TOOLS {
        let folder = Folder::new();
        let file = folder.write("secret.jsonl", stream::finished());
        fs::set_permissions(&file, Permissions::from_mode(0o000)).unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        let mut command = Tool::new(tool).dir(folder.path()).args(["secret.jsonl"]).command();
        if root {
            command.uid(65534).gid(65534);
        }
        let output = command.output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(5), "{tool}: {stderr}");
        assert!(
            stderr.contains("secret.jsonl") && stderr.contains("ermission denied"),
            "{tool}: {stderr}"
        );
    }
}

#[test]
fn a_closed_reader_ends_printing_quietly() {
    for tool in TOOLS {
        let folder = Folder::new();
        let mut child = reader(tool).dir(folder.path()).command();
        let mut child = child
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let mut stdin = child.stdin.take().unwrap();
        let feeder = std::thread::spawn(move || {
            let filler =
                "{\"filler\":\"0123456789012345678901234567890123456789\"}\n".repeat(20_000);
            let _ = stdin.write_all(filler.as_bytes());
            let _ = stdin.write_all(stream::finished().as_bytes());
        });
        let output = child.wait_with_output().unwrap();
        feeder.join().unwrap();
        assert_eq!(
            output.status.code(),
            Some(0),
            "{tool}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{tool}");
    }
}

#[test]
fn a_full_disk_is_told() {
    for tool in TOOLS {
        let folder = Folder::new();
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let input = File::open(folder.write("in.jsonl", stream::finished())).unwrap();
        let output =
            reader(tool).dir(folder.path()).command().stdin(input).stdout(full).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(5), "{tool}: {stderr}");
        assert!(
            stderr.contains("standard output") && stderr.contains("o space left"),
            "{tool}: {stderr}"
        );
        for asked in ["--help", "--version"] {
            let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
            let status = Tool::new(tool).args([asked]).command().stdout(full).status().unwrap();
            assert_eq!(status.code(), Some(5), "{tool} {asked}");
        }
    }
}

#[test]
fn closed_standard_streams_are_no_reason_to_crash() {
    for tool in TOOLS {
        for closed in ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"] {
            let folder = Folder::new();
            folder.write("in.jsonl", stream::finished());
            let command = reader(tool).dir(folder.path()).command();
            let mut shell = std::process::Command::new("/bin/sh");
            // The shell closes the stream; what it runs is named by position, never pasted into its text.
            let script = format!("f=$1; shift; exec \"$@\" < \"$f\" {closed}");
            shell
                .args(["-c", &script, "sh", "in.jsonl"])
                .arg(command.get_program())
                .args(command.get_args());
            let output = shell
                .current_dir(folder.path())
                .env_clear()
                .env("HOME", folder.path())
                .env("IR_HOME", folder.path().join("h"))
                .output()
                .unwrap();
            let code = output.status.code();
            let stderr = String::from_utf8_lossy(&output.stderr);
            // Without standard input there is no finished upstream; ir-detect then sees an empty stream.
            let allowed: &[i32] = if closed.starts_with('<') { &[0, 4, 5] } else { &[0] };
            assert!(
                code.is_some_and(|c| allowed.contains(&c)),
                "{tool} {closed}: {code:?} {stderr}"
            );
            assert!(!stderr.contains("panicked"), "{tool} {closed}: {stderr}");
        }
    }
}

#[test]
fn an_interrupt_ends_in_an_orderly_way() {
    for tool in TOOLS {
        let folder = Folder::new();
        let mut child = reader(tool).dir(folder.path()).command();
        let mut child = child
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(stream::alert().as_bytes()).unwrap();
        stdin.flush().unwrap();
        if forwards(tool) {
            // The line is out before the input ends: the pipe is live.
            let mut first = vec![0; stream::alert().len()];
            child.stdout.as_mut().unwrap().read_exact(&mut first).unwrap();
            assert_eq!(first, stream::alert().as_bytes(), "{tool}");
        } else {
            std::thread::sleep(Duration::from_millis(300));
        }
        let begun = Instant::now();
        rustix::process::kill_process(
            rustix::process::Pid::from_child(&child),
            rustix::process::Signal::INT,
        )
        .unwrap();
        let output = child.wait_with_output().unwrap();
        drop(stdin);
        assert!(begun.elapsed() < Duration::from_secs(5), "{tool} took {:?}", begun.elapsed());
        assert_eq!(
            output.status.signal(),
            Some(2),
            "{tool}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        if forwards(tool) {
            let last =
                output.stdout.split(|b| *b == b'\n').rfind(|l| !l.is_empty()).unwrap_or_default();
            let run: serde_json::Value = serde_json::from_slice(last).unwrap();
            assert_eq!(
                (&run["type"], &run["data"]["complete"]),
                (&"ir.run.v1".into(), &false.into()),
                "{tool}"
            );
        }
    }
}

#[test]
fn help_version_and_completions_are_on_standard_output() {
    let mut sentences = std::collections::BTreeSet::new();
    for tool in TOOLS {
        let help = Tool::new(tool).args(["--help"]).run().exits(0);
        let text = String::from_utf8(help.stdout).unwrap();
        sentences.insert(text.lines().next().unwrap_or_default().to_owned());
        for part in ["Usage:", "Examples:", "Exit codes:", "--now", "--keep-bad"] {
            assert!(text.contains(part), "{tool} --help lacks {part}");
        }
        assert!(text.lines().all(|l| l.chars().count() <= 100), "{tool} --help has long lines");
        let version = Tool::new(tool).args(["--version"]).run().exits(0);
        assert_eq!(
            String::from_utf8(version.stdout).unwrap(),
            format!("{tool} {}\n", env!("CARGO_PKG_VERSION"))
        );
        for shell in ["bash", "zsh", "fish"] {
            let script = Tool::new(tool).args(["completions", shell]).run().exits(0);
            assert!(
                script.stdout.windows(tool.len()).any(|w| w == tool.as_bytes()),
                "{tool} {shell}"
            );
        }
    }
    assert_eq!(sentences.len(), TOOLS.len(), "each tool has a sentence of its own: {sentences:#?}");
}

#[test]
fn options_of_the_pipe_job_beside_a_verb_are_refused() {
    for (tool, args) in [
        ("ir-detect", &["--late", "5s", "rules"][..]),
        ("ir-evidence", &["-o", "x", "verify", "x"]),
        ("ir-rca", &["--logs", "x", "completions", "bash"]),
    ] {
        let ran = Tool::new(tool).args(args.iter().copied()).run().exits(2);
        assert!(ran.stderr.contains("cannot be used with"), "{tool}: {}", ran.stderr);
        // Common options stand anywhere.
        Tool::new(tool).args(["--quiet", "completions", "bash"]).run().exits(0);
    }
}

#[test]
fn colour_obeys() {
    for tool in TOOLS {
        for (args, env) in [
            (&["--color", "never", "--nope"][..], None),
            (&["--nope"], Some("NO_COLOR")),
            (&["--nope"], None),
        ] {
            let mut run = Tool::new(tool).args(args.iter().copied());
            if let Some(name) = env {
                run = run.env(name, "1");
            }
            let ran = run.run().exits(2);
            assert!(!ran.stderr.contains('\u{1b}'), "{tool} {args:?}: {:?}", ran.stderr);
        }
    }
}

#[test]
fn hostile_text_in_messages_is_escaped() {
    for tool in TOOLS {
        let folder = Folder::new();
        let ran = Tool::new(tool).dir(folder.path()).args(["\u{1b}[2J\u{202e}evil"]).run().exits(5);
        assert!(
            !ran.stderr.contains('\u{1b}') && !ran.stderr.contains('\u{202e}'),
            "{tool}: {:?}",
            ran.stderr
        );
    }
}
