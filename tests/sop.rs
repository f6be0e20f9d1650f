//! The procedure's twelve command lines, as the procedure prints them: in a folder that `install-sop` laid out, and on
//! a Debian 12 with nothing but its base system.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use ir_core::builtin;

use crate::support::{Folder, TOOLS, binary, copy_folder, root, skip};

/// The command lines, in the procedure's order.
fn command_lines() -> Vec<String> {
    let sop = ir_core::docs::load_sop("sop", builtin::sop_text()).unwrap();
    let lines: Vec<String> = sop.steps.iter().flat_map(|s| s.commands.clone()).collect();
    assert_eq!(lines.len(), 12);
    lines
}

/// Puts the built tools into `bin`, the procedure's commands into `sop`, and a recorded incident into `state`.
fn lay_out(place: &Path) {
    std::fs::create_dir_all(place.join("bin")).unwrap();
    for tool in TOOLS {
        std::fs::copy(binary(tool), place.join("bin").join(tool)).unwrap();
    }
    let installed =
        Command::new(root().join("scripts/install-sop")).arg(place.join("sop")).output().unwrap();
    assert!(installed.status.success(), "{installed:?}");
    copy_folder(&root().join("fixtures/chat-app/incB"), &place.join("state"));
}

/// A verdict's exit code and a record at least, or exit code 4 with what is missing.
fn judge(line: &str, ran: &Output) {
    let stderr = String::from_utf8_lossy(&ran.stderr);
    let records = ran
        .stdout
        .split(|b| *b == b'\n')
        .filter_map(|l| serde_json::from_slice::<serde_json::Value>(l).ok())
        .filter(|r| r["specversion"] == "1.0")
        .count();
    let code = ran.status.code();
    let shown = || format!("{line}: {code:?}, {records} records\n{stderr}");
    if code == Some(4) && stderr.contains("not in this version: ") {
        return;
    }
    let verdicts: &[i32] = if line.contains("health_check") { &[0, 1, 2, 3] } else { &[0, 1, 4] };
    assert!(code.is_some_and(|code| verdicts.contains(&code)), "{}", shown());
    assert!(records > 0, "{}", shown());
}

#[test]
fn every_command_line_works_as_printed() {
    let folder = Folder::new();
    lay_out(folder.path());
    let sop = folder.path().join("sop");
    let path = format!("{}:{}", sop.join("bin").display(), std::env::var("PATH").unwrap());
    let python = Command::new("python").arg("--version").output().is_ok_and(|o| o.status.success());
    if !python {
        skip("python is not there: the .py files are run as commands");
    }
    for line in command_lines() {
        let line = if python { line } else { line.replace("python ", "./") };
        let ran = Command::new("bash")
            .args(["-c", &line])
            .current_dir(&sop)
            .env("PATH", &path)
            .env("IR_BIN", folder.path().join("bin"))
            .env("IR_HOME", folder.path().join("home"))
            .stdin(Stdio::null())
            .output()
            .unwrap();
        judge(&line, &ran);
    }
}

#[test]
fn foreign_files_are_left_alone_and_foreign_options_refused() {
    let folder = Folder::new();
    folder.write("sop/tests/user_journey_tests.py", "print('mine')\n");
    let install = || {
        Command::new(root().join("scripts/install-sop"))
            .arg(folder.path().join("sop"))
            .output()
            .unwrap()
    };
    assert_eq!(install().status.code(), Some(3));
    assert!(!folder.path().join("sop/scripts").exists());
    std::fs::remove_file(folder.path().join("sop/tests/user_journey_tests.py")).unwrap();
    assert_eq!(install().status.code(), Some(0));
    assert_eq!(install().status.code(), Some(0), "again");
    let ran = Command::new(folder.path().join("sop/scripts/deploy_incident_fix.sh"))
        .arg("--critical-paths")
        .output()
        .unwrap();
    assert_eq!(ran.status.code(), Some(2), "{ran:?}");
    // A switch takes no value, which would be dropped; and a monitor hears that nothing is known.
    for (file, option, code) in [
        ("deploy_incident_fix.sh", "--execute=no", 2),
        ("health_check.sh", "--comprehensive=no", 3),
        ("health_check.sh", "--nosuch", 3),
    ] {
        let ran = Command::new(folder.path().join("sop/scripts").join(file))
            .arg(option)
            .output()
            .unwrap();
        assert_eq!(ran.status.code(), Some(code), "{file} {option}: {ran:?}");
    }
    // A checkout's own scripts are where they belong already.
    let checkout = folder.path().join("checkout");
    copy_folder(&root().join("scripts"), &checkout.join("scripts"));
    let ran = Command::new(checkout.join("scripts/install-sop")).arg(&checkout).output().unwrap();
    assert_eq!(ran.status.code(), Some(0), "{ran:?}");
}

#[test]
fn a_fix_is_looked_for_where_it_is_said_and_changes_nothing() {
    let folder = Folder::new();
    lay_out(folder.path());
    let plan = folder.write("home/incident-fix.yaml", "steps: []\n");
    let before = listing(folder.path());
    for options in [&["--staged", "--monitor"][..], &["--staged", "--monitor", "--execute"]] {
        let ran = Command::new(folder.path().join("sop/scripts/deploy_incident_fix.sh"))
            .args(options)
            .current_dir(folder.path())
            .env("IR_BIN", folder.path().join("bin"))
            .env("IR_HOME", folder.path().join("home"))
            .output()
            .unwrap();
        let stderr = String::from_utf8_lossy(&ran.stderr);
        assert_eq!(ran.status.code(), Some(4), "{stderr}");
        assert!(stderr.contains(&format!("the plan is {}", plan.display())), "{stderr}");
        assert!(stderr.contains("nothing was changed"), "{stderr}");
    }
    assert_eq!(listing(folder.path()), before);
}

fn listing(dir: &Path) -> Vec<(PathBuf, std::time::SystemTime)> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let entry = entry.unwrap();
        let meta = entry.metadata().unwrap();
        all.push((entry.path(), meta.modified().unwrap()));
        if meta.is_dir() {
            all.extend(listing(&entry.path()));
        }
    }
    all.sort();
    all
}

/// A Debian 12 of its base packages alone, made once for a target directory.
fn bare_debian() -> Option<PathBuf> {
    let tree = Path::new(env!("CARGO_TARGET_TMPDIR")).join("debian12");
    if tree.exists() {
        return Some(tree);
    }
    if !rustix::process::geteuid().is_root() {
        skip("a bare Debian 12: only root can make one");
        return None;
    }
    if Command::new("debootstrap").arg("--version").output().is_err() {
        skip("a bare Debian 12: debootstrap is not there");
        return None;
    }
    let partial = tree.with_extension(format!("partial-{}", std::process::id()));
    let made = Command::new("unshare")
        .args(["--mount", "debootstrap", "--variant=minbase", "bookworm"])
        .arg(&partial)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    if !made.status.success() {
        let _ = std::fs::remove_dir_all(&partial);
        skip(&format!("a bare Debian 12: debootstrap: {}", String::from_utf8_lossy(&made.stdout)));
        return None;
    }
    std::fs::rename(&partial, &tree).unwrap();
    Some(tree)
}

/// Runs a command line within the tree, in namespaces of its own, with its own /proc and no other environment.
fn within(tree: &Path, dir: &str, line: &str) -> Output {
    Command::new("unshare")
        .args(["--mount", "--pid", "--fork"])
        .arg(format!("--mount-proc={}", tree.join("proc").display()))
        .arg("chroot")
        .arg(tree)
        .args(["/usr/bin/env", "-i", "HOME=/root", "IR_HOME=/srv/ir/home", "LC_ALL=C"])
        .arg("PATH=/srv/ir/sop/bin:/srv/ir/bin:/usr/sbin:/usr/bin:/sbin:/bin")
        .args(["bash", "-c", &format!("cd {dir} && {line}")])
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

#[test]
fn a_bare_debian_is_enough() {
    let Some(tree) = bare_debian() else { return };
    let place = tree.join("srv/ir");
    let _ = std::fs::remove_dir_all(&place);
    lay_out(&place);
    let health = within(&tree, "/srv/ir", "ir-detect health");
    assert!(matches!(health.status.code(), Some(0..=3)), "{health:?}");
    assert!(!health.stdout.is_empty(), "{health:?}");
    let profile = "--profile chat-app --set state_dir=state";
    let pipe = within(
        &tree,
        "/srv/ir",
        &format!(
            "set -o pipefail; ir-detect {profile} | ir-classify | ir-contain {profile} | \
             ir-evidence {profile} -o bundle | ir-rca {profile} | ir-report -o report.html && ir-evidence verify bundle"
        ),
    );
    assert_eq!(pipe.status.code(), Some(0), "{pipe:?}");
    let report = std::fs::read_to_string(place.join("report.html")).unwrap();
    assert!(report.contains("flaky"), "{report}");
    for line in command_lines() {
        // There is no Python in the base system.
        let line = line.replace("python ", "./");
        judge(&line, &within(&tree, "/srv/ir/sop", &line));
    }
    std::fs::remove_dir_all(&place).unwrap();
}
