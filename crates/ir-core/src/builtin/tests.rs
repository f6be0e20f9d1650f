use super::{profile, profile_names, profile_text, sop};

#[test]
fn every_document_loads() {
    if let Err(faults) = sop() {
        panic!("{}", faults.iter().map(|f| format!("\n{f}")).collect::<String>());
    }
    for name in profile_names() {
        if let Err(faults) = profile(name).unwrap() {
            panic!("{name}{}", faults.iter().map(|f| format!("\n{f}")).collect::<String>());
        }
    }
    assert!(profile("nobody").is_none() && profile_text("nobody").is_none());
}
