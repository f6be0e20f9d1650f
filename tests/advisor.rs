//! Advisors that hang, flood, lie, die and spy: what the tools write does not depend on them.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use ir_core::builtin;
use serde_json::{Value, json};

use crate::support::{Folder, Ran, Tool, copy_folder, root};

/// Far more than an advisor's time of 1 s and its grace, far less than what hangs.
const SOON: Duration = Duration::from_secs(15);

/// A recorded incident in a folder of its own, and what each tool reads.
struct Scene {
    folder: Folder,
    alerts: Vec<u8>,
    incident: Vec<u8>,
}

impl Scene {
    fn new() -> Self {
        let folder = Folder::new();
        copy_folder(&root().join("fixtures/chat-app/incB"), &folder.path().join("state"));
        let detect = ["--profile", "chat-app", "--set", "state_dir=state"];
        let alerts = Tool::new("ir-detect").args(detect).dir(folder.path()).run().exits(0).stdout;
        let incident =
            Tool::new("ir-classify").dir(folder.path()).stdin(alerts.clone()).run().exits(0).stdout;
        Self { folder, alerts, incident }
    }

    /// A procedure whose only advisor, `helper`, is this script.
    fn procedure(&self, script: &str, more: &str) {
        let argv = json!(["/bin/sh", "-c", script, "helper", self.folder.path()]);
        let advisors = format!("\nadvisors:\n  helper:\n    argv: {argv}\n    timeout: 1s\n{more}");
        self.folder.write("sop.yaml", builtin::sop_text().to_owned() + &advisors);
    }

    fn tool(&self, tool: &str) -> Tool {
        let input = if tool == "ir-classify" { &self.alerts } else { &self.incident };
        Tool::new(tool).dir(self.folder.path()).stdin(input.clone())
    }

    fn run(&self, tool: &str, advisor: bool) -> Ran {
        let sop: &[&str] = match (tool, advisor) {
            ("ir-rca", false) => &[],
            (_, false) => &["--sop", "sop.yaml"],
            (_, true) => &["--sop", "sop.yaml", "--advisor", "helper"],
        };
        let state: &[&str] = if tool == "ir-rca" { &["--set", "state_dir=state"] } else { &[] };
        let begun = Instant::now();
        let ran = self.tool(tool).args(sop.iter().chain(state).copied()).run();
        assert!(begun.elapsed() < SOON, "{tool} took {:?}", begun.elapsed());
        ran
    }
}

/// The run record without the advisor's word, and that.
fn split(line: &[u8]) -> (Vec<u8>, Value) {
    let text = String::from_utf8(line.to_vec()).unwrap();
    let record: Value = serde_json::from_str(&text).unwrap();
    let advisor = record["data"]["advisor"].clone();
    let Some(at) = text.find(",\"advisor\":{") else { return (line.to_vec(), advisor) };
    assert!(text.ends_with("}}}"), "the advisor's word is the last: {text}");
    ((text[..at].to_owned() + "}}").into_bytes(), advisor)
}

/// All lines, without the advisor's; and its word in the run record.
fn machine(ran: &Ran) -> (Vec<Vec<u8>>, Value) {
    let lines = ran.stdout.split(|b| *b == b'\n').filter(|line| !line.is_empty());
    let advice = |line: &&[u8]| {
        serde_json::from_slice::<Value>(line).is_ok_and(|r| r["type"] == "ir.advice.v1")
    };
    let mut lines: Vec<Vec<u8>> = lines.filter(|l| !advice(l)).map(<[u8]>::to_vec).collect();
    let (run, advisor) = split(&lines.pop().expect("a run record"));
    lines.push(run);
    (lines, advisor)
}

/// Whatever they do, the records are those of the run without them, byte for byte.
#[test]
fn a_bad_advisor_changes_nothing() {
    let scene = Scene::new();
    let known = "id=$(grep -o 'INC-[0-9]*-[0-9a-f]*' | head -n 1)";
    let says = |json: &str| format!("{known}; printf '%s' '{json}' | sed \"s/ID/$id/\"");
    let note = r#""notes":[{"about":"ID","text":"look"}]"#;
    for (script, why) in [
        ("exec sleep 60".to_owned(), "it took longer than 1s and was ended"),
        ("trap '' TERM; sleep 60; sleep 60".into(), "it took longer than 1s and was ended"),
        ("exec yes".into(), "it wrote more than 65536 bytes"),
        ("exec yes >&2".into(), "it wrote more than 65536 bytes"),
        ("cat > /dev/null".into(), "it answered nothing"),
        ("exit 0".into(), "it answered nothing"),
        ("echo I think it is the plugin".into(), "its answer is not what it should be"),
        ("printf '\\377\\376'".into(), "its answer is no text"),
        ("cat".into(), "its answer is not what it should be"),
        (
            says(&format!("{{\"version\":\"ir.advice.v1\",{note}}}")) + "; exit 3",
            "it ended with exit code 3",
        ),
        (
            says(&format!("{{\"version\":\"ir.advice.v1\",{note}}}")) + "; kill -9 $$",
            "signal 9 ended it",
        ),
        (says(&format!("{{\"version\":\"ir.advice.v2\",{note}}}")), "its answer has the version"),
        (
            says(&format!("{{\"version\":\"ir.advice.v1\",{note},\"severity\":\"P3\"}}")),
            "unknown field `severity`",
        ),
        (
            says(
                r#"{"version":"ir.advice.v1","notes":[{"about":"ID","text":"x","confidence":1.0}]}"#,
            ),
            "unknown field `confidence`",
        ),
        (
            says(
                r#"{"version":"ir.advice.v1","notes":[{"about":"al-0000000000000000","text":"x"}]}"#,
            ),
            "nothing about any id",
        ),
        (says(r#"{"specversion":"1.0","type":"ir.classified.v1"}"#), "unknown field"),
        ("sleep 60 & exit 0".into(), "it answered nothing"),
        ("setsid sleep 5 & sleep 0.1; exit 0".into(), "it answered nothing"),
    ] {
        scene.procedure(&script, "");
        for tool in ["ir-classify", "ir-rca"] {
            let without = scene.run(tool, false);
            let with = scene.run(tool, true);
            let ((lines, advisor), (expected, none)) = (machine(&with), machine(&without));
            assert_eq!(none, Value::Null);
            assert!(with.records("ir.advice.v1").is_empty(), "{tool} {script}");
            let shown =
                |lines: &[Vec<u8>]| String::from_utf8_lossy(&lines.join(&b'\n')).into_owned();
            assert_eq!(shown(&lines), shown(&expected), "{tool} {script}");
            assert_eq!((with.code, advisor["fate"].as_str()), (without.code, Some("failed")));
            let reason = advisor["reason"].as_str().unwrap();
            assert!(reason.contains(why), "{tool} {script}: {reason}");
            assert!(with.stderr.contains("advisor helper: failed: "), "{}", with.stderr);
        }
    }
}

/// A good one adds a record of its own, and the report shows it as its word.
#[test]
fn a_good_advisor_is_heard_and_told_apart() {
    let scene = Scene::new();
    let script = r#"cat > "$1/asked"; id=$(grep -o 'INC-[0-9]*-[0-9a-f]*' "$1/asked" | head -n 1)
        h=$(grep -o 'ca-[0-9a-f]*/1' "$1/asked" | head -n 1)
        printf '{"version":"ir.advice.v1","notes":[{"about":"%s","text":"look at \u001b[2J <b>demo</b>"},{"about":"no-such","text":"x"}],"order":["%s"]}\n' "$id" "${h:-$id}""#;
    scene.procedure(script, "");
    for tool in ["ir-classify", "ir-rca"] {
        let with = scene.run(tool, true).exits(0);
        let (lines, advisor) = machine(&with);
        assert_eq!(lines, machine(&scene.run(tool, false)).0);
        assert_eq!(advisor, json!({ "name": "helper", "fate": "advised", "dropped": 1 }));
        assert!(with.stderr.contains("advisor helper: 1 of its notes"), "{}", with.stderr);
        let advice = with.records("ir.advice.v1");
        let [advice] = &advice[..] else { panic!("{advice:?}") };
        assert_eq!(advice["data"]["origin"], "advisor");
        assert_eq!(advice["data"]["advisor"], "helper");
        assert_eq!(advice["data"]["notes"][0]["about"], advice["subject"]);
        assert_eq!(advice["data"]["notes"].as_array().unwrap().len(), 1);

        let report = Tool::new("ir-report").dir(scene.folder.path()).stdin(with.stdout).run();
        let text = String::from_utf8(report.exits(0).stdout).unwrap();
        assert!(text.contains("What the advisor `helper` says"), "{text}");
        assert!(!text.contains('\u{1b}') && text.contains("<b>demo</b>"), "{text}");
        if tool == "ir-rca" {
            assert!(text.contains("It would look first at hypothesis 1 of"), "{text}");
        }
    }
}

/// What it is shown holds no secret, no path and no host.
#[test]
fn secrets_never_reach_an_advisor() {
    let scene = Scene::new();
    let secrets =
        ["hunter2", "sk-live0123456789abcdef", "swordfish", "dXNlcjpwYXNzd29yZA", "/srv/private"];
    let line = "login of joe with password=hunter2 failed: key sk-live0123456789abcdef, --passphrase swordfish, \
        Authorization: Basic dXNlcjpwYXNzd29yZA== in /srv/private/keys.py";
    let mut alerts: Vec<Value> = scene
        .alerts
        .split(|b| *b == b'\n')
        .filter(|l| !l.is_empty())
        .map(|l| serde_json::from_slice(l).unwrap())
        .collect();
    let mut planted = 0;
    for record in alerts.iter_mut().filter(|r| r["type"] == "ir.alert.v1") {
        record["data"]["summary"] = line.into();
        record["data"]["instance"] = line.into();
        for sample in record["data"]["samples"].as_array_mut().into_iter().flatten() {
            sample["text"] = line.into();
            planted += 1;
        }
    }
    assert!(planted > 0);
    let input: String = alerts.iter().map(|r| format!("{r}\n")).collect();
    for (more, private) in [("", 5), ("    sends: full\n", 4)] {
        scene.procedure("cat > \"$1/asked\"", more);
        let sop = ["--sop", "sop.yaml", "--advisor", "helper", "--host", "chat-host-01"];
        let ran = scene.tool("ir-classify").stdin(input.clone()).args(sop).run();
        assert_eq!(machine(&ran).1["fate"], "failed", "it answered nothing");
        let asked = fs::read_to_string(scene.folder.path().join("asked")).unwrap();
        let request: Value = serde_json::from_str(&asked).unwrap();
        assert_eq!(request["version"], "ir.advice-request.v1");
        assert!(asked.contains("login of joe"), "{asked}");
        for secret in &secrets[..private] {
            assert!(!asked.contains(secret), "{secret}: {asked}");
        }
        for place in
            ["state/", "kollabor.log", "chat-host-01", scene.folder.path().to_str().unwrap()]
        {
            assert!(!asked.contains(place), "{place}: {asked}");
        }
    }
}

#[test]
fn a_wrong_name_is_usage_and_an_unsafe_program_is_refused() {
    let scene = Scene::new();
    scene.procedure("exit 0", "");
    for tool in ["ir-classify", "ir-rca"] {
        let ran = scene.tool(tool).args(["--sop", "sop.yaml", "--advisor", "helpr"]).run().exits(2);
        assert!(ran.stderr.contains("did you mean \"helper\"?"), "{}", ran.stderr);
        assert!(ran.stdout.is_empty());
        let ran = scene.tool(tool).args(["--advisor", "helper"]).run().exits(2);
        assert!(ran.stderr.contains("built-in") && ran.stderr.contains("none"), "{}", ran.stderr);

        // Others may change the procedure.
        let sop = scene.folder.path().join("sop.yaml");
        fs::set_permissions(&sop, Permissions::from_mode(0o666)).unwrap();
        scene.run(tool, true).exits(3);
        fs::set_permissions(&sop, Permissions::from_mode(0o644)).unwrap();
    }
    let program = scene.folder.write("helper.sh", "#!/bin/sh\nexit 0\n");
    let advisors = format!("\nadvisors: {{helper: {{argv: [{}]}}}}\n", json!(program));
    scene.folder.write("sop.yaml", builtin::sop_text().to_owned() + &advisors);
    for tool in ["ir-classify", "ir-rca"] {
        fs::set_permissions(&program, Permissions::from_mode(0o757)).unwrap();
        let ran = scene.run(tool, true).exits(3);
        assert!(ran.stderr.contains("others may write to"), "{}", ran.stderr);
        // A program that is only missing is no reason to withhold the result.
        fs::set_permissions(&program, Permissions::from_mode(0o644)).unwrap();
        let ran = scene.run(tool, true).exits(0);
        let (lines, advisor) = machine(&ran);
        assert_eq!(lines, machine(&scene.run(tool, false)).0);
        assert!(advisor["reason"].as_str().unwrap().contains("not an executable file"));
    }
}

#[test]
fn without_an_incident_nobody_is_asked() {
    let scene = Scene::new();
    scene.procedure("touch \"$1/asked\"", "");
    for tool in ["ir-classify", "ir-rca"] {
        let ran = scene
            .tool(tool)
            .stdin(crate::support::stream::run(true))
            .args(["--sop", "sop.yaml", "--advisor", "helper"])
            .run()
            .exits(0);
        assert_eq!(machine(&ran).1["fate"], "not_asked");
        assert_eq!(ran.stderr, "");
    }
    assert!(!scene.folder.path().join("asked").exists());
}
