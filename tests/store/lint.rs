//! What `ir-report lint` says of a store that somebody has been at.

use std::fs;

use super::Home;
use crate::support::stream;

/// A store with one incident of some twenty lines.
fn filled() -> (Home, Vec<u8>) {
    let home = Home::new();
    let alerts: Vec<String> = (0..5).map(|n| stream::firing("chat", &format!("r{n}"), n)).collect();
    home.record(&alerts).exits(0);
    for n in 0..3 {
        home.run("ir-classify", &["note", &format!("note {n}")]).exits(0);
    }
    home.run("ir-report", &["lint"]).exits(0);
    let bytes = fs::read(home.file()).unwrap();
    (home, bytes)
}

/// The lines that lint names in the incident's file when it holds `bytes`.
#[track_caller]
fn named(home: &Home, bytes: &[u8]) -> Vec<usize> {
    let file = home.file();
    fs::write(&file, bytes).unwrap();
    let ran = home.run("ir-report", &["lint"]).exits(1);
    assert_eq!(ran.stderr, "");
    let text = String::from_utf8(ran.stdout).unwrap();
    let prefix = format!("{}:", file.display());
    let lines = text
        .lines()
        .filter_map(|fault| fault.strip_prefix(&prefix)?.split_once(": ")?.0.parse().ok());
    lines.collect()
}

/// Numbers that look random and are the same every time.
fn numbers() -> impl Iterator<Item = usize> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as usize
    })
}

#[test]
fn a_flipped_byte_anywhere_is_named_with_its_line() {
    let (home, bytes) = filled();
    let mut numbers = numbers();
    for _ in 0..60 {
        let (Some(at), Some(bit)) = (numbers.next(), numbers.next()) else { break };
        let at = at % bytes.len();
        let mut changed = bytes.clone();
        changed[at] ^= 1 << (bit % 8);
        let line = bytes[..at].iter().filter(|b| **b == b'\n').count() + 1;
        let named = named(&home, &changed);
        assert!(named.contains(&line), "byte {at} of line {line}: {named:?}");
    }
    fs::write(home.file(), &bytes).unwrap();
    home.run("ir-report", &["lint"]).exits(0);
}

#[test]
fn a_line_deleted_swapped_repeated_or_cut_is_named() {
    let (home, bytes) = filled();
    let lines: Vec<&[u8]> = bytes.split_inclusive(|b| *b == b'\n').collect();
    for n in 0..lines.len() {
        let mut deleted = lines.clone();
        deleted.remove(n);
        assert!(named(&home, &deleted.concat()).contains(&(n + 1)), "line {} deleted", n + 1);
        let mut repeated = lines.clone();
        repeated.insert(n, lines[n]);
        assert!(named(&home, &repeated.concat()).contains(&(n + 2)), "line {} repeated", n + 1);
        let mut cut = lines.concat();
        let end = lines[..=n].concat().len();
        cut.drain(end - 10..end - 1);
        assert_eq!(named(&home, &cut)[0], n + 1, "line {} cut", n + 1);
        if n > 0 {
            let mut swapped = lines.clone();
            swapped.swap(n - 1, n);
            let named = named(&home, &swapped.concat());
            assert!(named.iter().any(|line| [n, n + 1].contains(line)), "{n} swapped: {named:?}");
        }
    }
    // The end of a file is vouched for by the index alone.
    let shorter = lines[..lines.len() - 2].concat();
    assert!(named(&home, &shorter).contains(&(lines.len() - 1)));
    fs::write(home.file(), &bytes).unwrap();
    home.run("ir-report", &["lint"]).exits(0);
    let id = home.file().file_stem().unwrap().to_str().unwrap().to_owned();
    home.run("ir-report", &["lint", &id]).exits(0);
    home.run("ir-report", &["lint", "INC-9"]).exits(2);
    fs::remove_file(home.file()).unwrap();
    let ran = home.run("ir-report", &["lint"]).exits(1);
    assert!(String::from_utf8_lossy(&ran.stdout).contains("it is gone"));
}

#[test]
fn a_torn_line_is_told_left_out_and_set_aside() {
    use std::io::Write;

    let (home, bytes) = filled();
    let torn = b"{\"specversion\":\"1.0\",\"ty";
    fs::File::options().append(true).open(home.file()).unwrap().write_all(torn).unwrap();
    let ran = home.run("ir-report", &["lint"]).exits(1);
    assert!(String::from_utf8_lossy(&ran.stdout).contains("did not finish"));
    let shown = home.run("ir-report", &["show"]).exits(0);
    assert!(
        shown.stderr.contains("24 bytes") && !shown.stdout.ends_with(b"ty"),
        "{}",
        shown.stderr
    );
    let ran = home.run("ir-classify", &["note", "after"]).exits(0);
    assert!(ran.stderr.contains("they are now in"), "never silently: {}", ran.stderr);
    let now = fs::read(home.file()).unwrap();
    assert!(now.starts_with(&bytes) && now.len() > bytes.len());
    let aside = fs::read(home.file().with_extension("torn")).unwrap();
    assert_eq!(aside.strip_suffix(b"\n"), Some(&torn[..]));
    let ran = home.run("ir-report", &["lint"]).exits(0);
    assert!(String::from_utf8_lossy(&ran.stdout).contains("1 file of torn lines"));
}

#[test]
fn a_record_with_a_known_key_and_other_content_is_refused() {
    let home = Home::new();
    let alert = stream::firing("chat", "a", 0);
    home.record(std::slice::from_ref(&alert)).exits(0);
    let before = home.lines();
    // The same alert, told otherwise; the rest goes on.
    let other = alert.replace("\"count\":3", "\"count\":4");
    let ran = home.record(&[other.clone(), stream::firing("chat", "b", 1)]).exits(3);
    assert!(ran.stderr.contains("with other content"), "{}", ran.stderr);
    assert!(ran.stdout.starts_with(other.as_bytes()));
    let now = home.lines();
    assert_eq!(now[..before.len()], before);
    assert!(now.iter().all(|line| !line.contains("\"count\":4")));
    assert!(now.iter().any(|line| line.contains("b failed")));
    home.run("ir-report", &["lint"]).exits(0);
}

#[test]
fn a_hostile_subject_names_no_file() {
    let home = Home::new();
    let known = home.record(&[stream::firing("chat-app", "a", 0)]).exits(0);
    let text = String::from_utf8(known.stdout).unwrap();
    let id = home.file().file_stem().unwrap().to_str().unwrap().to_owned();
    fs::remove_dir_all(home.path()).unwrap();
    for bad in ["../../evil", "INC-20260105-../../ab", "/tmp/evil", "INC-20260105-0A1B2C3D", "."] {
        let input = text.replace(&id, bad);
        // Run as it is: such a subject is no subject of ours, so the schemas do not hold.
        let file = fs::File::open(home.0.write("in", &input)).unwrap();
        let command = home.tool("ir-contain", &["--record"]).command().stdin(file).output();
        let output = command.unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(4), "{bad}: {stderr}");
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(input.lines().all(|line| text.lines().any(|passed| passed == line)), "{bad}");
        assert!(text.lines().any(|line| line.contains("ir.action.v1")), "{bad}");
        assert!(stderr.contains("no incident id"), "{stderr}");
        assert!(!home.path().join("incidents").exists(), "{bad}");
        assert!(!home.0.path().join("evil.jsonl").exists());
    }
}
