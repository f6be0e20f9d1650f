//! Hosts that show little or nothing: unknown with the reason, and no crash.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::application::{PROFILE, Running, application};
use super::{detect, memory_used, near, samples, value};
use crate::support::{Folder, Ran, Tool, check_records};

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// The tool as a command, with what it wrote checked as everything else.
fn finish(command: &mut Command) -> Ran {
    let output = command.stdin(Stdio::null()).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!stderr.contains("panicked"), "{stderr}");
    check_records(&output.stdout);
    Ran { code: output.status.code(), signal: None, stdout: output.stdout, stderr }
}

/// In a mount namespace of its own; says so and gives none where that is not allowed.
fn apart(flags: &str, setup: &str, tool: &Tool) -> Option<Ran> {
    let may = Command::new("unshare").args([flags, "true"]).stderr(Stdio::null()).status();
    if !is_root() || !may.is_ok_and(|status| status.success()) {
        eprintln!("SKIPPED: unshare {flags} needs root");
        return None;
    }
    let inner = tool.command();
    let mut command = Command::new("unshare");
    command.args([flags, "sh", "-c", &format!("{setup} && exec \"$@\""), "sh"]);
    command.arg(inner.get_program()).args(inner.get_args());
    command.current_dir(inner.get_current_dir().unwrap());
    command.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    command.envs(inner.get_envs().filter_map(|(n, v)| Some((n, v?))));
    Some(finish(&mut command))
}

#[test]
fn without_proc_everything_is_unknown_and_said() {
    let folder = application();
    let empty = "mount -t tmpfs none /proc";
    let live =
        detect(&["--live", "--interval", "100ms", "--profile", "./probe.yaml"]).dir(folder.path());
    let Some(ran) = apart("-m", empty, &live) else { return };
    let ran = ran.exits(0);
    let said = samples(&ran);
    assert!(
        said.iter().all(|s| s["data"]["value"].is_null() && s["data"]["reason"].is_string()),
        "{said:#?}"
    );
    assert!(said.iter().any(|s| s["data"]["metric"] == "memory_usage"));
    let lifecycle =
        ran.records("ir.check.v1").into_iter().find(|c| c["data"]["check"] == "lifecycle");
    assert_eq!(lifecycle.unwrap()["data"]["status"], "unknown");
    let unknown = ran.own_run()["data"]["rules"]["unknown"].to_string();
    assert!(unknown.contains("could not be measured: /proc/meminfo: No such file"), "{unknown}");
    assert!(
        !ran.records("ir.alert.v1").iter().any(|a| a["data"]["rule"] == "app.idle"),
        "0 is not unknown"
    );

    let health = detect(&["health"]).dir(folder.path());
    let Some(ran) = apart("-m", empty, &health) else { return };
    let checks = ran.records("ir.check.v1");
    assert!(
        checks.len() > 8 && checks.iter().all(|c| c["data"]["status"] == "unknown"),
        "{checks:#?}"
    );
    ran.exits(3);
}

/// A file system whose server never answers: everybody who asks about it waits.
#[test]
fn a_dead_file_server_holds_nothing_up() {
    let folder = application();
    fs::create_dir(folder.path().join("dead")).unwrap();
    let dead = "exec 3<>/dev/fuse && mount -i -t fuse -o fd=3,rootmode=40000,user_id=0,group_id=0 none \"$PWD/dead\"";
    if !Path::new("/dev/fuse").exists() {
        eprintln!("SKIPPED: without /dev/fuse there is no dead file server");
        return;
    }
    let text = PROFILE.replace("${root}/settings.json", "${root}/dead/settings.json");
    folder.write("dead.yaml", text.replace("cwd: \"${root}\"", "cwd: \"${root}/dead\""));
    let tool = detect(&["health", "--profile", "./dead.yaml"]).dir(folder.path());
    let begun = std::time::Instant::now();
    let Some(ran) = apart("-m", dead, &tool) else { return };
    assert!(begun.elapsed() < Duration::from_secs(40), "{:?}", begun.elapsed());
    let checks = ran.records("ir.check.v1");
    let of = |name: &str| {
        let check = checks.iter().find(|c| c["data"]["check"].as_str().unwrap().starts_with(name));
        check.unwrap_or_else(|| panic!("{name} in {checks:#?}"))["data"].clone()
    };
    for name in ["config:settings", "process"] {
        assert_eq!(of(name)["status"], "unknown", "{name}");
        assert!(of(name)["summary"].as_str().unwrap().contains("answer"), "{}", of(name));
    }
    let dead = checks.iter().find(|c| {
        let data = &c["data"];
        data["check"].as_str().unwrap().ends_with("/dead") && data["status"] == "unknown"
    });
    assert!(
        dead.unwrap()["data"]["summary"].as_str().unwrap().contains("did not answer within 2 s")
    );
    assert_eq!(of("disk_space:/")["unit"], "%", "the others are measured");
}

#[test]
fn a_container_sees_its_own_processes() {
    let folder = application();
    let live = detect(&["--live", "--interval", "100ms"]).dir(folder.path());
    let Some(ran) = apart("-pfmn", "mount -t proc proc /proc", &live) else { return };
    let said = samples(&ran.exits(0));
    near("memory", value(&said, "memory_usage", &[]), memory_used(), memory_used(), 3.0);
    let outside = Running::in_folder(folder.path());
    let health = detect(&["health", "--profile", "./probe.yaml"]).dir(folder.path());
    let Some(ran) = apart("-pfmn", "mount -t proc proc /proc", &health) else { return };
    drop(outside);
    let process =
        ran.records("ir.check.v1").into_iter().find(|c| c["data"]["check"] == "process").unwrap();
    assert_eq!(process["data"]["status"], "crit", "what runs outside is not seen inside");
    ran.exits(2);
}

/// The built tool where any account can run it.
fn for_everybody(folder: &Folder, tool: &Tool) -> PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let copy = folder.path().join("tool");
    fs::copy(tool.command().get_program(), &copy).unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    copy
}

#[test]
fn without_permission_what_cannot_be_read_is_unknown() {
    if !is_root() {
        eprintln!("SKIPPED: to become another account needs root");
        return;
    }
    const NOBODY: u32 = 65_534;
    let folder = application();
    // The profile must belong to who uses it, or to root; the process of root is not this account's to look into.
    let _running = Running::in_folder(folder.path());
    let tool =
        detect(&["--live", "--interval", "100ms", "--profile", "./probe.yaml"]).dir(folder.path());
    let copy = for_everybody(&folder, &tool);
    let as_nobody = |args: &[&str]| {
        let mut command = Command::new(&copy);
        command.args(args).current_dir(folder.path()).env_clear().env("HOME", "/nonexistent");
        finish(command.uid(NOBODY).gid(NOBODY))
    };
    let ran = as_nobody(&["--live", "--interval", "100ms", "--profile", "./probe.yaml"]).exits(0);
    let said = samples(&ran);
    near("memory", value(&said, "memory_usage", &[]), memory_used(), memory_used(), 3.0);
    let running = said.iter().find(|s| s["data"]["metric"] == "running").unwrap();
    assert!(running["data"]["value"].is_null());
    assert!(
        running["data"]["reason"].as_str().unwrap().contains("this account may not read"),
        "{running}"
    );
    let ran = as_nobody(&["health", "--profile", "./probe.yaml"]);
    let process =
        ran.records("ir.check.v1").into_iter().find(|c| c["data"]["check"] == "process").unwrap();
    assert_eq!(process["data"]["status"], "unknown");
    assert!(matches!(ran.code, Some(1..=3)), "never ok");

    // With hidepid other accounts' processes are not even listed.
    let inner = format!(
        "mount -t proc -o hidepid=2 proc /proc && exec setpriv --reuid {NOBODY} --regid {NOBODY} --clear-groups \"$@\""
    );
    let may = Command::new("unshare").args(["-pfm", "true"]).stderr(Stdio::null()).status();
    if !may.is_ok_and(|s| s.success()) || !Path::new("/usr/bin/setpriv").exists() {
        eprintln!("SKIPPED: hidepid needs unshare and setpriv");
        return;
    }
    let mut command = Command::new("unshare");
    command.args(["-pfm", "sh", "-c", &inner, "sh"]).arg(&copy);
    command.args(["health", "--profile", "./probe.yaml"]).current_dir(folder.path());
    let ran = finish(
        command
            .env_clear()
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .env("HOME", "/nonexistent"),
    );
    let process = ran.records("ir.check.v1").into_iter().find(|c| c["data"]["check"] == "process");
    let process = process.unwrap_or_else(|| panic!("{}", ran.stderr));
    assert_eq!(process["data"]["status"], "unknown", "{process}");
    assert!(process["data"]["summary"].as_str().unwrap().contains("hidepid"), "{process}");
}
