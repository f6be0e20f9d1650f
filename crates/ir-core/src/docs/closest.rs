//! "Did you mean": the known word that is nearest to one that nobody knows.

/// Longer words are not compared: they are no slip of the pen.
const LONGEST: usize = 64;

/// The candidate nearest to `word`: at most a third of its letters (and at least one) are wrong, missing, too many
/// or swapped with their neighbour; case does not count. Of several equally near the first wins.
pub fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word: Vec<char> = word.chars().take(LONGEST + 1).flat_map(char::to_lowercase).collect();
    if word.is_empty() || word.len() > LONGEST {
        return None;
    }
    let allowed = (word.len() / 3).max(1);
    let mut best: Option<(usize, &'a str)> = None;
    for candidate in candidates {
        let letters: Vec<char> =
            candidate.chars().take(LONGEST + 1).flat_map(char::to_lowercase).collect();
        if letters.len() > LONGEST || letters.len().abs_diff(word.len()) > allowed {
            continue;
        }
        let off = distance(&word, &letters);
        if off <= allowed && best.is_none_or(|(least, _)| off < least) {
            best = Some((off, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// The tail of an error message: ` (did you mean "NEAR"?)`, or nothing where no candidate is near.
pub fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    closest(word, candidates).map_or_else(String::new, |near| format!(" (did you mean {near:?}?)"))
}

/// How many letters are to be changed, inserted, left out or swapped with their neighbour to make `b` of `a`.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let same = a[i - 1] == b[j - 1];
            row[j] = (above[j - 1] + usize::from(!same)).min(above[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::{closest, did_you_mean, distance};

    #[test]
    fn near_words_are_found_and_far_ones_are_not() {
        let known = ["disk_space", "cpu_usage", "memory_usage", "plugin_failure_rate"];
        for (word, near) in [
            ("dsik_space", Some("disk_space")),
            ("CPU_usage", Some("cpu_usage")),
            ("memmory_usage", Some("memory_usage")),
            ("plugin_failures_rate", Some("plugin_failure_rate")),
            ("latency", None),
            ("", None),
        ] {
            assert_eq!(closest(word, known), near, "{word}");
        }
        assert_eq!(closest(&"x".repeat(100_000), known), None);
        assert_eq!(did_you_mean("cpu_usge", known), " (did you mean \"cpu_usage\"?)");
        assert_eq!(did_you_mean("zzz", known), "");
    }

    #[test]
    fn distance_counts_slips() {
        let of = |a: &str, b: &str| {
            distance(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>())
        };
        assert_eq!(of("when", "when"), 0);
        assert_eq!(of("wehn", "when"), 1);
        assert_eq!(of("whn", "when"), 1);
        assert_eq!(of("kitten", "sitting"), 3);
        assert_eq!(of("", "abc"), 3);
    }
}
