//! Components, files, versions, and what containment can do.

use std::collections::BTreeSet;

use super::Faults;
use super::profile::Names;
use crate::docs::{ActionDef, Profile};

/// Programs that run a command line: argument vectors go to programs, never through one of these.
const SHELLS: &[&str] = &[
    "sh", "bash", "dash", "ash", "zsh", "ksh", "mksh", "csh", "tcsh", "fish", "busybox", "xargs",
    "env", "eval",
];

pub(super) fn check(profile: &Profile, names: &Names<'_>, faults: &mut Faults<'_>) {
    for (component, def) in &profile.components {
        let path = format!("components.{component}");
        faults.name(&path, "a component", component);
        faults.all_known(
            &format!("{path}.depends"),
            "component",
            &def.depends,
            names.components.iter().copied(),
        );
        if depends_on(profile, component, component, &mut BTreeSet::new()) {
            faults.add(
                &format!("{path}.depends"),
                format!("{component} depends on itself, by way of what it depends on"),
            );
        }
    }
    for (i, hidden) in profile.not_covered.iter().enumerate() {
        let path = format!("not_covered[{i}]");
        component(&format!("{path}.component"), hidden.component.as_deref(), names, faults);
        faults.name(&format!("{path}.check"), "a check", &hidden.check);
        faults.not_blank(&format!("{path}.reason"), "the reason", &hidden.reason);
    }
    files(profile, names, faults);
    for (action, def) in &profile.actions {
        check_action(profile, &format!("actions.{action}"), def, names, faults);
    }
}

fn component(path: &str, component: Option<&str>, names: &Names<'_>, faults: &mut Faults<'_>) {
    if let Some(component) = component {
        faults.known(path, "component", component, names.components.iter().copied());
    }
}

fn depends_on<'a>(
    profile: &'a Profile,
    from: &'a str,
    goal: &str,
    seen: &mut BTreeSet<&'a str>,
) -> bool {
    let depends = profile
        .components
        .get(from)
        .map(|component| component.depends.as_slice())
        .unwrap_or_default();
    depends
        .iter()
        .any(|next| next == goal || (seen.insert(next) && depends_on(profile, next, goal, seen)))
}

fn files(profile: &Profile, names: &Names<'_>, faults: &mut Faults<'_>) {
    for (i, file) in profile.files.iter().enumerate() {
        let path = format!("files[{i}]");
        faults.name(&format!("{path}.id"), "a file", &file.id);
        if names.logs.contains(file.id.as_str())
            || profile.files[..i].iter().any(|other| other.id == file.id)
        {
            faults.add(&format!("{path}.id"), format!("the id {:?} is taken already", file.id));
        }
        faults.not_blank(&format!("{path}.path"), "the path", &file.path);
        faults.variables(&format!("{path}.path"), &file.path, &profile.variables);
        component(&format!("{path}.component"), file.component.as_deref(), names, faults);
        for (j, secret) in file.secrets.iter().enumerate() {
            faults.pointer(&format!("{path}.secrets[{j}]"), secret);
        }
    }
    for (i, version) in profile.versions.iter().enumerate() {
        let path = format!("versions[{i}]");
        faults.known(
            &format!("{path}.from"),
            "file or log",
            &version.from,
            names.files.union(&names.logs).copied(),
        );
        match (&version.pointer, &version.pattern) {
            (Some(pointer), None) => {
                faults.pointer(&format!("{path}.pointer"), pointer);
                if version.package.is_none() {
                    faults.add(&path, "a pointer leads to one version: `package` says of what");
                }
            }
            (None, Some(pattern)) => {
                let groups = faults.pattern(&format!("{path}.match"), pattern);
                let mut needed = vec!["version"];
                if version.package.is_none() {
                    needed.push("name");
                }
                for group in needed {
                    if !groups.is_empty() && !groups.iter().any(|g| g == group) {
                        faults.add(
                            &format!("{path}.match"),
                            format!("the expression has no group `{group}`: write (?P<{group}>…)"),
                        );
                    }
                }
            }
            _ => faults.add(&path, "a version is found by `pointer` or by `match`, one of the two"),
        }
    }
}

fn check_action(
    profile: &Profile,
    path: &str,
    def: &ActionDef,
    names: &Names<'_>,
    faults: &mut Faults<'_>,
) {
    faults.not_blank(&format!("{path}.what"), "what the action does", &def.what);
    faults.not_blank(&format!("{path}.verify"), "how to tell that it worked", &def.verify);
    faults.not_blank(&format!("{path}.undo"), "how to take it back", &def.undo);
    component(&format!("{path}.per_instance_of"), def.per_instance_of.as_deref(), names, faults);
    faults.all_known(
        &format!("{path}.touches"),
        "component",
        &def.touches,
        names.components.iter().copied(),
    );
    for (key, vectors) in
        [("run", &def.run), ("verify_run", &def.verify_run), ("undo_run", &def.undo_run)]
    {
        for (i, argv) in vectors.iter().enumerate() {
            let path = format!("{path}.{key}[{i}]");
            let Some(program) = argv.first().filter(|program| !program.is_empty()) else {
                faults.add(&path, "the argument vector names no program");
                continue;
            };
            let base = program.rsplit('/').next().unwrap_or_default();
            if SHELLS.contains(&base) {
                faults.add(
                    &format!("{path}[0]"),
                    format!(
                        "{base} would run a command line; name the program itself and its arguments"
                    ),
                );
            }
            for (j, argument) in argv.iter().enumerate() {
                let path = format!("{path}[{j}]");
                faults.variables(&path, argument, &profile.variables);
                if def.per_instance_of.is_none() && argument.contains("{instance}") {
                    faults.add(&path, "`{instance}` needs `per_instance_of`");
                }
            }
        }
    }
}
