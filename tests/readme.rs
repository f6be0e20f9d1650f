//! The README's command lines, as printed, in one session of a shell.

use std::fs;
use std::process::{Command, Stdio};

use crate::support::{Folder, TOOLS, binary, copy_folder, root, skip};

/// The blocks of shell in the README. Those that build or install are for a checkout and not for this folder.
fn blocks(readme: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut rest = readme;
    while let Some((_, after)) = rest.split_once("```sh\n") {
        let (block, after) = after.split_once("\n```").expect("every block ends");
        if !block.contains("./scripts/") && !block.contains("cargo ") {
            blocks.push(block.to_owned());
        }
        rest = after;
    }
    blocks
}

#[test]
fn its_pipes_work_as_printed() {
    if Command::new("jq").arg("--version").output().is_err() {
        return skip("jq is not there");
    }
    let folder = Folder::new();
    let bin = folder.path().join("bin");
    fs::create_dir(&bin).unwrap();
    for tool in TOOLS {
        std::os::unix::fs::symlink(binary(tool), bin.join(tool)).unwrap();
    }
    copy_folder(&root().join("fixtures"), &folder.path().join("fixtures"));
    folder.write("app.log", "2026-01-05T10:00:00Z INFO up\n2026-01-05T10:00:01Z ERROR no route\n");
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let blocks = blocks(&readme);
    assert!(blocks.len() >= 7, "a pipe at the top, and one per phase at least: {}", blocks.len());
    // One session, as a reader types it.
    let session: String = (1..)
        .zip(&blocks)
        .map(|(n, block)| format!("echo 'in block {n}' >&2\n{block}\n"))
        .collect();
    let ran = Command::new("bash")
        .args(["-euo", "pipefail", "-c", &session])
        .current_dir(folder.path())
        .env("PATH", format!("{}:{}", bin.display(), std::env::var("PATH").unwrap()))
        .env("IR_HOME", folder.path().join("home"))
        .env_remove("IR_PROFILE")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{:?}\n{stderr}", ran.status.code());
    // A field that a record does not have.
    let stdout = String::from_utf8_lossy(&ran.stdout);
    assert!(!stdout.lines().any(|l| l.ends_with("null")), "{stdout}");
}
