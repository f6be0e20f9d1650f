use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Broken, ChainError, Fault, Link, MAX_LINE, Tip, read_chain};
use crate::Hash;

fn chain(bodies: &[Value]) -> Vec<Vec<u8>> {
    let mut tip = Tip::START;
    bodies.iter().map(|body| tip.link(body).unwrap()).collect()
}

/// The first broken line; the tip of a sound chain.
fn check(bytes: &[u8]) -> Result<Tip, Broken> {
    match read_chain(bytes, &mut |_: Link<Value>| {}) {
        Ok((tip, whole)) => {
            assert_eq!(whole, Hash::of(bytes));
            Ok(tip)
        }
        Err(ChainError::Broken(broken)) => Err(broken),
        Err(ChainError::Io(e)) => panic!("{e}"),
    }
}

fn numbered(count: u64) -> Vec<Vec<u8>> {
    chain(&(0..count).map(|n| json!({"n": n, "text": "a\nb"})).collect::<Vec<_>>())
}

#[test]
fn a_line_looks_like_this() {
    let lines = chain(&[json!("a"), json!("b")]);
    let zeros = "0".repeat(64);
    assert_eq!(lines[0], format!("{{\"seq\":1,\"prev\":\"{zeros}\",\"body\":\"a\"}}\n").as_bytes());
    assert_eq!(
        lines[1],
        format!("{{\"seq\":2,\"prev\":\"{}\",\"body\":\"b\"}}\n", Hash::of(&lines[0])).as_bytes()
    );
}

#[test]
fn every_changed_byte_is_found_and_its_line_named() {
    let lines = numbered(5);
    let whole = lines.concat();
    let mut line_of = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        line_of.extend(std::iter::repeat_n(number as u64 + 1, line.len()));
    }
    for at in 0..whole.len() {
        for bit in [0x01, 0x02, 0x20, 0x80] {
            let mut changed = whole.clone();
            changed[at] ^= bit;
            let changed_line = line_of[at];
            match check(&changed) {
                // No line follows that could tell; the digest of the whole does.
                Ok(tip) => {
                    assert!(changed_line == 5 && tip.hash != Hash::of(&lines[4]), "byte {at}")
                }
                Err(Broken { line, fault: Fault::ThisOrNext }) => {
                    assert!(
                        line == 4 && changed_line >= 4,
                        "byte {at} of line {changed_line}: blames {line}"
                    );
                }
                Err(broken) => assert_eq!(broken.line, changed_line, "byte {at}: {broken}"),
            }
        }
    }
}

#[test]
fn a_changed_body_is_told_from_a_changed_digest() {
    let mut lines = numbered(4);
    lines[1] =
        String::from_utf8(lines[1].clone()).unwrap().replace("\"n\":1", "\"n\":7").into_bytes();
    assert_eq!(check(&lines.concat()), Err(Broken { line: 2, fault: Fault::Digest }));
    let mut lines = numbered(4);
    let other = Hash::of(b"other").to_string();
    lines[1] = String::from_utf8(lines[1].clone())
        .unwrap()
        .replace(&Hash::of(&lines[0]).to_string(), &other)
        .into_bytes();
    assert_eq!(check(&lines.concat()), Err(Broken { line: 2, fault: Fault::Previous }));
}

#[test]
fn a_foreign_start_is_no_chain() {
    let line = b"{\"seq\":1,\"prev\":\"1000000000000000000000000000000000000000000000000000000000000000\",\"body\":1}\n";
    assert_eq!(check(line), Err(Broken { line: 1, fault: Fault::Previous }));
    assert_eq!(check(b""), Ok(Tip::START));
}

#[test]
fn a_line_over_the_limit_is_neither_written_nor_read() {
    let mut tip = Tip::START;
    assert!(tip.link(&"x".repeat(MAX_LINE)).is_err());
    assert_eq!(tip, Tip::START);
    let mut bytes = numbered(1).concat();
    bytes.extend(std::iter::repeat_n(b'x', 2 * MAX_LINE));
    assert_eq!(check(&bytes), Err(Broken { line: 2, fault: Fault::TooLong }));
}

proptest! {
    #[test]
    fn what_is_written_is_read(bodies in prop::collection::vec(any::<(u64, String)>(), 0..20)) {
        let mut tip = Tip::START;
        let bytes: Vec<u8> = bodies.iter().flat_map(|body| tip.link(body).unwrap()).collect();
        let mut read = Vec::new();
        let (end, _) = read_chain(&bytes[..], &mut |link: Link<(u64, String)>| read.push(link.body)).unwrap();
        prop_assert_eq!(end, tip);
        prop_assert_eq!(read, bodies);
    }

    #[test]
    fn a_line_taken_out_is_named(count in 2u64..12, out in 0usize..12) {
        let mut lines = numbered(count);
        let out = out % (lines.len() - 1);
        lines.remove(out);
        let broken = check(&lines.concat()).unwrap_err();
        prop_assert_eq!(broken, Broken { line: out as u64 + 1, fault: Fault::Sequence(out as u64 + 2) });
    }

    #[test]
    fn swapped_lines_are_named(count in 2u64..12, a in 0usize..12, b in 0usize..12) {
        let mut lines = numbered(count);
        let (a, b) = (a % lines.len(), b % lines.len());
        prop_assume!(a != b);
        lines.swap(a, b);
        prop_assert_eq!(check(&lines.concat()).unwrap_err().line, a.min(b) as u64 + 1);
    }

    #[test]
    fn a_repeated_line_is_named(count in 1u64..12, at in 0usize..12) {
        let mut lines = numbered(count);
        let at = at % lines.len();
        lines.insert(at, lines[at].clone());
        prop_assert_eq!(check(&lines.concat()).unwrap_err().line, at as u64 + 2);
    }

    #[test]
    fn a_cut_leaves_whole_lines_or_is_named(count in 1u64..8, at in any::<prop::sample::Index>()) {
        let lines = numbered(count);
        let whole = lines.concat();
        let cut = &whole[..at.index(whole.len())];
        let left = cut.iter().filter(|b| **b == b'\n').count() as u64;
        if cut.is_empty() || cut.ends_with(b"\n") {
            prop_assert_eq!(check(cut).unwrap().links, left);
        } else {
            prop_assert_eq!(check(cut), Err(Broken { line: left + 1, fault: Fault::Cut }));
        }
    }

    #[test]
    fn a_forged_line_needs_every_line_after_it(count in 2u64..8, at in 0usize..8) {
        let lines = numbered(count);
        let at = at % (lines.len() - 1);
        let mut tip = Tip::START;
        let forged: Vec<Vec<u8>> = lines.iter().enumerate().map(|(n, line)| {
            let link: Link<Value> = serde_json::from_slice(line).unwrap();
            tip.link(&if n == at { json!("forged") } else { link.body }).unwrap()
        }).collect();
        let mut spliced = lines.clone();
        spliced[at] = forged[at].clone();
        prop_assert!(check(&spliced.concat()).is_err());
        // Rewriting all that follows is the one way, and the end then differs.
        prop_assert_ne!(check(&forged.concat()).unwrap().hash, check(&lines.concat()).unwrap().hash);
    }
}
