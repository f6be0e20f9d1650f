//! The grammar of one line of prose.
//!
//! ```text
//! rule      := threshold | flag
//! threshold := [component] metric op number [unit] [noun] [qualifier] [timing]
//! op        := ">" | ">=" | "<" | "<=" | "==" | "!="
//! unit      := "%" | "ns" "us" "ms" "s" "min" "h" | "B" "KB" "MB" "GB" "KiB" "MiB" "GiB" | "/s" "/min"
//! noun      := a word, for people only: "messages"
//! qualifier := "available" | "free" | "used"
//! timing    := "for" dur | "in" dur | "within" dur | "consistently" ["for" dur]
//! dur       := integer ("second" | "minute" | "hour" | "day")["s"] | integer ("ms" | "s" | "m" | "h" | "d")
//! flag      := metric
//! ```
//! White space is free and keywords have no case. What is left over is an error, never ignored; and since a noun may
//! be any word, one that is a slip of a keyword or looks like a unit is refused: it would silently change the rule.

mod words;

use std::fmt;

use jiff::SignedDuration;
use thiserror::Error;

use super::{Condition, Dimension, Op, Qualifier, Threshold, Timing, Unit};
use crate::docs::{closest, did_you_mean};
use words::{
    JOINTS, OP_WORDS, OPS, QUALIFIERS, TIME_UNITS, TIMINGS, UNKNOWN_UNITS, meant_operator, slip,
};

/// What is wrong with a line of prose.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("column {column}: {message}")]
pub struct SyntaxError {
    /// Where, in characters from 1; one past the end where something is missing.
    pub column: usize,
    /// What is wrong and how to mend it.
    pub message: String,
}

/// Limits beyond this are no measurements.
pub(super) const LARGEST: f64 = 1e300;
/// The longest duration.
const LONGEST: SignedDuration = SignedDuration::from_hours(366 * 24);

/// Reads one line of prose.
///
/// # Errors
/// The first thing that the grammar does not allow, where it stands, and what was probably meant.
pub fn parse(text: &str) -> Result<Condition, SyntaxError> {
    let mut c = Cursor { text: text.trim_end(), at: 0 };
    let first = c.name()?;
    if c.skip().is_none() {
        return Ok(Condition::Flag { metric: first.text.to_owned() });
    }
    let second = if c.skip().is_some_and(is_name_start) { Some(c.name()?) } else { None };
    let op = c.op(&first, second.as_ref())?;
    let (component, metric) = match second {
        Some(metric) => (Some(first.text.to_owned()), metric),
        None => (None, first),
    };
    let value = c.number(op)?;
    let unit = c.unit(metric.text)?;
    let noun = c.noun()?;
    let qualifier = c.qualifier();
    let timing = c.timing()?;
    c.end(noun.as_ref(), qualifier, timing)?;
    Ok(Condition::Threshold(Threshold {
        component,
        metric: metric.text.to_owned(),
        qualifier,
        op,
        value,
        unit,
        noun: noun.map(|noun| noun.text.to_owned()),
        timing: timing.unwrap_or(Timing::Now),
    }))
}

fn is_name_start(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_'
}

fn is_op(c: char) -> bool {
    "<>=!≥≤≠".contains(c)
}

struct Word<'a> {
    at: usize,
    text: &'a str,
}

/// Quoted, without control characters, and no longer than a message should be.
impl fmt::Display for Word<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.text.char_indices().nth(40) {
            Some((end, _)) => write!(f, "{:?}…", &self.text[..end]),
            None => write!(f, "{:?}", self.text),
        }
    }
}

impl Word<'_> {
    fn is(&self, keyword: &str) -> bool {
        self.text.eq_ignore_ascii_case(keyword)
    }

    fn operator(&self) -> Option<&'static str> {
        OP_WORDS.iter().find(|(word, _)| self.is(word)).map(|(_, op)| *op)
    }

    fn is_keyword(&self) -> bool {
        TIMINGS.iter().chain(&QUALIFIERS).any(|keyword| self.is(keyword))
    }
}

/// The text and how far it is read, in bytes.
#[derive(Clone, Copy)]
struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    fn fail<T>(&self, at: usize, message: impl Into<String>) -> Result<T, SyntaxError> {
        Err(SyntaxError { column: self.text[..at].chars().count() + 1, message: message.into() })
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// The next character that is no white space.
    fn skip(&mut self) -> Option<char> {
        self.at = self.text.len() - self.rest().trim_start().len();
        self.peek()
    }

    /// The characters from here on that `keep` accepts.
    fn run(&mut self, keep: impl Fn(char) -> bool) -> Word<'a> {
        let rest = self.rest();
        let word =
            Word { at: self.at, text: &rest[..rest.find(|c| !keep(c)).unwrap_or(rest.len())] };
        self.at += word.text.len();
        word
    }

    /// A word, perhaps an empty one.
    fn word(&mut self) -> Word<'a> {
        if self.peek().is_some_and(is_name_start) {
            self.run(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.')
        } else {
            Word { at: self.at, text: "" }
        }
    }

    /// The next word, without reading it.
    fn ahead(mut self) -> Word<'a> {
        self.skip();
        self.word()
    }

    /// Words and numbers end in white space or at the end.
    fn boundary(&self, what: &str) -> Result<(), SyntaxError> {
        match self.peek() {
            Some(c) if !c.is_whitespace() => self.fail(
                self.at,
                format!("unexpected {c:?} after {what}: put a space there, or take it out"),
            ),
            _ => Ok(()),
        }
    }

    fn name(&mut self) -> Result<Word<'a>, SyntaxError> {
        let Some(next) = self.skip() else {
            return self
                .fail(self.at, "the rule is empty: write e.g. `cpu_usage > 90% for 5 minutes`");
        };
        let word = self.word();
        match self.peek() {
            _ if word.text.is_empty() => self
                .fail(word.at, format!("expected the name of a metric or event, found {next:?}")),
            Some(c) if !c.is_whitespace() && !is_op(c) => self.fail(
                self.at,
                format!(
                    "unexpected {c:?} in a name: names are of ASCII letters, digits, `_` and `.`"
                ),
            ),
            _ => Ok(word),
        }
    }

    fn op(&mut self, first: &Word<'a>, second: Option<&Word<'a>>) -> Result<Op, SyntaxError> {
        self.skip();
        let run = self.run(is_op);
        match run.text {
            ">" => return Ok(Op::Gt),
            ">=" => return Ok(Op::Ge),
            "<" => return Ok(Op::Lt),
            "<=" => return Ok(Op::Le),
            "==" => return Ok(Op::Eq),
            "!=" => return Ok(Op::Ne),
            "" => return self.no_op(first, second),
            _ => {}
        }
        let hint = meant_operator(run.text)
            .map_or_else(String::new, |op| format!(" (did you mean `{op}`?)"));
        self.fail(run.at, format!("unknown operator {run}{hint}: expected {OPS}"))
    }

    /// There is no operator where one should be; the word that stands for it is to blame, if there is one.
    fn no_op<T>(&self, first: &Word<'a>, second: Option<&Word<'a>>) -> Result<T, SyntaxError> {
        let third = self.ahead();
        for word in second.into_iter().chain([&third]) {
            if let Some(op) = word.operator() {
                return self
                    .fail(word.at, format!("expected {OPS}, found {word} (did you mean `{op}`?)"));
            }
            if word.is_keyword() {
                let said = if word.at == third.at { second.unwrap_or(first) } else { first };
                return self.fail(
                    word.at,
                    format!("expected {OPS} and a limit after {said}, found {word}"),
                );
            }
        }
        let last = second.unwrap_or(first);
        match self.peek() {
            None => self.fail(self.at, format!("expected {OPS} and a limit after {last}")),
            Some(_) if !third.text.is_empty() => {
                self.fail(third.at, format!("expected {OPS}, found {third}: a metric has at most one word before it, its component"))
            }
            Some(c) => self.fail(self.at, format!("expected {OPS}, found {c:?}")),
        }
    }

    fn number(&mut self, op: Op) -> Result<f64, SyntaxError> {
        self.skip();
        let start = self.at;
        self.run_one('-');
        let whole = self.run(|c| c.is_ascii_digit());
        if whole.text.is_empty() {
            let found = Cursor { at: start, ..*self }
                .peek()
                .map_or_else(String::new, |c| format!(", found {c:?}"));
            return self.fail(
                start,
                format!("expected a number after `{op}`{found}: write e.g. `90`, `0.5` or `-3`"),
            );
        }
        let point = self.at;
        if self.run_one('.') && self.run(|c| c.is_ascii_digit()).text.is_empty() {
            return self.fail(point, "expected a digit after the decimal point");
        }
        match self.peek() {
            Some(',' | '\'') => return self.fail(self.at, "a number has no separators, and a point before its decimals: write `1000` or `0.5`"),
            Some('.') => return self.fail(self.at, "a number has one decimal point only"),
            _ => {}
        }
        match self.text[start..self.at].parse::<f64>() {
            Ok(value) if value.abs() <= LARGEST => Ok(value),
            _ => self.fail(start, "the number is too large"),
        }
    }

    fn run_one(&mut self, c: char) -> bool {
        let found = self.peek() == Some(c);
        self.at += if found { c.len_utf8() } else { 0 };
        found
    }

    fn unit(&mut self, metric: &str) -> Result<Option<Unit>, SyntaxError> {
        let number_end = self.at;
        let next = self.skip();
        let start = self.at;
        let unit = match next {
            Some('%') => {
                self.run_one('%');
                Unit::Percent
            }
            Some('/') => {
                self.run_one('/');
                self.skip();
                let per = self.word();
                let Some(unit) = Unit::in_rule(&format!("/{}", per.text)) else {
                    return self.fail(
                        start,
                        format!("unknown unit \"/{}\": rates are `/s` or `/min`", per.text),
                    );
                };
                unit
            }
            Some(c) if is_name_start(c) => {
                let word = self.ahead();
                match Unit::in_rule(word.text) {
                    Some(unit) => {
                        self.word();
                        unit
                    }
                    None if start == number_end => return self.unknown_unit(&word),
                    None => {
                        self.at = number_end;
                        return Ok(None);
                    }
                }
            }
            Some(c) if start == number_end => {
                return self.fail(start, format!("unexpected {c:?} after the number"));
            }
            _ => {
                self.at = number_end;
                return Ok(None);
            }
        };
        self.boundary("the unit")?;
        if let Some((_, named)) =
            Unit::of_name(metric).filter(|(_, named)| named.dimension() != unit.dimension())
        {
            let message = format!(
                "`{unit}` is {}, but {metric:?} names {}: write the limit in `{named}`",
                unit.dimension(),
                named.dimension()
            );
            return self.fail(start, message);
        }
        Ok(Some(unit))
    }

    fn unknown_unit<T>(&self, word: &Word<'a>) -> Result<T, SyntaxError> {
        let hint = match Unit::named(word.text) {
            Some(Unit::Ratio) => " (a rule writes a part of a whole in `%`)".into(),
            Some(unit) => format!(" (did you mean `{unit}`?)"),
            None if word.is_keyword() => format!(" (did you mean \" {}\"?)", word.text),
            None => did_you_mean(word.text, Unit::symbols().filter(|symbol| symbol.len() > 1)),
        };
        let known: Vec<_> = Unit::symbols().collect();
        self.fail(word.at, format!("unknown unit {word}{hint}: known are {}", known.join(" ")))
    }

    fn noun(&mut self) -> Result<Option<Word<'a>>, SyntaxError> {
        let mut ahead = *self;
        ahead.skip();
        let word = ahead.word();
        if word.text.is_empty() || word.is_keyword() || JOINTS.iter().any(|joint| word.is(joint)) {
            return Ok(None);
        }
        ahead.boundary("a word")?;
        if word.text.len() == 1
            || Unit::named(word.text).is_some()
            || UNKNOWN_UNITS.iter().any(|unit| word.is(unit))
        {
            return self.unknown_unit(&word);
        }
        if let Some(keyword) = slip(word.text) {
            return self.fail(word.at, format!("unexpected {word} (did you mean {keyword:?}?)"));
        }
        *self = ahead;
        Ok(Some(word))
    }

    fn qualifier(&mut self) -> Option<Qualifier> {
        let word = self.ahead();
        let side = match QUALIFIERS.iter().position(|keyword| word.is(keyword))? {
            0 | 1 => Qualifier::Available,
            _ => Qualifier::Used,
        };
        self.at = word.at + word.text.len();
        Some(side)
    }

    fn timing(&mut self) -> Result<Option<Timing>, SyntaxError> {
        let word = self.ahead();
        let Some(keyword) = TIMINGS.iter().position(|keyword| word.is(keyword)) else {
            return Ok(None);
        };
        self.at = word.at + word.text.len();
        Ok(Some(match keyword {
            0 => Timing::For(self.duration("for")?),
            1 => Timing::In(self.duration("in")?),
            2 => Timing::In(self.duration("within")?),
            _ => {
                self.boundary("`consistently`")?;
                let word = self.ahead();
                if word.is("for") {
                    self.at = word.at + word.text.len();
                    Timing::Consistently(Some(self.duration("for")?))
                } else {
                    Timing::Consistently(None)
                }
            }
        }))
    }

    fn duration(&mut self, after: &str) -> Result<SignedDuration, SyntaxError> {
        self.skip();
        let count = self.run(|c| c.is_ascii_digit());
        if count.text.is_empty() {
            return self.fail(count.at, format!("expected a duration after `{after}`: a whole number and a unit of time, e.g. `5 minutes` or `30s`"));
        }
        if matches!(self.peek(), Some('.' | ',')) {
            return self.fail(
                self.at,
                "a duration is a whole number: write e.g. `90 seconds` for one and a half minutes",
            );
        }
        self.skip();
        let unit = self.word();
        let Some((_, each)) = TIME_UNITS.iter().find(|(word, _)| unit.is(word)) else {
            let found =
                if unit.text.is_empty() { String::new() } else { format!(", found {unit}") };
            let meant = Unit::named(unit.text).filter(|named| named.dimension() == Dimension::Time);
            let hint = match meant.and_then(|named| {
                TIME_UNITS.iter().find(|(_, each)| each.as_secs_f64() == named.factor())
            }) {
                Some((word, _)) => format!(" (did you mean {word:?}?)"),
                None => did_you_mean(unit.text, TIME_UNITS.iter().map(|(word, _)| *word)),
            };
            return self.fail(
                unit.at,
                format!("expected seconds, minutes, hours, days or ms, s, m, h, d{found}{hint}"),
            );
        };
        self.boundary("the duration")?;
        let count_of = count.text.parse::<i32>().ok().and_then(|n| each.checked_mul(n));
        match count_of.filter(|d| *d <= LONGEST) {
            None => self.fail(count.at, "the duration is too long: at most 366 days"),
            Some(d) if d.is_zero() => {
                self.fail(count.at, "the duration is zero: leave it out, or write at least 1")
            }
            Some(d) => Ok(d),
        }
    }

    /// Nothing may be left over.
    fn end(
        &mut self,
        noun: Option<&Word<'a>>,
        qualifier: Option<Qualifier>,
        timing: Option<Timing>,
    ) -> Result<(), SyntaxError> {
        let Some(c) = self.skip() else { return Ok(()) };
        let word = self.ahead();
        if let (Some(noun), None, None) = (noun, qualifier, timing) {
            // `fir 5 minutes`, `for5 minutes`: the noun was meant to be a keyword.
            let letters = noun.text.trim_end_matches(|c: char| c.is_ascii_digit());
            if let Some(keyword) = closest(letters, TIMINGS) {
                let digits = &noun.text[letters.len()..];
                let meant = if digits.is_empty() {
                    keyword.to_owned()
                } else {
                    format!("{keyword} {digits}")
                };
                return self.fail(noun.at, format!("unexpected {noun} (did you mean {meant:?}?)"));
            }
        }
        let found = if word.text.is_empty() { format!("{c:?}") } else { word.to_string() };
        let hint = if word.is("per") {
            "; write `/s`, `/min` or `in 1 minute`".to_owned()
        } else if word.is("and") || word.is("or") || matches!(c, '&' | '|') {
            "; a rule has one condition: write two rules".to_owned()
        } else if c.is_ascii_digit() && timing.is_none() {
            "; a duration stands after `for`, `in` or `within`".to_owned()
        } else if word.is("consistently") {
            "; write `consistently for 5 minutes`".to_owned()
        } else {
            let still: &[&str] = match (qualifier, timing) {
                (_, Some(Timing::Consistently(None))) => &["for"],
                (_, Some(_)) => &[],
                (Some(_), None) => &TIMINGS,
                (None, None) => {
                    &["for", "in", "within", "consistently", "available", "free", "used"]
                }
            };
            let near = did_you_mean(word.text, still.iter().copied());
            match still {
                [] => "; the rule ends after its duration".to_owned(),
                _ => format!("{near}; what may follow is {}", still.join(", ")),
            }
        };
        self.fail(self.at, format!("unexpected {found}{hint}"))
    }
}

#[cfg(test)]
mod tests;
