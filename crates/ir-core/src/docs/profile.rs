//! The application: its logs, named events, metrics, rules of its own, components, and what containment can do.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{LiveMethod, RuleText};

/// `profile.yaml`. `${NAME}` in paths and arguments is a variable.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Version of this document's format: 1.
    pub profile: u32,
    /// The application.
    pub app: App,
    /// Variables and their defaults; `--set NAME=VALUE` fills them.
    #[serde(default)]
    pub variables: BTreeMap<String, Variable>,
    /// How the application's processes are told from others.
    #[serde(default)]
    pub process: Option<ProcessDef>,
    /// Log sources.
    #[serde(default)]
    pub logs: Vec<LogSource>,
    /// Log lines that are named events.
    #[serde(default)]
    pub events: Vec<EventDef>,
    /// Normal noise: neither events nor findings. Tried before `events`, so that the last event may take every error that is left.
    #[serde(default)]
    pub ignore: Vec<IgnoreDef>,
    /// Which events open and close a run of the application.
    #[serde(default)]
    pub lifecycle: Option<Lifecycle>,
    /// What the metrics that rules name are made of.
    #[serde(default)]
    pub metrics: BTreeMap<String, MetricDef>,
    /// The application's own rules, in group `app`.
    #[serde(default)]
    pub rules: Vec<RuleText>,
    /// The procedure's rules that this application needs read otherwise, by `group.metric`.
    #[serde(default)]
    pub overrides: BTreeMap<String, Override>,
    /// Components and what they depend on.
    #[serde(default)]
    pub components: BTreeMap<String, Component>,
    /// What the logs of this application cannot show; each becomes a check of status unknown.
    #[serde(default)]
    pub not_covered: Vec<NotCovered>,
    /// Files other than logs: databases, configuration, plugins; evidence takes them.
    #[serde(default)]
    pub files: Vec<FileItem>,
    /// Where versions of packages are written down.
    #[serde(default)]
    pub versions: Vec<VersionAt>,
    /// How this application carries out the procedure's containment actions.
    #[serde(default)]
    pub actions: BTreeMap<String, ActionDef>,
}

/// The application's name and version.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct App {
    /// Its name.
    pub name: String,
    /// The version that this profile was written for.
    #[serde(default)]
    pub version: Option<String>,
    /// A sentence.
    #[serde(default)]
    pub about: String,
}

/// A variable.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variable {
    /// Its value if nobody sets it; may name other variables. None: it must be set.
    #[serde(default)]
    pub default: Option<String>,
    /// A sentence.
    pub about: String,
}

/// Which processes are the application: those that fit every member that is given. `exe` or `cmdline` must be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProcessDef {
    /// The program file: its name, or its whole path where it has a `/`; `*` and `?` are patterns, `${NAME}` is filled in.
    #[serde(default)]
    pub exe: Option<String>,
    /// Regular expression on the arguments, the program's own name first, joined by single spaces.
    #[serde(default)]
    pub cmdline: Option<String>,
    /// The working directory; `${NAME}` is filled in.
    #[serde(default)]
    pub cwd: Option<String>,
    /// The account, by name or number; `${NAME}` is filled in.
    #[serde(default)]
    pub user: Option<String>,
}

/// One log source: files of one format.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogSource {
    /// Its id in records.
    pub id: String,
    /// A path with `${NAME}` and `*`; all files that match belong to it, rotated ones included.
    pub path: String,
    /// How its lines are read.
    pub format: LogFormat,
    /// Zone of stamps: `utc`, `local` (the variable `tz`), an IANA name, or an offset such as `+02:00`.
    #[serde(default = "local")]
    pub zone: String,
    /// The zone above holds even where the stamp itself names one (an application that writes a false `Z`).
    #[serde(default)]
    pub ignore_zone: bool,
    /// Times, types and counts only; its text is neither matched nor mined nor shown.
    #[serde(default)]
    pub private: bool,
    /// The file may be absent without that being worth a word.
    #[serde(default)]
    pub optional: bool,
}

fn local() -> String {
    "local".into()
}

/// How the lines of a log are read.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum LogFormat {
    /// Recognise it: JSON lines, journald JSON, RFC 5424, RFC 3164, ISO-stamped text, else bare text.
    Auto,
    /// A record begins with a line that `first` matches; other lines continue it.
    Text(TextFormat),
    /// One JSON object a line.
    Json(JsonFormat),
}

/// Text records.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextFormat {
    /// Regular expression with the groups `ts`, `msg` and, optionally, `level`, `component`, `host`.
    pub first: String,
    /// Looked for on the record's last line and cut off: groups `file`, `line`.
    #[serde(default)]
    pub tail: Option<String>,
    /// strptime format of `ts`.
    pub ts: String,
    /// The application's level words: `debug`, `info`, `warning`, `error`, `critical`.
    #[serde(default)]
    pub levels: BTreeMap<String, Level>,
}

/// JSON records, fields by JSON pointer.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JsonFormat {
    /// Time: RFC 3339, the same without zone, or epoch seconds, milliseconds, microseconds.
    pub ts: String,
    /// Message.
    #[serde(default)]
    pub message: Option<String>,
    /// Level.
    #[serde(default)]
    pub level: Option<String>,
    /// Record type: what [`EventDef::kind`] compares.
    #[serde(default)]
    pub kind: Option<String>,
    /// Session or connection: what [`EventDef::skip_first_of_session`] counts by.
    #[serde(default)]
    pub session: Option<String>,
}

/// Severity of a log record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Tracing and debugging.
    Debug,
    /// Normal operation.
    Info,
    /// Unusual.
    Warning,
    /// Something failed.
    Error,
    /// The program cannot go on.
    Critical,
}

impl Level {
    /// The word in records.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
            Self::Critical => "critical",
        }
    }
}

/// In the place of a log source's id: every source whose text is read.
pub const ANY_LOG: &str = "*";

/// A log record that is a named event. The first definition that matches a record wins.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventDef {
    /// The event's name, which rules and metrics use.
    pub event: String,
    /// The log source; [`ANY_LOG`] for every one, files named on the command line and standard input included.
    pub log: String,
    /// The record's level is one of these; empty: any. Text that quotes a failure at another level is no failure.
    #[serde(default)]
    pub level: Vec<Level>,
    /// The program that the record names is one of these; what follows the name in parentheses and the folders before it
    /// do not count. A record that names no program may be anybody's and passes. Empty: any. What a program quotes of
    /// another one's log is not that program's.
    #[serde(default)]
    pub program: Vec<String>,
    /// Regular expression on the first line of the message, anchored with `^`; named groups become labels, `value` the value.
    /// Rules may also be evaluated by `host` and `program`, where records name them.
    #[serde(default, rename = "match")]
    pub pattern: Option<String>,
    /// JSON sources: the record's type equals this.
    #[serde(default)]
    pub kind: Option<String>,
    /// The first such record of each session is no event (the application writes it by itself).
    #[serde(default)]
    pub skip_first_of_session: bool,
    /// Labels with fixed values.
    #[serde(default)]
    pub set: BTreeMap<String, String>,
    /// The component that failed, where it is not the one that wrote the line.
    #[serde(default)]
    pub component: Option<String>,
    /// The label whose value names the instance within the component.
    #[serde(default)]
    pub instance: Option<String>,
    /// It is a failure: analysis of causes counts it for its component. Otherwise a neutral mark.
    #[serde(default)]
    pub failure: bool,
    /// It is a change (loaded, configured, installed, started): compared between runs. The labels say of what.
    #[serde(default)]
    pub change: bool,
    /// It repeats a failure that another line of the same moment already told: recognised, not counted.
    #[serde(default)]
    pub echo: bool,
}

/// Normal noise: a record that matches is no event, whatever `events` says.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IgnoreDef {
    /// The log source; [`ANY_LOG`] for every one, files named on the command line and standard input included.
    pub log: String,
    /// The record's level is one of these; empty: any.
    #[serde(default)]
    pub level: Vec<Level>,
    /// Regular expression on the first line of the message, anchored with `^`.
    #[serde(rename = "match")]
    pub pattern: String,
    /// Why it is normal.
    pub why: String,
}

/// The event of a start that follows a run which nothing closed; metrics may name it where the profile has a [`Lifecycle`].
pub const RUN_UNCLOSED: &str = "run_unclosed";

/// The events that open and close a run of the application. A start while a run is open is the event [`RUN_UNCLOSED`] too.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lifecycle {
    /// A run begins.
    pub start: Vec<String>,
    /// It is up.
    pub ready: Vec<String>,
    /// It ended in an orderly way.
    pub stop: Vec<String>,
    /// It ended by a failed start or a crash that it could still log.
    pub failed: Vec<String>,
}

/// What a metric is made of. Exactly one of the ways.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum MetricDef {
    /// Occurrences of these events.
    Events(Vec<String>),
    /// `bad` events per `total` events.
    Ratio(RatioDef),
    /// How many times as often as before `events` come: `error_burst > 4 times in 5 minutes`.
    Burst(BurstDef),
    /// The value that the newest of these events carries.
    Gauge(Vec<String>),
    /// 1 from an event of `on` until one of `off`, 0 before and after.
    State(StateDef),
    /// Samples of the live host or process. Logs alone leave it unknown.
    Live(LiveMethod),
    /// It can never be measured on this application, and why.
    Never(String),
}

/// A ratio of events.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RatioDef {
    /// Counted above the line.
    pub bad: Vec<String>,
    /// Counted below the line; more bad than total is no ratio: unknown.
    pub total: Vec<String>,
    /// No verdict with fewer totals than this in the window.
    #[serde(default = "twenty")]
    pub min_events: u64,
}

fn twenty() -> u64 {
    20
}

/// Events against the time before them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BurstDef {
    /// What is counted.
    pub events: Vec<String>,
    /// The time before the window that is compared with, e.g. `6 hours`; as long as the rule's window at least. It holds
    /// what is usual: what comes every hour is a burst again if this is an hour.
    pub before: String,
    /// No burst with fewer events than this in the window.
    #[serde(default = "twenty")]
    pub min_events: u64,
}

/// A state that events switch.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StateDef {
    /// Events that switch it on.
    pub on: Vec<String>,
    /// Events that switch it off.
    pub off: Vec<String>,
}

/// A rule of the procedure, read otherwise for this application.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Override {
    /// The rule that replaces it.
    pub when: String,
    /// Why.
    pub reason: String,
}

/// A part of the application or of what it stands on.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Component {
    /// A sentence.
    pub about: String,
    /// Source files whose name ends a log record of it.
    #[serde(default)]
    pub files: Vec<String>,
    /// Components that it cannot work without.
    #[serde(default)]
    pub depends: Vec<String>,
    /// It is run by others.
    #[serde(default)]
    pub external: bool,
    /// Expertise that it needs.
    #[serde(default)]
    pub skills: Vec<String>,
}

/// Something that the logs cannot show.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotCovered {
    /// The check's name.
    pub check: String,
    /// The component.
    #[serde(default)]
    pub component: Option<String>,
    /// How it would be measured.
    pub method: String,
    /// A sentence: what stays unseen.
    pub reason: String,
}

/// A file other than a log.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileItem {
    /// Its id in records and bundles.
    pub id: String,
    /// A path with `${NAME}` and `*`.
    pub path: String,
    /// What it is.
    pub kind: FileKind,
    /// Whose it is.
    #[serde(default)]
    pub component: Option<String>,
    /// The text of people: its content stays out of bundles unless asked for; name, size and digest are recorded.
    #[serde(default)]
    pub private: bool,
    /// JSON pointers of secrets in it, e.g. `/core/llm/api_token`.
    #[serde(default)]
    pub secrets: Vec<String>,
    /// The file may be absent.
    #[serde(default)]
    pub optional: bool,
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// Configuration.
    Config,
    /// A SQLite database; its journals belong to it.
    Sqlite,
    /// A plugin.
    Plugin,
    /// Anything else.
    Data,
}

/// A place where a package's version is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VersionAt {
    /// The package; none where the text names it (group `name`).
    #[serde(default)]
    pub package: Option<String>,
    /// Id of a file item or log source.
    pub from: String,
    /// JSON pointer into a JSON file or into each record of a JSON log.
    #[serde(default)]
    pub pointer: Option<String>,
    /// Regular expression on any line of a text, groups `version` and, where `package` is not set, `name`.
    #[serde(default, rename = "match")]
    pub pattern: Option<String>,
}

/// How the application carries out one of the procedure's containment actions.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActionDef {
    /// A sentence: what it does here. `{instance}` and `{component}` are filled in.
    pub what: String,
    /// The action is per instance of this component (one step for each that is affected).
    #[serde(default)]
    pub per_instance_of: Option<String>,
    /// Argument vectors in order; `${NAME}` is a variable, `{instance}` the instance, checked against `[A-Za-z0-9._-]+`.
    #[serde(default)]
    pub run: Vec<Vec<String>>,
    /// How to tell that it worked: a sentence.
    pub verify: String,
    /// Argument vectors that tell it.
    #[serde(default)]
    pub verify_run: Vec<Vec<String>>,
    /// How to take it back: a sentence, or why that is not possible.
    pub undo: String,
    /// Argument vectors that take it back.
    #[serde(default)]
    pub undo_run: Vec<Vec<String>>,
    /// What it destroys or interrupts.
    #[serde(default)]
    pub destroys: Vec<String>,
    /// What it needs, e.g. `root`, `restart`.
    #[serde(default)]
    pub needs: Vec<String>,
    /// Components that it touches; `per_instance_of` is one of them by itself.
    #[serde(default)]
    pub touches: Vec<String>,
}
