//! The timeline as SVG.
//!
//! Places on the axis are percentages of the width and heights are pixels, so that the picture fills a phone as well as
//! a screen and its words keep their size.

use super::builder::Html;
use crate::chart::{Chart, Kind, Lane, Shown, Thing};
use crate::words::{self, count, time};

/// Heights, in pixels.
const MARK: f64 = 18.0;
const NAME: f64 = 26.0;
const ROW: f64 = 34.0;
const COLUMNS: f64 = 44.0;
const AXIS: f64 = 40.0;
/// Characters of a label; the box cuts what is longer than the picture is wide.
const LABEL: usize = 120;

/// Writes the figure, number `n` of the page.
pub(super) fn draw(html: &mut Html, chart: &Chart, n: usize) {
    let top = MARK * chart.marks.len() as f64 + 6.0;
    let height = top + chart.lanes.iter().map(height).sum::<f64>() + AXIS;
    html.open("figure", &[]);
    let (title, about) = (format!("c{n}t"), format!("c{n}d"));
    html.open(
        "svg",
        &[
            ("role", "img"),
            ("aria-labelledby", &format!("{title} {about}")),
            ("width", "100%"),
            ("height", &px(height)),
        ],
    );
    let span = format!("Timeline from {} to {} UTC", time(chart.axis.from), time(chart.axis.to));
    html.element("title", &[("id", &title)], &span);
    html.element("desc", &[("id", &about)], &chart.described());
    grid(html, chart, height);
    marks(html, chart, height);
    let mut y = top;
    for lane in &chart.lanes {
        draw_lane(html, lane, y);
        y += self::height(lane);
    }
    html.close();
    html.open("figcaption", &[]);
    html.text("All times are UTC. ");
    if chart
        .lanes
        .iter()
        .any(|lane| lane.kind == Kind::Alerts && matches!(lane.shown, Shown::Rows(_)))
    {
        html.text("The thin bar before an alert is the window of its rule; an arrow says that it has not ended. ");
    }
    for note in &chart.notes {
        html.text(note);
        html.text(" ");
    }
    html.close();
    html.close();
}

/// A bar for `part` of the whole, from 0 to 1.
pub(super) fn bar(html: &mut Html, part: f64, minus: bool) {
    html.open(
        "svg",
        &[("class", "bar"), ("width", "100%"), ("height", "10"), ("aria-hidden", "true")],
    );
    let class = if minus { "minus" } else { "plus" };
    shape(
        html,
        "rect",
        &[("class", class), ("width", &percent(part)), ("height", "10"), ("rx", "2")],
    );
    html.close();
}

fn height(lane: &Lane) -> f64 {
    NAME + match &lane.shown {
        Shown::Rows(rows) => ROW * rows.len() as f64,
        Shown::Columns(_) => COLUMNS + 10.0,
    }
}

/// The axis with its ticks, behind everything.
fn grid(html: &mut Html, chart: &Chart, height: f64) {
    let base = height - AXIS + 6.0;
    let (from, to) = (percent(chart.axis.begin()), percent(chart.axis.end()));
    line(html, "axis", [&from, &px(base), &to, &px(base)]);
    for tick in chart.axis.ticks() {
        let x = percent(tick.at);
        line(html, "tick", [&x, "0", &x, &px(base + 4.0)]);
        let anchor = if tick.at < 0.06 {
            "start"
        } else if tick.at > 0.94 {
            "end"
        } else {
            "middle"
        };
        html.element(
            "text",
            &[("class", "tick"), ("x", &x), ("y", &px(base + 17.0)), ("text-anchor", anchor)],
            &tick.label,
        );
        if let Some(day) = &tick.day {
            html.element(
                "text",
                &[("class", "tick"), ("x", &x), ("y", &px(base + 31.0)), ("text-anchor", anchor)],
                day,
            );
        }
    }
}

/// Lines through all lanes, with their words above them.
fn marks(html: &mut Html, chart: &Chart, height: f64) {
    for (n, (word, at, place)) in chart.marks.iter().enumerate() {
        let x = percent(*place);
        let y = MARK * n as f64;
        line(html, "mark", [&x, &px(y), &x, &px(height - AXIS + 6.0)]);
        let (anchor, shift) = if *place > 0.5 { ("end", "-5") } else { ("start", "5") };
        let clock = at.0.strftime("%H:%M:%S").to_string();
        html.element(
            "text",
            &[
                ("class", "mark"),
                ("x", &x),
                ("dx", shift),
                ("y", &px(y + 11.0)),
                ("text-anchor", anchor),
            ],
            &format!("{word} {clock}"),
        );
    }
}

fn draw_lane(html: &mut Html, lane: &Lane, y: f64) {
    html.element(
        "text",
        &[("class", "lane"), ("x", "0"), ("y", &px(y + 18.0))],
        &format!("{} ({})", lane.kind.words(), count(lane.count as u64)),
    );
    let y = y + NAME;
    match &lane.shown {
        Shown::Rows(rows) => {
            for (n, row) in rows.iter().enumerate() {
                draw_row(html, class(lane.kind), row, y + ROW * n as f64);
            }
        }
        Shown::Columns(columns) => draw_columns(html, class(lane.kind), columns, y),
    }
}

fn draw_row(html: &mut Html, class: &'static str, thing: &Thing, y: f64) {
    html.open("g", &[("class", class)]);
    html.element("title", &[], &format!("{}, {}", time(thing.at), thing.text));
    let label: String = thing.text.chars().take(LABEL).collect();
    html.element("text", &[("class", "label"), ("x", "0"), ("y", &px(y + 11.0))], &label);
    let middle = y + 22.0;
    if let Some(window) = thing.window {
        let width = percent(thing.from - window);
        shape(
            html,
            "rect",
            &[
                ("class", "window"),
                ("x", &percent(window)),
                ("y", &px(middle - 2.0)),
                ("width", &width),
                ("height", "4"),
            ],
        );
    }
    let (from, to) = (percent(thing.from), percent(thing.to));
    if thing.to > thing.from {
        let width = percent(thing.to - thing.from);
        shape(
            html,
            "rect",
            &[
                ("x", &from),
                ("y", &px(middle - 4.0)),
                ("width", &width),
                ("height", "8"),
                ("rx", "2"),
            ],
        );
    }
    sign(html, &from, middle, "M0-6 6 0 0 6-6 0z");
    if thing.open {
        sign(html, &to, middle, "M0-7 8 0 0 7z");
    }
    html.close();
}

fn draw_columns(html: &mut Html, class: &'static str, columns: &[u64], y: f64) {
    let highest = columns.iter().max().copied().unwrap_or_default().max(1) as f64;
    let width = 1.0 / columns.len().max(1) as f64;
    html.open("g", &[("class", class)]);
    for (n, count) in columns.iter().enumerate().filter(|(_, count)| **count > 0) {
        let tall = (*count as f64 / highest * COLUMNS).max(3.0);
        html.open(
            "rect",
            &[
                ("x", &percent(width * n as f64)),
                ("y", &px(y + COLUMNS - tall)),
                ("width", &percent(width * 0.8)),
                ("height", &px(tall)),
            ],
        );
        html.element("title", &[], &words::count(*count));
        html.close();
    }
    html.close();
}

/// A sign around a point.
fn sign(html: &mut Html, x: &str, y: f64, path: &str) {
    html.open("svg", &[("x", x), ("y", &px(y)), ("width", "1"), ("height", "1")]);
    shape(html, "path", &[("d", path)]);
    html.close();
}

fn line(html: &mut Html, class: &str, [x1, y1, x2, y2]: [&str; 4]) {
    shape(html, "line", &[("class", class), ("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2)]);
}

fn shape(html: &mut Html, name: &'static str, attributes: &[(&'static str, &str)]) {
    html.open(name, attributes);
    html.close();
}

const fn class(kind: Kind) -> &'static str {
    match kind {
        Kind::Alerts => "alerts",
        Kind::Changes => "changes",
        Kind::Findings => "findings",
        Kind::Response => "response",
    }
}

fn percent(part: f64) -> String {
    format!("{:.2}%", part * 100.0)
}

fn px(pixels: f64) -> String {
    format!("{pixels:.0}")
}
