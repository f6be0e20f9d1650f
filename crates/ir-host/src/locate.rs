//! The files that a profile's path means, each with the path that records give it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ir_core::docs::{LogSource, Profile};

use crate::wildcard::{Wildcard, expand};

/// A file that a profile's path means; it need not be there if the path has no `*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    /// Where it is.
    pub path: PathBuf,
    /// The same with the profile's variables unexpanded, as records give it: `${state_dir}/logs/app.log`.
    pub written: PathBuf,
}

/// The files that `text`, a path with `${NAME}` and `*`, means. Only what the profile itself writes is a pattern: a `*` or `[` in
/// the value of a variable is a letter like any other.
///
/// # Errors
/// A variable that has no value, or a pattern that is none: a sentence.
pub fn locate(
    profile: &Profile,
    set: &BTreeMap<String, String>,
    text: &str,
) -> Result<Vec<Located>, String> {
    let Some(first) = first_sign(text) else {
        return Ok(vec![Located { path: profile.expand(text, set)?.into(), written: text.into() }]);
    };
    // The directory in front of the pattern has a name that is known; what is found is told as that name and the rest.
    let cut = text[..first].rfind('/').map_or(0, |slash| slash + 1);
    let (written, pattern) = text.split_at(cut);
    let directory = profile.expand(written, set)?;
    let found = expand(Path::new(&directory), &profile.expand(pattern, set)?)?;
    let told = |path: &PathBuf| match path.strip_prefix(&directory) {
        Ok(rest) => Path::new(written).join(rest),
        Err(_) => path.clone(),
    };
    Ok(found.into_iter().map(|path| Located { written: told(&path), path }).collect())
}

/// The profile's log that a file of that name belongs to, wherever it lies: a copy of a log is read as the log. None where the
/// name, and the directory in it, fit to no log or to several.
pub fn log_named<'a>(profile: &'a Profile, path: &Path) -> Option<&'a LogSource> {
    let name = path.file_name()?;
    let directory = path.parent().and_then(|p| p.file_name()).and_then(|n| n.to_str());
    let fits = |log: &&LogSource| {
        Wildcard::new(last_two(&log.path).1).is_ok_and(|wildcard| wildcard.matches(name))
    };
    let fitting: Vec<&LogSource> = profile.logs.iter().filter(fits).collect();
    if let [only] = fitting[..] {
        return Some(only);
    }
    let mut there = fitting.into_iter().filter(|log| directory == Some(last_two(&log.path).0));
    there.next().filter(|_| there.next().is_none())
}

/// The last directory in a path, and the name behind it.
fn last_two(path: &str) -> (&str, &str) {
    let (rest, last) = path.rsplit_once('/').unwrap_or(("", path));
    (rest.rsplit('/').next().unwrap_or_default(), last)
}

/// Where the first pattern sign stands that is not in the name of a variable.
fn first_sign(text: &str) -> Option<usize> {
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        if text[at..].starts_with("${") {
            at += text[at..].find('}').unwrap_or(text.len() - at - 1) + 1;
            continue;
        }
        if matches!(c, '*' | '?' | '[') {
            return Some(at);
        }
        at += c.len_utf8();
    }
    None
}

#[cfg(test)]
mod tests {
    use std::fs;

    use ir_core::docs::load_profile;

    use std::path::Path;

    use super::{Located, locate, log_named};

    #[test]
    fn a_copy_of_a_log_is_known_by_its_name() {
        let log =
            |id: &str, path: &str| format!("  - {{id: {id}, path: \"{path}\", format: auto}}\n");
        let logs = [
            log("main", "${root}/logs/app.log*"),
            log("talk", "${root}/talk/*.jsonl"),
            log("raw", "${root}/raw/*.jsonl"),
        ];
        let text = format!(
            "profile: 1\napp: {{name: a}}\nvariables:\n  root: {{about: x}}\nlogs:\n{}",
            logs.concat()
        );
        let profile = load_profile("p", &text).unwrap();
        let id = |path: &str| log_named(&profile, Path::new(path)).map(|log| log.id.as_str());
        assert_eq!(id("/copies/app.log.1"), Some("main"));
        assert_eq!(id("raw/x.jsonl"), Some("raw"));
        assert_eq!(id("/elsewhere/x.jsonl"), None);
        assert_eq!(id("/elsewhere/myapp.log"), None);
        assert_eq!(id("/"), None);
    }

    #[test]
    fn files_are_told_as_the_profile_writes_them() {
        let dir = std::env::temp_dir().join(format!("ir-host-locate-{}", std::process::id()));
        // A folder whose name looks like a pattern, beside one that the pattern would match.
        let root = dir.join("app[1]*");
        fs::create_dir_all(root.join("logs")).unwrap();
        fs::create_dir_all(dir.join("app1x/logs")).unwrap();
        for file in [
            root.join("logs/b.log"),
            root.join("logs/a.log"),
            root.join("logs/.c.log"),
            dir.join("app1x/logs/d.log"),
        ] {
            fs::write(file, "").unwrap();
        }
        let profile = "profile: 1\napp: {name: a}\nvariables:\n  root: {default: '.', about: x}\n  logs: {default: '${root}/logs', about: x}\n  end: {about: x}\n";
        let profile = load_profile("p", profile).unwrap();
        let set = [
            ("root".to_owned(), root.to_str().unwrap().to_owned()),
            ("end".to_owned(), "log".to_owned()),
        ]
        .into();
        let located =
            |path: &str, written: &str| Located { path: root.join(path), written: written.into() };

        assert_eq!(
            locate(&profile, &set, "${logs}/*.${end}"),
            Ok(vec![
                located("logs/a.log", "${logs}/a.log"),
                located("logs/b.log", "${logs}/b.log")
            ])
        );
        assert_eq!(
            locate(&profile, &set, "${root}/l*/a.log"),
            Ok(vec![located("logs/a.log", "${root}/logs/a.log")])
        );
        assert_eq!(
            locate(&profile, &set, "${root}/none"),
            Ok(vec![located("none", "${root}/none")])
        );
        assert_eq!(locate(&profile, &set, "${root}/none*"), Ok(vec![]));
        let here = locate(&profile, &Default::default(), "${root}/Cargo.t*").unwrap();
        assert_eq!(
            here,
            [Located { path: "./Cargo.toml".into(), written: "${root}/Cargo.toml".into() }]
        );
        assert!(locate(&profile, &set, "${root}/*[").is_err());
        assert!(locate(&profile, &Default::default(), "*.${end}").is_err());
        assert!(locate(&profile, &set, "${root").is_err());
        fs::remove_dir_all(&dir).unwrap();
    }
}
