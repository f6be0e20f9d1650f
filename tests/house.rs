//! The arrows between the crates: binaries to tools to ir-cli to ir-host and ir-store to ir-core.

use std::process::Command;

use serde_json::Value;

use crate::support::{TOOLS, root};

/// Which of our crates a crate may use.
fn allowed(name: &str) -> Option<&'static [&'static str]> {
    const TOOL: &[&str] = &["ir-cli", "ir-core", "ir-host", "ir-store"];
    Some(match name {
        "ir-core" => &[],
        "ir-host" | "ir-store" => &["ir-core"],
        "ir-cli" => &["ir-core", "ir-host", "ir-store"],
        tool if TOOLS.contains(&tool) => TOOL,
        "ir-tools" | "xtask" => return None,
        other => panic!("no room is known for {other}"),
    })
}

#[test]
fn the_arrows_hold() {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut seen = 0;
    for package in metadata["packages"].as_array().unwrap() {
        let name = package["name"].as_str().unwrap();
        let Some(allowed) = allowed(name) else { continue };
        seen += 1;
        for dependency in package["dependencies"].as_array().unwrap() {
            let used = dependency["name"].as_str().unwrap();
            let of_ours = dependency.get("path").is_some_and(|p| !p.is_null());
            assert!(!of_ours || allowed.contains(&used), "{name} must not depend on {used}");
            let heavy = ["clap", "anyhow", "indicatif", "rusqlite", "ureq", "rustix", "procfs"]
                .contains(&used);
            assert!(name != "ir-core" || !heavy, "ir-core is pure: no {used}");
        }
    }
    assert_eq!(seen, 4 + TOOLS.len());
}
