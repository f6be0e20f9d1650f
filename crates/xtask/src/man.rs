//! Manual pages of the tools, generated from their command lines.

mod page;
mod shared;

use crate::files::Generated;
use crate::tools::commands;

/// One page a tool; its verbs are sections of it.
pub(crate) fn pages() -> Vec<Generated> {
    let files = commands()
        .iter()
        .map(|tool| (format!("{}.1", tool.get_name()), page::page(tool)))
        .collect();
    vec![Generated { folder: "man", prefix: "ir-", suffix: ".1", files }]
}

#[cfg(test)]
mod tests {
    use std::fs;

    use crate::files::root;

    /// The words of the section of ir-record(5) that `heading` begins.
    fn words_of(page: &str, heading: &str) -> Vec<String> {
        let from =
            page.find(heading).unwrap_or_else(|| panic!("man/ir-record.5 lacks {heading:?}"));
        let section = &page[from + heading.len()..];
        let end =
            [".SS ", ".SH "].iter().filter_map(|next| section.find(&format!("\n{next}"))).min();
        let text =
            section[..end.unwrap_or(section.len())].replace("\\fB", " ").replace("\\fR", " ");
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        text.split(|c| !word(c)).map(str::to_owned).collect()
    }

    #[test]
    fn the_hand_written_page_names_every_field_of_every_record() {
        let page = fs::read_to_string(root().join("man/ir-record.5")).unwrap();
        let common = words_of(&page, ".SH \"COMMON PARTS\"");
        for (kind, schema) in ir_core::wire::schemas() {
            let section = words_of(&page, &format!(".SS {kind}\n"));
            let parts = schema["$defs"].as_object().into_iter().flatten().map(|(_, part)| part);
            for part in parts.chain([&schema["properties"]["data"]]) {
                for field in
                    part["properties"].as_object().into_iter().flat_map(|fields| fields.keys())
                {
                    assert!(
                        section.contains(field) || common.contains(field),
                        "man/ir-record.5: {kind} lacks {field}"
                    );
                }
            }
        }
    }
}
