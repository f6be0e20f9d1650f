//! What two texts of a log have in common.

/// A text shorter than this, in bytes, tells nothing by being found again.
const MIN_DETAIL: usize = 12;
/// A word shorter than this neither.
const MIN_WORD: usize = 5;

/// Whether `text` repeats what `original` says after its first colon: the reporter passes on what somebody else told.
pub(crate) fn relays(text: &str, original: &str) -> bool {
    let detail = original.split_once(": ").map_or(original, |(_, detail)| detail).trim();
    detail.len() >= MIN_DETAIL && text.contains(detail)
}

/// Whether two names mean the same instance, though one is a class and the other a module: `demo`, `DemoPlugin`, `demo_plugin`.
pub(crate) fn alike(a: &str, b: &str) -> bool {
    let bare = |name: &str| -> String {
        name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let (a, b) = (bare(a), bare(b));
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    short.len() >= 3 && long.starts_with(&short)
}

/// Whether a word of the name `name` stands in `text`; words of `common` do not count.
pub(crate) fn named_in(name: &str, text: &str, common: &[&str]) -> bool {
    let text = text.to_lowercase();
    let telling =
        |word: &String| word.len() >= MIN_WORD && !common.iter().any(|c| c.contains(word.as_str()));
    split(name)
        .iter()
        .filter(|w| telling(w))
        .any(|word| text.split(|c: char| !c.is_alphanumeric()).any(|w| w == word))
}

/// The words of `CamelCase`, `snake_case` and `kebab-case`, in lower case.
fn split(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && lower) {
            words.push(String::new());
        }
        if c.is_alphanumeric() {
            words.last_mut().expect("there is one").extend(c.to_lowercase());
        }
        lower = c.is_lowercase() || c.is_ascii_digit();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::{alike, named_in, relays};

    #[test]
    fn a_relay_repeats_the_detail() {
        assert!(relays(
            "start failed: OSError: [Errno 111] collector refused",
            "init: [Errno 111] collector refused"
        ));
        assert!(!relays("start failed: no route", "init: no route"), "too short to tell");
        assert!(!relays("start failed: timed out after 3 s", "init: connection refused by peer"));
    }

    #[test]
    fn classes_modules_and_hooks_name_the_same_instance() {
        assert!(
            alike("demo", "DemoPlugin")
                && alike("demo_plugin", "DemoPlugin")
                && alike("demoplugin", "demo")
        );
        assert!(!alike("de", "DemoPlugin") && !alike("demo", "OtherPlugin"));
    }

    #[test]
    fn only_telling_words_count() {
        assert!(named_in("RadioTunerPlugin", "the tuner at 10.0.0.1 refused", &["plugin_system"]));
        assert!(!named_in("RadioTunerPlugin", "a plugin refused the fortuner", &["plugin_system"]));
    }
}
