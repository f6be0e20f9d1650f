//! Every step and every command line of the procedure has its entry in the shipped `sop.yaml`.

use crate::support::beside;

#[test]
fn every_step_and_command_line_has_its_entry() {
    let Some(path) = beside("sop/incident-response-sop.md") else { return };
    let text = std::fs::read_to_string(path).unwrap();
    let sop = ir_core::docs::load_sop("sop", ir_core::builtin::sop_text()).unwrap();
    let (mut steps, mut commands, mut in_shell) = (0, 0, false);
    for line in text.lines().map(str::trim) {
        if let Some(rest) = line.strip_prefix("#### Step ") {
            let (number, title) = rest.split_once(": ").unwrap();
            assert!(
                sop.steps.iter().any(|s| s.step == number && s.title == title),
                "no entry for step {number}: {title}"
            );
            steps += 1;
        }
        match line {
            "```bash" => in_shell = true,
            "```" => in_shell = false,
            _ if in_shell && !line.is_empty() && !line.starts_with('#') => {
                assert!(
                    sop.steps.iter().any(|s| s.commands.iter().any(|c| c == line)),
                    "no entry for command line {line}"
                );
                commands += 1;
            }
            _ => {}
        }
    }
    assert_eq!((steps, commands), (sop.steps.len(), 12));
    for step in &sop.steps {
        assert!(
            text.contains(&format!("**Duration**: {}", step.duration)),
            "step {}: {}",
            step.step,
            step.duration
        );
        assert!(
            text.contains(&format!("**Responsible**: {}", step.responsible)),
            "step {}: {}",
            step.step,
            step.responsible
        );
    }
}
