//! The `dcs-master` program: reads the arguments and hands over.

use std::process::ExitCode;

fn main() -> ExitCode {
    dcs_master::cli::main()
}
