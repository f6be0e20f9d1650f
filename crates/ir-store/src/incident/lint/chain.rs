//! Where a chain is broken, and which line is to blame.

use std::collections::BTreeSet;

use crate::Hash;

/// Follows the chain of a file.
#[derive(Debug, Default)]
pub(super) struct Chain {
    /// What the next line has to carry.
    expected: Option<Hash>,
    lines: u64,
    /// Lines that do not carry the digest of the line before them.
    broken: Vec<u64>,
}

impl Chain {
    /// Of a file whose first line has to carry `seed`.
    pub(super) fn new(seed: Hash) -> Self {
        Self { expected: Some(seed), ..Self::default() }
    }

    /// The next line: its digest, and the digest that it carries.
    pub(super) fn next(&mut self, digest: Hash, carries: Option<Hash>) {
        self.lines += 1;
        if carries != self.expected {
            self.broken.push(self.lines);
        }
        self.expected = Some(digest);
    }

    /// The lines to blame. `explained` are those that were told to be changed already: such a line breaks the chain at the line
    /// after it, which need not be told again.
    pub(super) fn finish(self, explained: &BTreeSet<u64>) -> Vec<(u64, String)> {
        let mut blamed = Vec::new();
        for (n, line) in self.broken.iter().copied().enumerate() {
            let after = self.broken.get(n + 1) == Some(&(line + 1));
            let before = n > 0 && self.broken[n - 1] + 1 == line;
            let near = |line: &u64| explained.contains(line);
            if near(&line) || near(&line.saturating_sub(1)) {
                continue;
            }
            blamed.push(match (before, after) {
                // The line after it does not vouch for it either: it was changed itself.
                (_, true) => (line, "it was changed: neither does it carry the digest of the line before it, nor does the line after it carry its own".into()),
                // Told with the line before.
                (true, false) => continue,
                (false, false) if line == 1 => (1, "it does not begin the file: lines before it are missing, or it is of another file".into()),
                (false, false) if line == self.lines => (line - 1, format!("it or line {line} was changed, or a line between them is missing: line {line} does not carry its digest")),
                (false, false) => (line - 1, format!("it was changed, or a line after it is missing: line {line} does not carry its digest")),
            });
        }
        blamed
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Chain;
    use crate::Hash;

    /// Lines to blame in a file of these lines: (content, what it carries).
    fn blamed(lines: &[(u8, u8)]) -> Vec<u64> {
        let digest = |(content, carries): (u8, u8)| Hash::of(&[content, carries]);
        let mut chain = Chain::new(Hash::of(&[0]));
        let good: Vec<Hash> = [Hash::of(&[0])]
            .into_iter()
            .chain((1..9).scan(Hash::of(&[0]), |_, n| Some(digest((n, n)))))
            .collect();
        for line in lines {
            chain.next(digest(*line), good.get(usize::from(line.1) - 1).copied());
        }
        chain.finish(&BTreeSet::new()).into_iter().map(|(line, _)| line).collect()
    }

    #[test]
    fn the_changed_line_is_blamed() {
        let good: Vec<(u8, u8)> = (1..6).map(|n| (n, n)).collect();
        assert!(blamed(&good).is_empty());
        for at in 0..4 {
            let mut content = good.clone();
            content[at].0 = 99;
            assert_eq!(blamed(&content), [at as u64 + 1], "content of line {}", at + 1);
            let mut carried = good.clone();
            carried[at].1 = 9;
            assert_eq!(blamed(&carried), [at as u64 + 1], "digest in line {}", at + 1);
        }
        // Nobody vouches for the last line: either of the two.
        let mut last = good.clone();
        last[4].1 = 9;
        assert_eq!(blamed(&last), [4]);
        let mut cut = good.clone();
        cut.remove(0);
        assert_eq!(blamed(&cut), [1]);
        let mut gap = good.clone();
        gap.remove(2);
        assert_eq!(blamed(&gap), [2]);
    }
}
