//! Compiles the crate anew when a file is added to or removed from a folder that it embeds.

fn main() {
    println!("cargo::rerun-if-changed=../lua");
    println!("cargo::rerun-if-changed=web");
}
