//! The shapes in which the kernel writes figures.

/// The number behind `key` and white space, on the first line that begins with `key`; what follows it is a unit.
pub(crate) fn keyed(text: &str, key: &str) -> Option<u64> {
    let rest = text.lines().find_map(|line| line.strip_prefix(key))?;
    rest.split_ascii_whitespace().next()?.parse().ok()
}

/// All numbers of a line, up to the first word that is none.
pub(crate) fn numbers(line: &str) -> impl Iterator<Item = u64> {
    line.split_ascii_whitespace().map_while(|word| word.parse().ok())
}

/// Undoes the kernel's octal escapes (`\040` for a space).
pub(crate) fn unescape(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&first, more)) = rest.split_first() {
        rest = more;
        let code = match (first, more) {
            (b'\\', [a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', ..]) => {
                Some((a - b'0') << 6 | (b - b'0') << 3 | (c - b'0'))
            }
            _ => None,
        };
        if let Some(byte) = code {
            out.push(byte);
            rest = &more[3..];
        } else {
            out.push(first);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{keyed, numbers, unescape};

    #[test]
    fn figures_are_found_and_garbage_is_not() {
        let text = "Name:\tx\nVmRSS:\t  123 kB\nVmRSSx: 5\nThreads:\nSwap: -1\n";
        assert_eq!(keyed(text, "VmRSS:"), Some(123));
        assert_eq!(
            [keyed(text, "Threads:"), keyed(text, "Swap:"), keyed(text, "Name:")],
            [None; 3]
        );
        assert_eq!(numbers("1 2 x 3").collect::<Vec<_>>(), [1, 2]);
        assert_eq!(numbers("18446744073709551616 1").count(), 0);
    }

    #[test]
    fn escapes_are_undone() {
        assert_eq!(unescape(br"/mnt/a\040b\134c\12"), br"/mnt/a b\c\12");
        assert_eq!(unescape(br"\777\"), br"\777\");
    }
}
