use ir_core::wire::Time;

use super::{Row, folded, sorted};

fn row(time: Option<i64>, source: &str, line: Option<u64>, kind: &str) -> Row {
    Row {
        time: time.and_then(|s| Time::from_millis(s * 1000)),
        until: None,
        source: source.into(),
        line,
        id: None,
        kind: kind.into(),
        component: None,
        instance: None,
        text: String::new(),
        count: 1,
    }
}

#[test]
fn any_order_of_the_input_gives_the_same_rows() {
    let rows = vec![
        row(Some(1), "a", Some(1), "x"),
        row(Some(1), "b", Some(1), "x"),
        row(Some(2), "a", Some(2), "x"),
        row(None, "a", None, "x"),
    ];
    for turn in 0..rows.len() {
        let mut other = rows.clone();
        other.rotate_left(turn);
        other.push(rows[0].clone());
        assert_eq!(sorted(other), rows, "{turn}");
    }
}

#[test]
fn only_events_of_one_log_that_follow_each_other_are_put_together() {
    let rows = vec![
        row(Some(1), "a", Some(1), "x"),
        row(Some(2), "a", Some(2), "x"),
        row(Some(3), "b", Some(1), "x"),
        row(Some(4), "a", Some(3), "x"),
        row(Some(5), "a", None, "x"),
        row(Some(6), "a", None, "x"),
    ];
    let folded = folded(rows.clone());
    assert_eq!(folded.iter().map(|r| r.count).collect::<Vec<_>>(), [2, 1, 1, 1, 1]);
    assert_eq!(folded[0].until, rows[1].time);
}
