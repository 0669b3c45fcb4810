//! Makes cargo rebuild the crate when a file is added to or removed from the sample install.

fn main() {
    println!("cargo::rerun-if-changed=../tests/sample-install");
}
