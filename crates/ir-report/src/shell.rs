//! Argument vectors as a shell would take them back. Nothing here is ever run.

/// The arguments, each quoted where it has to be, so that a copied line means the same vector.
pub(crate) fn line<S: AsRef<str>>(argv: &[S]) -> String {
    let words: Vec<String> = argv.iter().map(|word| quote(word.as_ref())).collect();
    words.join(" ")
}

fn quote(word: &str) -> String {
    // An option's `=` is harmless; elsewhere it may make an assignment.
    let bare = |c: char| {
        c.is_ascii_alphanumeric() || "-_./:@%+,".contains(c) || (c == '=' && word.starts_with('-'))
    };
    if !word.is_empty() && word.chars().all(bare) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn only_harmless_words_go_bare() {
        assert_eq!(line(&["mv", "plugins/a_plugin.py", "--x=1"]), "mv plugins/a_plugin.py --x=1");
        assert_eq!(
            line(&["rm", "-rf", "$(id); `x`", "it's", ""]),
            r"rm -rf '$(id); `x`' 'it'\''s' ''"
        );
        assert_eq!(
            line(&["ir-evidence", "verify", "${IR_HOME}/evidence/x"]),
            "ir-evidence verify '${IR_HOME}/evidence/x'"
        );
        assert_eq!(line(&["~/x", "a*", "größe"]), "'~/x' 'a*' 'größe'");
        assert_eq!(line(&["A=1", "x"]), "'A=1' x");
        assert_eq!(line::<&str>(&[]), "");
    }
}
