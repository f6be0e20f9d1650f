//! The host's figures against their limits.

use ir_core::docs::LiveMethod;
use ir_core::wire::CheckStatus;
use ir_host::proc::{Figure, Host};

use super::limits::Limits;
use super::{Checks, Draft};

/// Which figures are checks, under which name, and what they say.
const CHECKED: &[(LiveMethod, &str, &str)] = &[
    (LiveMethod::HostCpu, "cpu", "of the processors' time was not idle"),
    (LiveMethod::HostMemory, "memory", "of main memory is not available"),
    (LiveMethod::HostSwap, "swap", "of swap is in use"),
    (LiveMethod::HostLoadPerCpu, "load", "tasks for each processor run or wait"),
    (LiveMethod::HostPressureCpu, "pressure_cpu", "of ten seconds a task waited for a processor"),
    (LiveMethod::HostPressureMemory, "pressure_memory", "of ten seconds a task waited for memory"),
    (LiveMethod::HostPressureIo, "pressure_io", "of ten seconds a task waited for a disk"),
    (LiveMethod::HostDisk, "disk_space", "of the space is available"),
    (LiveMethod::HostInodes, "disk_inodes", "of the inodes are free"),
    (LiveMethod::HostReadOnly, "disk_writable", ""),
];

/// One check for each figure.
pub(super) fn check(figures: &[Figure], limits: &Limits, checks: &mut Checks) {
    for (method, name, words) in CHECKED {
        for figure in figures.iter().filter(|figure| figure.method == *method) {
            let mut draft = one(figure, name, words, limits);
            if *method == LiveMethod::HostCpu && figure.labels.is_empty() {
                draft.summary.push_str(&stolen(figures));
            }
            checks.add(draft);
        }
    }
}

/// What the machine below took of the processors' time, where that is worth a word.
fn stolen(figures: &[Figure]) -> String {
    let steal = figures.iter().find(|figure| figure.method == LiveMethod::HostSteal);
    match steal.and_then(|figure| figure.value.as_ref().ok()) {
        Some(steal) if *steal >= 1.0 => {
            format!("; the machine below took {} of it", shown(*steal, Some("%")))
        }
        _ => String::new(),
    }
}

fn one(figure: &Figure, name: &str, words: &str, limits: &Limits) -> Draft {
    let of = figure.labels.get("mount").or_else(|| figure.labels.get("scope"));
    let check = of.map_or_else(|| name.to_owned(), |of| format!("{name}:{of}"));
    let draft =
        |status, summary: String| Draft::new(check.clone(), status, figure.how.clone(), summary);
    let value = match &figure.value {
        Ok(value) => *value,
        Err(why) => return draft(CheckStatus::Unknown, why.to_string()),
    };
    let mount = of.map(String::as_str).unwrap_or_default();
    if figure.method == LiveMethod::HostReadOnly {
        let (status, summary) = if value > 0.0 {
            (CheckStatus::Crit, format!("{mount} takes no writes"))
        } else {
            // Mounted read-only by a person, it holds no file of the application.
            (CheckStatus::Ok, format!("{mount} is as it was mounted"))
        };
        return draft(status, summary);
    }
    let limit = limits.of(name);
    let (status, met) = limit.judge(value);
    let shown = match met {
        Some(met) if status != CheckStatus::Ok => apart(value, met, figure.method.unit()),
        _ => shown(value, figure.method.unit()),
    };
    let place = match figure.method {
        LiveMethod::HostDisk | LiveMethod::HostInodes => format!(" on {mount}"),
        _ if of.is_some() => " in this program's control group".into(),
        _ => String::new(),
    };
    let verdict = match (status, met) {
        (CheckStatus::Ok, _) | (_, None) => String::new(),
        (_, Some(met)) => format!(", {} {}", limit.word(), self::shown(met, figure.method.unit())),
    };
    let reading = match figure.interval_s {
        Some(seconds) if status == CheckStatus::Ok => format!(" in {seconds:.1} s"),
        Some(seconds) => format!("; one reading of {seconds:.1} s, which says nothing of minutes"),
        None => String::new(),
    };
    Draft {
        value: Some((value * 1000.0).round() / 1000.0),
        unit: figure.method.unit().map(str::to_owned),
        limit: met,
        ..draft(status, format!("{shown} {words}{place}{verdict}{reading}"))
    }
}

/// Processes that are stuck.
pub(super) fn stuck(host: &Host, limits: &Limits, checks: &mut Checks) {
    const HOW: &str = "state of every process in /proc/PID/stat";
    let found = ir_host::process::stuck(host);
    let parts = [
        ("zombies", "processes have ended and are not buried"),
        ("blocked", "processes wait for a device and hear nobody"),
    ];
    for (i, (name, words)) in parts.into_iter().enumerate() {
        let limit = limits.of(name);
        checks.add(match &found {
            Err(why) => Draft::new(name, CheckStatus::Unknown, HOW, why.to_string()),
            Ok(counts) => {
                let count = [counts.0, counts.1][i] as f64;
                let (status, met) = limit.judge(count);
                Draft {
                    value: Some(count),
                    limit: met,
                    ..Draft::new(name, status, HOW, format!("{count} {words}"))
                }
            }
        });
    }
}

/// A value over `limit` as people read it, with as many decimals as it takes to see that it is over.
fn apart(value: f64, limit: f64, unit: Option<&str>) -> String {
    let text = |number: f64, decimals: usize| format!("{number:.decimals$}");
    match (1..=3).find(|decimals| text(value, *decimals) != text(limit, *decimals)) {
        None | Some(1) => shown(value, unit),
        Some(decimals) => {
            let text = text(value, decimals);
            unit.map_or_else(|| text.clone(), |unit| format!("{text} {unit}"))
        }
    }
}

/// A value as people read it.
pub(super) fn shown(value: f64, unit: Option<&str>) -> String {
    let text = format!("{value:.1}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    unit.map_or_else(|| text.to_owned(), |unit| format!("{text} {unit}"))
}

#[cfg(test)]
mod tests {
    use super::apart;

    #[test]
    fn what_is_over_a_limit_looks_like_it() {
        assert_eq!(apart(2.02, 2.0, None), "2.02");
        assert_eq!(apart(95.0, 90.0, Some("%")), "95 %");
        assert_eq!(apart(90.004, 90.0, Some("%")), "90.004 %");
        assert_eq!(apart(9.998, 10.0, Some("%")), "9.998 %");
        assert_eq!(apart(9.94, 10.0, Some("%")), "9.9 %");
        assert_eq!(apart(90.000_01, 90.0, None), "90");
    }
}
