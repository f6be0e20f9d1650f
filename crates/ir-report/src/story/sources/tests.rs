use ir_core::wire::{ReadStatus, SourceRead};

use super::{PRIVATE, folder, log, rows};
use crate::md::line;

fn private(id: &str, path: &str, lines: u64) -> SourceRead {
    let mut source = SourceRead::unread(id, Some(path.into()), ReadStatus::Read, None);
    source.private = true;
    source.lines = lines;
    source
}

fn shown(sources: &[SourceRead]) -> Vec<String> {
    let cells = |row: &super::Row<'_>| row.cells().iter().map(line).collect::<Vec<_>>().join(" | ");
    rows([("ir-detect", sources)].into_iter()).iter().map(cells).collect()
}

#[test]
fn many_private_files_of_one_log_share_a_row_and_nothing_is_lost() {
    let files = |n: usize| -> Vec<_> {
        (0..n)
            .map(|i| private(&format!("turns-{i:08x}"), &format!("s/talk/{i}.jsonl"), 3))
            .collect()
    };
    assert_eq!(shown(&files(PRIVATE)).len(), PRIVATE);

    let mut many = files(PRIVATE + 1);
    many.push(private("raw-0badcafe", "s/raw/x.jsonl", 4));
    many[3].status = ReadStatus::Partial;
    many[3].reason = Some("permission denied".into());
    let mut open = private("main", "s/app.log", 5);
    open.private = false;
    many.insert(0, open);
    let rows = shown(&many);
    assert_eq!(rows.len(), 3, "{rows:#?}");
    assert!(
        rows[0].starts_with("`main` | ir-detect | `s/app.log` | to the end | 5 |"),
        "{}",
        rows[0]
    );
    assert!(
        rows[1].starts_with(
            "`turns` | ir-detect | 9 files in `s/talk/` | 1 of 9 **not to the end** | 27 |"
        ),
        "{}",
        rows[1]
    );
    assert!(
        rows[1].ends_with("private: its text was not looked at, permission denied"),
        "{}",
        rows[1]
    );
    assert!(
        rows[2].starts_with("`raw` | ir-detect | `s/raw/x.jsonl` | to the end | 4 |"),
        "{}",
        rows[2]
    );
}

#[test]
fn the_name_of_a_log_is_what_stands_before_the_digits_of_a_file() {
    for (id, want) in [
        ("turns-a9f0ab13", "turns"),
        ("raw_api-2-a9f0ab13", "raw_api-2"),
        ("main", "main"),
        ("main-a9f0ab1", "main-a9f0ab1"),
        ("main-a9f0ab1z", "main-a9f0ab1z"),
        ("größe-ééää", "größe-ééää"),
    ] {
        assert_eq!(log(id), want);
    }
}

#[test]
fn the_folder_that_paths_share_ends_at_a_slash() {
    for (a, b, want) in [
        ("a/b/c.log", "a/b/d.log", "a/b/"),
        ("a/b/c.log", "a/bc/d.log", "a/"),
        ("c.log", "d.log", ""),
        ("a/é.log", "a/è.log", "a/"),
        ("/x", "/y", "/"),
    ] {
        assert_eq!(folder(a, b), want);
    }
}
