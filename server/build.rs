//! Compiles the crate anew when a file is added to or removed from a folder that it embeds, and gives
//! the program for Windows its version.

fn main() {
    println!("cargo::rerun-if-changed=../lua");
    println!("cargo::rerun-if-changed=web");
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("windows") {
        add_version("dcs-master", "dcs-master, the bridge to home cockpits");
    }
}

/// Adds the version that Windows shows in the properties of the program. Without a resource compiler
/// only that is missing.
fn add_version(program: &str, description: &str) {
    let mut resource = winresource::WindowsResource::new();
    resource
        .set("ProductName", "dcs-master")
        .set("FileDescription", description)
        .set("OriginalFilename", &format!("{program}.exe"))
        .set("CompanyName", "The dcs-master developers")
        .set("LegalCopyright", "The dcs-master developers, MIT license");
    if let Err(error) = resource.compile_for(program) {
        println!("cargo::warning={program}.exe has no version resource: {error}");
    }
}
