//! `${NAME}`: variables in paths and arguments.

use std::collections::BTreeMap;

use super::{Profile, Variable, did_you_mean};

/// A text that unfolds to more bytes is refused.
const MAX_BYTES: usize = 64 << 10;

/// A text that fills in more variables is refused.
const MAX_FILLED: usize = 1_000;

/// One piece of a text: literal, or the name of a variable.
#[derive(Debug, PartialEq)]
pub(crate) enum Piece<'a> {
    Text(&'a str),
    Name(&'a str),
}

/// Splits a text at its `${NAME}`s. A `$` that no `{` follows is a letter like any other.
pub(crate) fn pieces(text: &str) -> Result<Vec<Piece<'_>>, String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        pieces.push(Piece::Text(&rest[..start]));
        let after = &rest[start + 2..];
        let Some(end) = after.find('}') else {
            return Err(format!("`${{` in {text:?} has no closing brace"));
        };
        let name = &after[..end];
        if !is_variable_name(name) {
            return Err(format!(
                "`${{{name}}}` names no variable: a name has letters, digits and underscores"
            ));
        }
        pieces.push(Piece::Name(name));
        rest = &after[end + 1..];
    }
    pieces.push(Piece::Text(rest));
    Ok(pieces)
}

/// Letters, digits and underscores, no digit first.
pub(crate) fn is_variable_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

pub(crate) fn unknown_variable(name: &str, known: &BTreeMap<String, Variable>) -> String {
    format!("unknown variable ${{{name}}}{}", did_you_mean(name, known.keys().map(String::as_str)))
}

impl Profile {
    /// Fills `${NAME}` in `text` from `set`, else from the variable's default, which may name other variables.
    /// What `set` gives is taken as it is: a `${` in it stays a `${`.
    ///
    /// # Errors
    /// An unknown variable, one that nobody set and that has no default, defaults that name each other in a circle.
    pub fn expand(&self, text: &str, set: &BTreeMap<String, String>) -> Result<String, String> {
        let mut expansion = Expansion {
            variables: &self.variables,
            set,
            open: Vec::new(),
            filled: 0,
            out: String::new(),
        };
        expansion.text(text)?;
        Ok(expansion.out)
    }

    /// Refuses names that the profile does not declare.
    ///
    /// # Errors
    /// The first unknown name, with the known one that is near to it.
    pub fn check_set(&self, set: &BTreeMap<String, String>) -> Result<(), String> {
        match set.keys().find(|name| !self.variables.contains_key(*name)) {
            Some(name) => Err(unknown_variable(name, &self.variables)),
            None => Ok(()),
        }
    }
}

struct Expansion<'a> {
    variables: &'a BTreeMap<String, Variable>,
    set: &'a BTreeMap<String, String>,
    /// Variables whose defaults are being filled in, the outermost first.
    open: Vec<&'a str>,
    /// Variables filled in so far: defaults that name each other can be short and still unfold without end.
    filled: usize,
    out: String,
}

impl<'a> Expansion<'a> {
    fn text(&mut self, text: &'a str) -> Result<(), String> {
        for piece in pieces(text)? {
            match piece {
                Piece::Text(text) => self.out.push_str(text),
                Piece::Name(name) => self.variable(name)?,
            }
            if self.out.len() > MAX_BYTES {
                return Err(format!("the variables unfold to more than {MAX_BYTES} bytes"));
            }
        }
        Ok(())
    }

    fn variable(&mut self, name: &'a str) -> Result<(), String> {
        let variable =
            self.variables.get(name).ok_or_else(|| unknown_variable(name, self.variables))?;
        self.filled += 1;
        if self.filled > MAX_FILLED {
            return Err(format!("the variables unfold to more than {MAX_FILLED} others"));
        }
        if let Some(value) = self.set.get(name) {
            self.out.push_str(value);
            return Ok(());
        }
        if self.open.contains(&name) {
            return Err(format!(
                "the defaults of the variables {} name each other in a circle",
                self.open.join(", ")
            ));
        }
        let Some(default) = &variable.default else {
            return Err(format!(
                "the variable {name} has no value: say --set {name}=VALUE ({})",
                variable.about
            ));
        };
        self.open.push(name);
        self.text(default)?;
        self.open.pop();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use crate::docs::{Profile, Variable};

    fn profile(variables: &[(&str, Option<&str>)]) -> Profile {
        let mut profile = crate::docs::load_profile("p", "profile: 1\napp: {name: app}\n").unwrap();
        profile.variables = variables
            .iter()
            .map(|(name, default)| {
                (
                    (*name).to_owned(),
                    Variable { default: default.map(str::to_owned), about: "where it is".into() },
                )
            })
            .collect();
        profile
    }

    fn set(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    }

    #[test]
    fn values_come_from_the_user_then_from_defaults() {
        let p =
            profile(&[("root", Some(".")), ("state_dir", Some("${root}/.app")), ("need", None)]);
        assert_eq!(p.expand("${state_dir}/logs/*", &set(&[])), Ok("./.app/logs/*".into()));
        assert_eq!(p.expand("${state_dir}/x", &set(&[("root", "/srv")])), Ok("/srv/.app/x".into()));
        assert_eq!(
            p.expand("${state_dir}/x", &set(&[("root", "/srv"), ("state_dir", "/data")])),
            Ok("/data/x".into())
        );
        assert_eq!(p.expand("$5 and $", &set(&[])), Ok("$5 and $".into()));
        assert_eq!(
            p.expand("${need}", &set(&[])).unwrap_err(),
            "the variable need has no value: say --set need=VALUE (where it is)"
        );
    }

    #[test]
    fn a_users_value_is_not_expanded_again() {
        let p = profile(&[("root", Some(".")), ("secret", Some("s"))]);
        assert_eq!(p.expand("${root}/x", &set(&[("root", "${secret}")])), Ok("${secret}/x".into()));
    }

    #[test]
    fn unknown_names_circles_and_bombs_are_errors() {
        let p = profile(&[
            ("root", Some("${home}")),
            ("home", Some("${root}")),
            ("state_dir", Some("d")),
        ]);
        assert_eq!(
            p.expand("${state_dri}", &set(&[])).unwrap_err(),
            "unknown variable ${state_dri} (did you mean \"state_dir\"?)"
        );
        assert!(p.expand("${root}", &set(&[])).unwrap_err().contains("circle"));
        assert_eq!(p.expand("${root}", &set(&[("home", "/h")])), Ok("/h".into()));
        assert!(p.expand("${root", &set(&[])).unwrap_err().contains("no closing brace"));
        assert!(p.expand("${a b}", &set(&[])).unwrap_err().contains("names no variable"));
        assert_eq!(
            p.check_set(&set(&[("rot", "x")])).unwrap_err(),
            "unknown variable ${rot} (did you mean \"root\"?)"
        );

        let doubled: Vec<String> =
            (0..40).map(|n| format!("${{v{}}}${{v{}}}", n + 1, n + 1)).collect();
        let names: Vec<String> = (0..41).map(|n| format!("v{n}")).collect();
        let mut bomb: Vec<(&str, Option<&str>)> =
            (0..40).map(|n| (names[n].as_str(), Some(doubled[n].as_str()))).collect();
        bomb.push(("v40", Some("")));
        assert!(
            profile(&bomb)
                .expand("${v0}", &set(&[]))
                .unwrap_err()
                .contains("more than 1000 others")
        );
        let long = "x".repeat(70_000);
        assert!(
            profile(&[("a", Some(&long))])
                .expand("${a}", &set(&[]))
                .unwrap_err()
                .contains("more than 65536 bytes")
        );
    }
}
