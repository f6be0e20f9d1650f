//! `tests/cases/<tool>/*.toml`: arguments, files, standard input; exit code, messages and records that must come.
//!
//! In `[[record]]` a key is a JSON pointer (`"/data/severity" = "P0"`), or `type`; the records of one file must come in
//! that order, with others between them. `absent` lists types that must not come, `alerts` all that do: rule and state.

use std::collections::BTreeMap;
use std::fs;

use serde::Deserialize;
use serde_json::Value;

use crate::support::{Folder, TOOLS, Tool, root};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    #[expect(dead_code, reason = "for the reader")]
    about: String,
    #[serde(default)]
    args: Vec<String>,
    #[serde(default)]
    stdin: String,
    #[serde(default)]
    files: BTreeMap<String, String>,
    #[serde(default)]
    exit: i32,
    /// Each is found in standard error, in this order.
    #[serde(default)]
    stderr: Vec<String>,
    /// Each is found in standard output, in this order.
    #[serde(default)]
    stdout: Vec<String>,
    #[serde(default)]
    record: Vec<BTreeMap<String, Value>>,
    #[serde(default)]
    absent: Vec<String>,
    /// `app.disk_full firing`: these alerts in this order, and no other.
    alerts: Option<Vec<String>>,
}

#[test]
fn every_case_holds() {
    let mut faults = Vec::new();
    let mut count = 0;
    for tool in TOOLS {
        let mut paths: Vec<_> = match fs::read_dir(root().join("tests/cases").join(tool)) {
            Ok(dir) => dir
                .map(|e| e.unwrap().path())
                .filter(|p| p.extension().is_some_and(|x| x == "toml"))
                .collect(),
            Err(_) => panic!("{tool} has no cases"),
        };
        paths.sort();
        assert!(!paths.is_empty(), "{tool} has no cases");
        for path in paths {
            count += 1;
            let case: Case = toml::from_str(&fs::read_to_string(&path).unwrap())
                .unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            if let Err(fault) = holds(tool, &case) {
                faults.push(format!(
                    "{}: {fault}",
                    path.strip_prefix(root()).unwrap_or(&path).display()
                ));
            }
        }
    }
    assert!(
        faults.is_empty(),
        "{} of {count} cases do not hold:\n{}",
        faults.len(),
        faults.join("\n\n")
    );
}

fn holds(tool: &str, case: &Case) -> Result<(), String> {
    let folder = Folder::new();
    for (name, text) in &case.files {
        folder.write(name, text);
    }
    let ran =
        Tool::new(tool).args(&case.args).stdin(case.stdin.as_bytes()).dir(folder.path()).run();
    let stdout = String::from_utf8_lossy(&ran.stdout);
    let shown = || format!("\n  stderr: {}\n  stdout: {stdout}", ran.stderr);
    if ran.code != Some(case.exit) {
        return Err(format!("exit {:?}, not {}{}", ran.code, case.exit, shown()));
    }
    in_order(&ran.stderr, &case.stderr)
        .map_err(|w| format!("standard error lacks {w:?}{}", shown()))?;
    in_order(&stdout, &case.stdout)
        .map_err(|w| format!("standard output lacks {w:?}{}", shown()))?;
    let records: Vec<Value> = stdout.lines().filter_map(|l| serde_json::from_str(l).ok()).collect();
    let mut rest = records.iter();
    for want in &case.record {
        let fits = |r: &&Value| {
            want.iter().all(
                |(at, v)| if at == "type" { r["type"] == *v } else { r.pointer(at) == Some(v) },
            )
        };
        if !rest.any(|r| fits(&r)) {
            return Err(format!("no such record (in this place): {want:?}{}", shown()));
        }
    }
    let alerts: Vec<String> = records
        .iter()
        .filter(|r| r["type"] == "ir.alert.v1")
        .filter_map(|r| {
            Some(format!("{} {}", r["data"]["rule"].as_str()?, r["data"]["state"].as_str()?))
        })
        .collect();
    if case.alerts.as_ref().is_some_and(|want| *want != alerts) {
        return Err(format!("alerts are {alerts:?}{}", shown()));
    }
    match case.absent.iter().find(|kind| records.iter().any(|r| r["type"] == kind.as_str())) {
        Some(kind) => Err(format!("a record of type {kind}{}", shown())),
        None => Ok(()),
    }
}

fn in_order<'w>(text: &str, wanted: &'w [String]) -> Result<(), &'w str> {
    let mut rest = text;
    for want in wanted {
        let at = rest.find(want.as_str()).ok_or(want.as_str())?;
        rest = &rest[at + want.len()..];
    }
    Ok(())
}
