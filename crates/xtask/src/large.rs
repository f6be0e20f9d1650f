//! A large log in the format of the Chat App, from a seed: the same seed gives the same bytes.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::Context;

/// Milliseconds between two records, at most.
const STEP: u64 = 40;
/// One record in so many is a failure of a plugin.
const FAILURES: u64 = 5_000;
/// Milliseconds from midnight at which the log begins.
const START: u64 = 6 * 3_600_000;

/// Writes `folder`/logs/kollabor.log with `lines` lines.
pub(crate) fn write(folder: &Path, lines: u64, seed: u64) -> anyhow::Result<()> {
    let path = folder.join("logs/kollabor.log");
    fs::create_dir_all(folder.join("logs")).with_context(|| folder.display().to_string())?;
    let file = File::create(&path).with_context(|| path.display().to_string())?;
    let mut out = BufWriter::new(file);
    let mut random = Random(seed);
    let mut at = START;
    for n in 0..lines {
        at += random.below(STEP);
        let (level, message, file, line) = record(&mut random, n);
        let (second, milli) = (at / 1000, at % 1000);
        let (day, second) = (1 + second / 86_400, second % 86_400);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        let month = 1 + (day - 1) / 28 % 12;
        let (year, day) = (2026 + (day - 1) / 336, 1 + (day - 1) % 28);
        writeln!(
            out,
            "{year}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02},{milli:03} - {level:<4} - {message:<100} - {file}:{line:04}"
        )?;
    }
    out.flush().with_context(|| path.display().to_string())
}

fn record(random: &mut Random, n: u64) -> (&'static str, String, &'static str, u64) {
    if random.below(FAILURES) == 0 {
        let message = format!(
            "Failed executing hook worker{}.on_input: row {} is missing",
            random.below(3),
            random.below(1000)
        );
        return ("ERROR", message, "error_utils.py", 29);
    }
    match random.below(6) {
        0 => (
            "INFO",
            format!("Received message {} of {} characters", n, random.below(4000)),
            "input_handler.py",
            254,
        ),
        1 => (
            "INFO",
            format!("Rendered frame in {} ms", random.below(50)),
            "terminal_renderer.py",
            118,
        ),
        2 => (
            "INFO",
            format!(
                "Request {:016x} answered with 200 after {} ms",
                random.next(),
                random.below(900)
            ),
            "api_service.py",
            311,
        ),
        3 => (
            "INFO",
            format!("Saved session to /srv/app/sessions/{:08x}.json", random.next() >> 32),
            "logger.py",
            77,
        ),
        4 => (
            "WARN",
            format!("Tool {} returned code {}", random.below(40), random.below(3)),
            "tool_executor.py",
            226,
        ),
        _ => (
            "INFO",
            format!("Cache holds {} entries, {} evicted", random.below(100_000), random.below(50)),
            "cache.py",
            42,
        ),
    }
}

/// splitmix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    #[test]
    fn the_same_seed_gives_the_same_bytes_and_another_one_others() {
        let folder = std::env::temp_dir().join(format!("xtask-large-{}", std::process::id()));
        let text = |seed| {
            super::write(&folder, 2000, seed).unwrap();
            fs::read_to_string(folder.join("logs/kollabor.log")).unwrap()
        };
        let (one, again, other) = (text(1), text(1), text(2));
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(one.lines().count(), 2000);
        assert!(one == again && one != other);
        let stamps: Vec<_> = one.lines().map(|line| &line[..23]).collect();
        assert!(stamps.is_sorted());
    }
}
