//! Each file of `lua-cases` gives the same in defgen's evaluator and in real Lua 5.1: what it
//! returns, the globals it leaves, the error it ends with.

use std::{fs, path::Path};

mod oracle;

#[test]
fn cases_give_the_same_as_in_real_lua() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lua-cases");
    let files = fs::read_dir(folder).expect("the folder of cases");
    let mut paths: Vec<_> = files.map(|file| file.expect("a case").path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "there are no cases");
    for path in paths {
        let code = fs::read(&path).expect("a case can be read");
        let (ours, real) = (oracle::ours(&code), oracle::real(&code));
        assert_eq!(ours, real, "{}", path.display());
    }
}
