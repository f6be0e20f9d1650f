//! Broken documents, and what is said of each and where.

use super::{Document, Loaded, check_together, load_profile, load_sop, locate, unbound_actions};

/// What is said of a document, one fault a line.
fn faults<T>(result: Result<T, Vec<super::DocError>>) -> String {
    result.err().unwrap_or_default().iter().map(|fault| format!("{fault}\n")).collect()
}

#[track_caller]
fn profile_says(text: &str, expected: &str) {
    assert_eq!(faults(load_profile("p.yaml", text)), expected, "\n{text}");
}

/// The head that every profile needs, 2 lines.
const HEAD: &str = "profile: 1\napp: {name: app}\n";

#[test]
fn what_is_no_yaml_is_refused_where_it_breaks() {
    for (text, expected) in [
        ("a: [b", "p.yaml:1:4: unclosed bracket '['\n"),
        ("a: *x", "p.yaml:1:4: alias references unknown anchor\n"),
        ("", "p.yaml:1:1: expected a map, found nothing\n"),
        ("- a\n- b\n", "p.yaml:1:1: expected a map, found a list\n"),
        ("? [a]\n: b\n", "p.yaml:1:3: a key is one word\n"),
        (
            "a: 1\n---\nb: 1\n",
            "p.yaml:3:1: a second document begins here: write one in each file\n",
        ),
        (
            "app: {name: a}\nprofile: 1\napp: {name: b}\nprofile: 2\n",
            "p.yaml:3:1: the key \"app\" stands on line 1 already\np.yaml:4:1: the key \"profile\" stands on line 2 already\n",
        ),
    ] {
        profile_says(text, expected);
    }
}

#[test]
fn hostile_documents_end_in_an_error() {
    let deep = "[".repeat(20_000);
    assert_eq!(faults(load_profile("p.yaml", &deep)), "p.yaml:1:256: recursion limit exceeded\n");
    let wide = "a".repeat((1 << 20) + 1);
    assert_eq!(
        faults(load_profile("p.yaml", &wide)),
        "p.yaml:1:1: the document has 1048577 bytes; at most 1048576 are read\n"
    );
    let laughs: String = (1..10)
        .map(|i| format!("a{i}: &a{i} [{}]\n", vec![format!("*a{}", i - 1); 10].join(",")))
        .collect();
    let said = faults(load_sop("p.yaml", &format!("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n{laughs}")));
    assert!(said.starts_with("p.yaml:4:") && said.contains("alias"), "{said}");
    let copies = "- *a\n".repeat(30);
    for quote in ["", "'", "\""] {
        let said = faults(load_sop(
            "p.yaml",
            &format!("- &a {quote}{}{quote}\n{copies}", "x".repeat(100_000)),
        ));
        assert_eq!(said, "p.yaml:21:3: aliases unfold to more than 2097152 bytes of text\n");
    }
    let said = faults(load_sop("p.yaml", &format!("- &a \"{}\"\n{copies}", "\\n".repeat(100_000))));
    assert!(said.starts_with("p.yaml:") && said.lines().count() == 1, "{said}");
    assert_eq!(
        faults(load_profile(
            "p.yaml",
            &format!("{HEAD}{}", (0..150).map(|i| format!("k{i}: 1\n")).collect::<String>())
        ))
        .lines()
        .count(),
        100
    );
}

#[test]
fn keys_and_types_are_strict_and_all_told_at_once() {
    profile_says(
        "profile: one\napp: {name: app, vresion: 1}\nlogs:\n  - id: a\n    pth: b\n    format: auto\n    private: yes\n  - 5\nmetrics:\n  foo: {events: [a], gauge: [b]}\n  bar: {evnts: [a]}\n  baz: live\nrules:\n  - 5\n  - {wen: a}\n  - when: true\nignroe: []\n",
        "p.yaml:1:10: expected a whole number, found the text \"one\"\n\
         p.yaml:2:18: unknown key \"vresion\" (did you mean \"version\"?)\n\
         p.yaml:4:5: the key \"path\" is missing\n\
         p.yaml:5:5: unknown key \"pth\" (did you mean \"path\"?)\n\
         p.yaml:7:14: expected true or false, found the text \"yes\"\n\
         p.yaml:8:5: expected a map, found the number 5\n\
         p.yaml:10:22: only one of events, ratio, burst, gauge, state, live, never may stand here\n\
         p.yaml:11:9: unknown word \"evnts\" (did you mean \"events\"?)\n\
         p.yaml:12:8: live needs a value: write `live: …`\n\
         p.yaml:14:5: expected a rule: one line of prose, or a map with `when`, found integer `5`\n\
         p.yaml:15:5: the key \"when\" is missing\n\
         p.yaml:15:6: unknown key \"wen\" (did you mean \"when\"?)\n\
         p.yaml:16:11: expected text, found true: write \"true\" in quotes if the word is meant\n\
         p.yaml:17:1: unknown key \"ignroe\" (did you mean \"ignore\"?)\n",
    );
    profile_says(
        "profile: 1\napp: {name: app}\nevents:\n  - {event: e, log: l, level: [eror], match: ^a}\nfiles:\n  - {id: f, path: p, kind: databse}\nrules:\n  - when: a\n    meaning: {category: plugins}\n    min_events: -1\n",
        "p.yaml:4:32: unknown word \"eror\" (did you mean \"error\"?)\n\
         p.yaml:6:28: unknown word \"databse\"; known here: config, sqlite, plugin, data\n\
         p.yaml:9:25: unknown word \"plugins\" (did you mean \"plugin\"?)\n\
         p.yaml:10:17: expected a whole number from 0 to 18446744073709551615, found the number -1\n",
    );
}

#[test]
fn a_number_that_stands_for_text_keeps_its_spelling() {
    let profile = load_profile("p.yaml", "profile: 1\napp: {name: app, version: 0.10}\nvariables: {port: {default: 0080, about: a port}}\n").unwrap();
    assert_eq!(profile.app.version.as_deref(), Some("0.10"));
    assert_eq!(profile.variables["port"].default.as_deref(), Some("0080"));
}

#[test]
fn names_that_nothing_declares_are_located() {
    profile_says(
        &format!(
            "{HEAD}logs:
  - {{id: main, path: \"${{rot}}/a.log\", format: auto, zone: Europe/Belin}}
variables:
  root: {{default: \"${{home}}\", about: where it is}}
  home: {{default: \"${{root}}\", about: whose it is}}
events:
  - {{event: up, log: man, match: '^up'}}
  - {{event: down, log: main, match: 'down', component: databse, instance: nmae}}
  - {{event: gone, log: main}}
  - {{event: odd, log: main, match: '^a(b', kind: user, skip_first_of_session: true}}
  - {{event: twice, log: main, match: '^twice', echo: true, failure: true}}
ignore:
  - {{log: main, match: 'noise', why: ' '}}
lifecycle: {{start: [up], ready: [upp], stop: [], failed: []}}
metrics:
  a: {{events: [donw]}}
  b: {{ratio: {{bad: [down], total: [run_unclosed], min_events: 0}}}}
  c: {{state: {{on: [], off: [up]}}}}
components:
  database: {{about: it, depends: [disk]}}
  one: {{about: it, depends: [two]}}
  two: {{about: it, depends: [one]}}
"
        ),
        "p.yaml:4:22: unknown variable ${rot} (did you mean \"root\"?)\n\
         p.yaml:4:58: unknown time zone \"Europe/Belin\": write utc, local, a name such as Europe/Berlin, or an offset such as +02:00\n\
         p.yaml:6:19: the default of root leads back to root\n\
         p.yaml:7:19: the default of home leads back to home\n\
         p.yaml:9:22: unknown log \"man\" (did you mean \"main\"?)\n\
         p.yaml:10:37: the expression must begin with `^`: a message that only quotes a failure is none\n\
         p.yaml:10:56: unknown component \"databse\" (did you mean \"database\"?)\n\
         p.yaml:10:75: unknown label \"nmae\"\n\
         p.yaml:11:5: an event needs `match`, or `kind` of a JSON log\n\
         p.yaml:12:36: not a regular expression: unclosed group\n\
         p.yaml:12:44: the format of the log \"main\" does not say where a record's kind stands\n\
         p.yaml:12:56: the format of the log \"main\" does not say where a record's session stands\n\
         p.yaml:13:48: an echo is not counted: it is neither a failure nor a change\n\
         p.yaml:15:24: the expression must begin with `^`: a message that only quotes a failure is none\n\
         p.yaml:15:38: why this is normal is blank\n\
         p.yaml:16:34: unknown event \"upp\" (did you mean \"up\"?)\n\
         p.yaml:18:16: unknown event \"donw\" (did you mean \"down\"?)\n\
         p.yaml:19:63: a ratio needs at least 1 event\n\
         p.yaml:20:15: the list names no event\n\
         p.yaml:22:35: unknown component \"disk\"\n\
         p.yaml:23:20: one depends on itself, by way of what it depends on\n\
         p.yaml:24:20: two depends on itself, by way of what it depends on\n",
    );
}

#[test]
fn formats_files_versions_rules_and_actions_are_checked() {
    profile_says(
        &format!(
            "{HEAD}logs:
  - {{id: main, path: a.log, format: {{text: {{first: '^(?P<time>\\S+) (?P<msg>.*)', ts: \"%&\"}}}}}}
  - {{id: main, path: b.log, format: {{json: {{ts: time, kind: /type}}}}, private: true}}
events:
  - {{event: e, log: '*', match: '^e (?P<who>\\w+)', instance: who}}
rules:
  - {{id: r, when: e, meaning: {{component: c, instance: whom, facts: {{functionalty: none, data: gone}}}}}}
  - {{id: r, when: e}}
overrides:
  depth: {{when: depth > 1, reason: ''}}
files:
  - {{id: main, path: '', kind: config, secrets: [core/token]}}
versions:
  - {{from: mian, pointer: /v}}
  - {{from: main, match: '^v(?P<version>.*)'}}
  - {{package: p, from: main}}
not_covered:
  - {{check: loop alive, component: c, method: m, reason: ' '}}
actions:
  halt:
    what: stop it
    run: [[], [/bin/sh, -c, 'kill 1'], [/usr/bin/kill, \"${{pid}}\", \"{{instance}}\"]]
    verify: it is gone
    undo: ''
"
        ),
        "p.yaml:4:52: the expression has no group `ts`: write (?P<ts>…)\n\
         p.yaml:4:52: unknown group \"time\": known here are ts, msg, level, component, host\n\
         p.yaml:4:86: \"%&\" is no format of a time stamp: strftime formatting failed: found unrecognized specifier directive `&`\n\
         p.yaml:5:10: the log \"main\" stands further up already\n\
         p.yaml:5:49: \"time\" is no JSON pointer: it begins with `/`, e.g. `/core/name`\n\
         p.yaml:9:43: unknown component \"c\"\n\
         p.yaml:9:56: the rule is not evaluated by the label \"whom\": `by` lists its labels\n\
         p.yaml:9:70: unknown fact \"functionalty\" (did you mean \"functionality\"?)\n\
         p.yaml:9:96: unknown value \"gone\" of the fact data; it is one of intact, suspect, lost\n\
         p.yaml:10:10: the rule \"r\" stands further up already\n\
         p.yaml:12:3: \"depth\" names no rule of the procedure: write group.metric\n\
         p.yaml:12:36: the reason is blank\n\
         p.yaml:14:10: the id \"main\" is taken already\n\
         p.yaml:14:22: the path is blank\n\
         p.yaml:14:50: \"core/token\" is no JSON pointer: it begins with `/`, e.g. `/core/name`\n\
         p.yaml:16:5: a pointer leads to one version: `package` says of what\n\
         p.yaml:16:12: unknown file or log \"mian\" (did you mean \"main\"?)\n\
         p.yaml:17:25: the expression has no group `name`: write (?P<name>…)\n\
         p.yaml:18:5: a version is found by `pointer` or by `match`, one of the two\n\
         p.yaml:20:6: \"loop alive\" is no name of a check: write letters, digits, `_` and `-`\n\
         p.yaml:20:36: unknown component \"c\"\n\
         p.yaml:20:58: the reason is blank\n\
         p.yaml:24:11: the argument vector names no program\n\
         p.yaml:24:16: sh would run a command line; name the program itself and its arguments\n\
         p.yaml:24:56: unknown variable ${pid}\n\
         p.yaml:24:66: `{instance}` needs `per_instance_of`\n\
         p.yaml:26:11: how to take it back is blank\n",
    );
}

#[test]
fn the_text_of_private_logs_is_not_matched() {
    profile_says(
        &format!(
            "{HEAD}logs:\n  - {{id: talk, path: t, format: {{json: {{ts: /t, kind: /k}}}}, private: true}}\nevents:\n  - {{event: e, log: talk, kind: user}}\n  - {{event: f, log: talk, match: ^f}}\nignore:\n  - {{log: talk, match: ^g, why: noise}}\n"
        ),
        "p.yaml:7:27: the log \"talk\" is private: its text is not matched\n\
         p.yaml:9:17: the log \"talk\" is private: its text is not matched\n",
    );
}

#[test]
fn an_unknown_version_of_the_format_is_told() {
    profile_says(
        "profile: 2\napp: {name: app}\n",
        "p.yaml:1:10: version 2 of this document's format is not known; this program reads version 1\n",
    );
}

#[test]
fn processes_and_live_methods_are_checked() {
    let faults = |text: &str| {
        let text = format!("profile: 1\napp: {{name: app}}\n{text}");
        match load_profile("p.yaml", &text) {
            Ok(_) => String::new(),
            Err(faults) => faults.iter().map(|f| format!("{f}\n")).collect(),
        }
    };
    assert_eq!(faults("process: {exe: 'python3*', cmdline: '^x', cwd: /, user: '0'}\n"), "");
    assert_eq!(
        faults("process:\n  cwd: ${rot}\n  user: ''\n"),
        "p.yaml:3:1: `exe` or `cmdline` must be given: folder and account alone fit every shell that is opened there\n\
         p.yaml:4:8: unknown variable ${rot}\n\
         p.yaml:5:9: user is blank\n"
    );
    assert_eq!(
        faults("process: {exe: 'a[b]', cmdline: '(', cmd: x}\n"),
        "p.yaml:3:38: unknown key \"cmd\" (did you mean \"cwd\"?)\n"
    );
    assert_eq!(
        faults("process: {exe: 'a[b]', cmdline: '('}\n"),
        "p.yaml:3:16: `[` is no pattern here: write `*` and `?`\n\
         p.yaml:3:33: not a regular expression: unclosed group\n"
    );
    assert_eq!(
        faults("metrics:\n  a: {live: host_cpus}\n  b: {live: connect_time}\n"),
        "p.yaml:4:13: unknown word \"host_cpus\" (did you mean \"host_cpu\"?)\n"
    );
}

#[test]
fn procedures_are_checked() {
    let text = "sop: 1
name: ''
severities:
  P0: {description: d, response: 15 minute, mobilize: [a]}
  P1: {description: d, response: soon, mobilize: [a]}
  P3: {description: d, response: 1 day, mobilize: [a]}
steps:
  - {step: '1.1', title: a, duration: 1-5 minutes, responsible: b}
  - {step: '1', title: a, duration: quick, responsible: ' '}
  - {step: '1.1', title: '', duration: 5-1 hours, responsible: b}
incident_detection:
  health: [cpu > 1, {when: memory > 1, id: mem}]
  empty: []
meanings:
  helth.cpu: {facts: {performance: bad}}
  health.cpu: {playbooks: [overlaod]}
containment_rules:
  overload: [a, b, a]
playbooks:
  overlod: {categories: [availability]}
";
    let expected = "s.yaml:2:7: the procedure's name is blank
s.yaml:3:1: the severity P2 is missing: all of P0, P1, P2, P3 are needed
s.yaml:5:34: \"soon\" is no duration: write a whole number and a unit, e.g. `15 minutes` or `90s`
s.yaml:9:12: \"1\" is no step number: write PHASE.STEP, e.g. 1.1
s.yaml:9:37: \"quick\" does not begin with a span of time such as `5-15 minutes`
s.yaml:9:57: who is responsible is blank
s.yaml:10:12: the step 1.1 comes after a later one
s.yaml:10:26: the title is blank
s.yaml:10:40: \"5-1 hours\": the shorter end comes first
s.yaml:13:3: the group has no rule
s.yaml:15:3: unknown rule group \"helth\" (did you mean \"health\"?): write group.metric
s.yaml:15:36: unknown value \"bad\" of the fact performance; it is one of normal, degraded
s.yaml:16:28: unknown playbook \"overlaod\" (did you mean \"overload\"?)
s.yaml:18:20: the action a stands in this playbook already
s.yaml:20:3: unknown playbook \"overlod\" (did you mean \"overload\"?): containment_rules does not have it
";
    assert_eq!(faults(load_sop("s.yaml", text)), expected);
}

#[test]
fn paths_lead_to_values_keys_and_columns() {
    let text = "a:\n  x.y: [one, {k: \"two words\"}]\n  x:\n    y: plain text\n  z: >\n    folded\n    text\n";
    assert_eq!(locate(text, "a.x.y[1].k"), Some((2, 18)));
    assert_eq!(
        locate(text, "a.x.y"),
        Some((2, 3)),
        "a key with a dot goes first; a list stands at its key"
    );
    assert_eq!(locate(text, "a.x"), Some((3, 3)));
    assert_eq!(locate(text, "a.x.y[2]"), None);
    assert_eq!(locate(text, "b"), None);
    assert_eq!(locate("a: [", "a"), None);
    let document = Document::parse("f", text).unwrap();
    let at = |error: super::DocError| (error.line, error.col);
    assert_eq!(at(document.column_error("a.x.y[1].k", 5, "")), (2, 23), "after the quote");
    assert_eq!(at(document.column_error("a.x.y[0]", 2, "")), (2, 10));
    assert_eq!(
        at(document.column_error("a.z", 3, "")),
        (6, 5),
        "columns of a folded text are not those of the source"
    );
    assert_eq!(at(document.error("a.x.nowhere[3].b", "")), (3, 3), "the nearest parent");
    assert_eq!(at(document.error("nowhere", "")), (1, 1));
    assert_eq!(at(document.key_error("a.x.y[1].k", "")), (2, 15));
}

#[test]
fn aliases_stand_where_they_are_used() {
    let text = "a: &one {k: v}\nb: *one\n";
    assert_eq!(locate(text, "b.k"), Some((2, 4)));
    assert_eq!(locate(text, "a.k"), Some((1, 13)));
}

#[test]
fn procedure_and_profile_are_checked_together() {
    let sop = load_sop(
        "s.yaml",
        "sop: 1\nname: s\nseverities:\n  P0: &s {description: d, response: 1 hour, mobilize: [a]}\n  P1: *s\n  P2: *s\n  P3: *s\nsteps: []\nincident_detection: {health: [cpu > 1]}\ncontainment_rules: {overload: [slow_down, stop]}\nplaybooks: {}\n",
    )
    .unwrap();
    let profile = Loaded::profile(
        "p.yaml",
        &format!("{HEAD}overrides:\n  helth.cpu: {{when: cpu > 2, reason: r}}\nrules:\n  - {{when: a, meaning: {{playbooks: [overlod]}}}}\nactions:\n  slow_dwon: {{what: w, verify: v, undo: u}}\n  stop: {{what: w, verify: v, undo: u}}\n"),
    )
    .unwrap();
    let said: String = check_together(&sop, &profile.doc)
        .iter()
        .map(|m| format!("{}\n", profile.source.key_error(&m.path, m.message.clone())))
        .collect();
    assert_eq!(
        said,
        "p.yaml:8:3: no playbook of the procedure has the action \"slow_dwon\" (did you mean \"slow_down\"?)\n\
         p.yaml:6:37: the procedure has no playbook \"overlod\" (did you mean \"overload\"?)\n\
         p.yaml:4:3: the procedure has no rule group \"helth\" (did you mean \"health\"?)\n"
    );
    assert_eq!(unbound_actions(&sop, &profile.doc), ["slow_down"]);
    assert_eq!(
        (profile.reference.name.as_str(), profile.reference.from.as_str()),
        ("app", "p.yaml")
    );
}

#[test]
fn advisors_are_checked_where_they_are_written() {
    let says = |advisors: &str, expected: &[&str]| {
        let text = crate::builtin::sop_text();
        let line = text.lines().count() as u32;
        let faults =
            load_sop("s", &format!("{text}advisors:\n{advisors}")).err().unwrap_or_default();
        let told: Vec<String> =
            faults.iter().map(|f| format!("{}:{}: {}", f.line - line, f.col, f.message)).collect();
        assert_eq!(told, expected, "{advisors}");
    };
    says(
        "  a: {argv: [/bin/x, -v], timeout: 20s, max_bytes: 1000, sends: full}\n  b: {argv: [/x]}\n",
        &[],
    );
    says(
        "  a b: {argv: []}\n  c: {argv: [x], timeout: 11 minutes, max_bytes: 0}\n",
        &[
            "2:3: \"a b\" is no name of an advisor: write letters, digits, `_` and `-`",
            "2:9: the list is empty: begin it with the program's absolute path",
            "3:14: \"x\" is not an absolute path: write it in full, e.g. /usr/bin/env",
            "3:27: \"11 minutes\" is too short or too long: more than nothing and at most 10 minutes",
            "3:50: an answer has from 1 to 524288 bytes",
        ],
    );
    says(
        "  a: {argv: [/x], timeout: soon}\n",
        &[
            "2:28: \"soon\" is no duration: write a whole number and a unit, e.g. `15 minutes` or `90s`",
        ],
    );
    says(
        "  a: {argv: [/x], timeout: 0s}\n",
        &["2:28: \"0s\" is too short or too long: more than nothing and at most 10 minutes"],
    );
    says("  a: {argv: [/x, \"b\\0\"]}\n", &["2:18: an argument cannot hold a zero byte"]);
    says(
        "  a: {agrv: [/x]}\n",
        &["2:6: the key \"argv\" is missing", "2:7: unknown key \"agrv\" (did you mean \"argv\"?)"],
    );
    says(
        "  a: {argv: [/x], sends: all}\n",
        &["2:26: unknown word \"all\"; known here: masked, full"],
    );
}

mod properties {
    use proptest::prelude::*;

    use super::super::{Document, load_profile, load_sop};

    #[derive(Clone, Debug)]
    enum Tree {
        Leaf(u32),
        List(Vec<Tree>),
        Map(Vec<Tree>),
    }

    fn tree() -> impl Strategy<Value = Tree> {
        any::<u32>().prop_map(Tree::Leaf).prop_recursive(4, 40, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 1..5).prop_map(Tree::List),
                prop::collection::vec(inner, 1..5).prop_map(Tree::Map)
            ]
        })
    }

    /// Writes the tree in block style at `indent` and notes path and place of every leaf.
    fn write(
        tree: &Tree,
        indent: usize,
        path: &str,
        out: &mut String,
        leaves: &mut Vec<(String, (u32, u32))>,
    ) {
        let place = |out: &str| {
            let line = out.matches('\n').count() + 1;
            (line as u32, (out.len() - out.rfind('\n').map_or(0, |at| at + 1) + 1) as u32)
        };
        match tree {
            Tree::Leaf(n) => {
                leaves.push((path.to_owned(), place(out)));
                out.push_str(&format!("v{n}\n"));
            }
            Tree::List(items) | Tree::Map(items) => {
                if indent > 0 {
                    out.push('\n');
                }
                for (i, item) in items.iter().enumerate() {
                    out.push_str(&" ".repeat(indent));
                    let step = match tree {
                        Tree::Map(_) => {
                            out.push_str(&format!("k.{i}: "));
                            if path.is_empty() { format!("k.{i}") } else { format!("{path}.k.{i}") }
                        }
                        _ => {
                            out.push_str("- ");
                            format!("{path}[{i}]")
                        }
                    };
                    write(item, indent + 2, &step, out, leaves);
                }
            }
        }
    }

    proptest! {
        #[test]
        fn every_value_is_found_where_it_was_written(tree in tree()) {
            let (mut text, mut leaves) = (String::new(), Vec::new());
            write(&tree, 0, "", &mut text, &mut leaves);
            let document = Document::parse("f", &text).unwrap();
            for (path, at) in leaves {
                prop_assert_eq!(document.locate(&path), Some(at), "{} in\n{}", path, text);
            }
        }

        #[test]
        fn no_text_makes_a_panic(text in "(profile: 1\napp: \\{name: a\\}\n)?([a-z]{1,6}|[ \n:{}\\[\\]\"'>|&*!?#,-]|logs|events|metrics|: |\n  - ){0,60}") {
            let _ = load_profile("p", &text);
            let _ = load_sop("s", &text);
        }

        #[test]
        fn a_cut_or_mangled_document_makes_no_panic(cut in 0usize..40_000, with in "[ -~\n]{0,3}") {
            let whole = crate::builtin::profile_text("chat-app").unwrap();
            let at = (0..=cut.min(whole.len())).rev().find(|&at| whole.is_char_boundary(at)).unwrap_or(0);
            let mangled = format!("{}{with}{}", &whole[..at], whole[at..].get(with.len()..).unwrap_or(""));
            for text in [&whole[..at], &mangled] {
                for fault in load_profile("p", text).err().unwrap_or_default() {
                    let lines = text.lines().count().max(1) as u32;
                    prop_assert!(fault.line >= 1 && fault.col >= 1 && fault.line <= lines + 1, "{}", fault);
                }
            }
        }
    }
}
