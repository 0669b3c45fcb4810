//! Each file of `lua-cases` has the same results, globals and error in defgen's interpreter and in
//! real Lua 5.1.

use std::{fs, path::Path};

use defgen::limits::Limits;

mod oracle;

#[test]
fn cases_have_the_same_results_as_in_real_lua() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lua-cases");
    let files = fs::read_dir(folder).expect("the folder of cases");
    let mut paths: Vec<_> = files.map(|file| file.expect("a case").path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "there are no cases");
    let mut differences = String::new();
    for path in paths {
        let code = fs::read(&path).expect("a case can be read");
        if let Some(difference) = oracle::difference(&code, &Limits::default()) {
            differences += &format!("{}\n{difference}", path.display());
        }
    }
    assert!(differences.is_empty(), "{differences}");
}
