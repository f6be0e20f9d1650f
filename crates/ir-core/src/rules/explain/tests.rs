use super::words;
use crate::rules::parse;
use jiff::SignedDuration;

#[test]
fn every_kind_of_condition_is_one_sentence() {
    for (text, sentence) in [
        (
            "cpu_usage > 90% for 5 minutes",
            "reads cpu_usage; fires when every sample for 5 minutes is over 90%, one that is not starts the time again",
        ),
        (
            "disk_space < 10% available",
            "reads disk_space, what is available of it; fires at a sample that is below 10%, resolves at the first one that is not",
        ),
        (
            "network_latency > 5000ms consistently",
            "reads network_latency; fires when at least 90% of the samples within 5 minutes, the newest among them, are over 5000ms; \
             needs at least 5 samples and 60% of those that their interval lets expect",
        ),
        (
            "terminal_renderer fps < 10 for 90 s",
            "reads fps of terminal_renderer; fires when every sample for 90 seconds is below 10, one that is not starts the time again",
        ),
        (
            "queue >= 1000 messages",
            "reads queue; fires at a sample that is at least 1000 messages, resolves at the first one that is not",
        ),
        (
            "plugin_failure_rate > 10% in 5 minutes",
            "takes the share of plugin_failure_rate within 5 minutes; fires when it is over 10%, resolves when it no longer is",
        ),
        (
            "db_failures > 5 in 1 minute",
            "counts db_failures; fires when the number within 1 minute is over 5, resolves when it no longer is",
        ),
        (
            "fps < 10 in 36 h",
            "takes the mean of fps within 36 hours; fires when it is below 10, resolves when it no longer is",
        ),
        (
            "tampering_detected",
            "fires when tampering_detected happens; repeats within 1 hour of the alert are counted, not alerted again",
        ),
    ] {
        assert_eq!(parse(text).unwrap().sentence(), sentence, "{text}");
    }
}

#[test]
fn durations_are_in_their_largest_whole_unit() {
    for (ms, text) in [
        (250, "250 milliseconds"),
        (1000, "1 second"),
        (60_000, "1 minute"),
        (86_400_000, "1 day"),
        (5_400_000, "90 minutes"),
    ] {
        assert_eq!(words(SignedDuration::from_millis(ms)), text);
    }
}
