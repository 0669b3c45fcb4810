//! The `dcs-master` program; its work is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    dcs_master::cli::main()
}
