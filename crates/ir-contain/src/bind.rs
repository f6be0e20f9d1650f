//! An action of the procedure bound to what the profile says of it: argument vectors with every name filled in.

use std::collections::BTreeMap;

use ir_core::docs::Profile;

/// Longest name of an instance, bytes.
const MAX_INSTANCE: usize = 128;

/// What is wrong with the name of an instance; none: it may stand in an argument vector.
///
/// Instances come from logs, which anybody may write: a name must not be an option, a path or a pattern.
pub fn instance_fault(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        Some("it is empty")
    } else if name.len() > MAX_INSTANCE {
        Some("it is longer than 128 bytes")
    } else if name.starts_with('-') {
        Some("it begins with a hyphen, like an option")
    } else if name.bytes().all(|b| b == b'.') {
        Some("it is a path: only dots")
    } else if !name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b)) {
        Some("it has other characters than letters, digits and `.`, `_`, `-`")
    } else {
        None
    }
}

/// What `{instance}` and `{component}` stand for in one step.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Names<'a> {
    /// A name without fault.
    pub(crate) instance: Option<&'a str>,
    pub(crate) component: Option<&'a str>,
}

impl Names<'_> {
    /// `text` with both filled in, where they are known. `${instance}` is a variable and stays one.
    fn fill(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find('{') {
            let (before, from) = rest.split_at(at);
            out.push_str(before);
            let known = [("{instance}", self.instance), ("{component}", self.component)];
            let found =
                known.into_iter().find_map(|(hole, name)| Some((from.strip_prefix(hole)?, name?)));
            match found.filter(|_| !before.ends_with('$')) {
                Some((after, name)) => {
                    out.push_str(name);
                    rest = after;
                }
                None => {
                    out.push('{');
                    rest = &from[1..];
                }
            }
        }
        out + rest
    }
}

/// Fills argument vectors and sentences of one profile.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Binder<'a> {
    pub(crate) profile: &'a Profile,
    pub(crate) set: &'a BTreeMap<String, String>,
}

impl Binder<'_> {
    /// Every argument filled in; what a person set is taken as it is.
    ///
    /// # Errors
    /// A variable without a value, or an instance that is needed and not known.
    pub(crate) fn argv(
        &self,
        vectors: &[Vec<String>],
        names: Names<'_>,
    ) -> Result<Vec<Vec<String>>, String> {
        let argument = |text: &String| {
            if names.instance.is_none() && text.contains("{instance}") {
                return Err("it is not known for which instance".to_owned());
            }
            self.profile.expand(&names.fill(text), self.set)
        };
        vectors.iter().map(|argv| argv.iter().map(argument).collect()).collect()
    }

    /// A sentence for people; what has no value stays as it is written.
    pub(crate) fn sentence(&self, text: &str, names: Names<'_>) -> String {
        let filled = names.fill(text);
        self.profile.expand(&filled, self.set).unwrap_or(filled)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use ir_core::docs::{Profile, load_profile};
    use proptest::prelude::*;

    use super::{Binder, Names, instance_fault};

    fn profile() -> Profile {
        let text = "profile: 1\napp: {name: app}\nvariables:\n  root: {default: /srv, about: x}\n  pid: {about: the process}\n  instance: {default: i, about: x}\n";
        load_profile("p", text).unwrap()
    }

    fn argv(
        texts: &[&str],
        instance: Option<&str>,
        set: &[(&str, &str)],
    ) -> Result<Vec<Vec<String>>, String> {
        let set: BTreeMap<_, _> =
            set.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let binder = Binder { profile: &profile(), set: &set };
        let vectors = [texts.iter().map(|t| (*t).to_owned()).collect()];
        binder.argv(&vectors, Names { instance, component: Some("plugin_system") })
    }

    #[test]
    fn names_are_filled_in_once() {
        let found = argv(
            &[
                "/bin/mv",
                "--",
                "${root}/{instance}.py",
                "{component}",
                "${instance}",
                "{}",
                "{other}{",
            ],
            Some("demo"),
            &[],
        );
        assert_eq!(
            found.unwrap(),
            [["/bin/mv", "--", "/srv/demo.py", "plugin_system", "i", "{}", "{other}{"]]
        );
        let found = argv(&["${root}"], Some("demo"), &[("root", "{instance}${pid}")]);
        assert_eq!(found.unwrap(), [["{instance}${pid}"]], "what a person sets is taken as it is");
    }

    #[test]
    fn what_is_missing_is_said() {
        assert_eq!(
            argv(&["${pid}"], None, &[]).unwrap_err(),
            "the variable pid has no value: say --set pid=VALUE (the process)"
        );
        assert_eq!(
            argv(&["{instance}"], None, &[]).unwrap_err(),
            "it is not known for which instance"
        );
    }

    #[test]
    fn hostile_names_are_no_names() {
        for name in ["demo", "a.b_c-d", "..a", "9", "x.."] {
            assert_eq!(instance_fault(name), None, "{name}");
        }
        let long = "x".repeat(129);
        for name in [
            "",
            "-rf",
            "--",
            ".",
            "..",
            "a/b",
            "../x",
            "a b",
            "a\nb",
            "$(x)",
            "${root}",
            "{instance}",
            "a;b",
            "é",
            "a\0",
            &long,
        ] {
            assert!(instance_fault(name).is_some(), "{name:?}");
        }
    }

    proptest! {
        #[test]
        fn a_name_without_fault_stays_one_word(name in "\\PC{0,12}|[A-Za-z0-9._-]{1,12}") {
            if instance_fault(&name).is_none() {
                let found = argv(&["${root}/{instance}"], Some(&name), &[]).unwrap();
                prop_assert_eq!(found, vec![vec![format!("/srv/{name}")]]);
                prop_assert!(!name.contains('/') && !name.starts_with('-') && name != "." && name != "..");
            }
        }
    }
}
