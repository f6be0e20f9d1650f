use super::{load_profile, load_sop};
#[test]
fn try_it() {
    for text in ["", "a", "profile: 1\nprofile: 2\napp: {name: x}\n","profile: 1\napp: {name: x, vresion: 1}\nlogs:\n  - id: a\n    pth: b\n    format: {text: {first: '^a', ts: x}}\n  - 5\n", "a: [b", "a: *x", "- a\n- b\n", "? [a]\n: b\n", "profile: one\napp: no\nevents: {}\n", "profile: 1\napp: {name: x}\n---\nb: 1\n", "a: !!foo b", "\tx: 1", "profile: 1\napp:\n  name: x\nmetrics:\n  foo: {events: [a], gauge: [b]}\n  bar: {evnts: [a]}\n  baz: {}\n  q: live\nrules:\n  - 5\n  - cpu > 1\n  - {wen: a}\n  - when: true\n"] {
        match load_profile("p.yaml", text) {
            Ok(_) => println!("ok {text:?}"),
            Err(e) => { println!("--- {text:?}"); for e in e { println!("  {e}"); } }
        }
    }
    let deep = "[".repeat(20000);
    println!("{:?}", load_profile("p", &deep).map(|_| ()));
    let bomb = format!("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n{}", (1..10).map(|i| format!("a{i}: &a{i} [{}]\n", vec![format!("*a{}", i-1); 10].join(","))).collect::<String>());
    println!("{:?}", load_sop("p", &bomb).map(|_| ()));
}
