//! Where bundles go.

use std::path::PathBuf;

use ir_cli::{Exit, Failed, HOME_VARIABLE, ir_home};
use ir_store::bundle::{Begin, Bundle, Verdict, verify};

/// Where the bundles of this run go.
#[derive(Debug)]
pub(crate) struct Places {
    given: Option<PathBuf>,
    used: bool,
}

/// One bundle's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Spot {
    /// The directory.
    pub(crate) path: PathBuf,
    /// The same as records give it.
    pub(crate) written: String,
}

impl Places {
    pub(crate) fn new(given: Option<PathBuf>) -> Self {
        Self { given, used: false }
    }

    /// The place of the next bundle, which is about `name`. The directory that was typed is that of the first bundle; those of
    /// further incidents lie beside it, for none may lie in another.
    pub(crate) fn next(&mut self, name: &str) -> anyhow::Result<Spot> {
        let Some(given) = &self.given else {
            let path = ir_home()?.join("evidence").join(name);
            return Ok(Spot { path, written: format!("{HOME_VARIABLE}/evidence/{name}") });
        };
        let mut path = given.clone();
        if std::mem::replace(&mut self.used, true)
            && let Some(base) = given.file_name()
        {
            let mut beside = base.to_owned();
            beside.push(format!("-{name}"));
            path.set_file_name(beside);
        }
        let Some(written) = path.to_str() else {
            return Err(Failed::new(
                Exit::Usage,
                "--output: records can only name a directory whose name is UTF-8",
            ));
        };
        Ok(Spot { written: written.to_owned(), path })
    }
}

/// What is in the way.
#[derive(Debug)]
pub(crate) enum There {
    /// Nothing, or an empty directory.
    Free,
    /// A whole bundle of the same collection; it is the same if its items are.
    Bundle(Box<Bundle>),
}

/// Looks at the place of a bundle that is to begin with `begin`.
///
/// # Errors
/// Exit code 3 if something else is there.
pub(crate) fn look(spot: &Spot, begin: &Begin) -> anyhow::Result<There> {
    let refuse = |why: String| {
        Err(Failed::new(
            Exit::Refused,
            format!("{}: {why}; choose another directory with --output", spot.written),
        ))
    };
    match std::fs::read_dir(&spot.path).map(|mut entries| entries.next().is_none()) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(There::Free),
        Err(e) => return refuse(e.to_string()),
        Ok(true) => return Ok(There::Free),
        Ok(false) => {}
    }
    let bundle = match Bundle::open(&spot.path, None) {
        Ok(bundle) => bundle,
        Err(e) => return refuse(format!("it is not empty, and no whole bundle ({e})")),
    };
    if (Begin { recorded: begin.recorded, ..bundle.begin().clone() }) != *begin {
        return refuse("it holds the bundle of another collection".into());
    }
    match verify(&spot.path, None, &mut |_| {}) {
        Ok(outcome) if outcome.verdict == Verdict::Intact => Ok(There::Bundle(Box::new(bundle))),
        _ => {
            refuse("it holds a bundle that is not as it was sealed; see ir-evidence verify".into())
        }
    }
}

/// A name for the directory of a bundle about no incident.
pub(crate) fn name_without_incident(app: &str, recorded: ir_core::wire::Time) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
    let app: String = app.chars().take(40).map(plain).collect();
    format!("{app}-{}", recorded.to_string().replace([':', '.'], "-"))
}

/// Whether an incident's id may be the name of a directory.
pub(crate) fn is_plain(incident: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    !incident.is_empty()
        && incident.len() <= 100
        && !incident.starts_with(['.', '-'])
        && incident.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::{Places, is_plain};

    #[test]
    fn bundles_of_further_incidents_lie_beside_the_first() {
        let mut places = Places::new(Some("out/ev/".into()));
        assert_eq!(places.next("INC-1").unwrap().written, "out/ev/");
        let second = places.next("INC-2").unwrap();
        assert_eq!(
            (second.written.as_str(), second.path.to_str()),
            ("out/ev-INC-2", Some("out/ev-INC-2"))
        );
    }

    #[test]
    fn ids_that_lead_elsewhere_are_no_names() {
        for bad in
            ["", ".", "..", "../x", "a/b", ".hidden", "a\0", "a b", "-x", "é", &"x".repeat(101)]
        {
            assert!(!is_plain(bad), "{bad:?}");
        }
        assert!(is_plain("INC-20261123-0a1b2c3d"));
    }
}
