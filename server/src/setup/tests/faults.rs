//! Faults of the disk, killed runs, and two runs at once.

use std::{cell::Cell, io, path::PathBuf, thread};

use super::*;

#[test]
fn a_failure_in_the_middle_rolls_everything_back() {
    // The hook is written first. Then a folder cannot be created, since a file has its name.
    let folder = folder(&[
        ("Scripts/dcs-master", b"not a folder"),
        (EXPORT_LUA, b"-- mine"),
    ]);
    check_refused(folder.path(), NO_PORTS, "dcs-master");
}

/// A disk that fails after some operations.
struct FaultyDisk {
    operations: Cell<usize>,
    fault: Fault,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Fault {
    /// One operation fails, and the disk works again.
    Once,
    /// The process is killed: nothing happens any more.
    Kill,
}

impl FaultyDisk {
    fn new(operations: usize, fault: Fault) -> Self {
        let operations = Cell::new(operations);
        Self { operations, fault }
    }

    /// Counts an operation, and returns an error if it is the one that fails.
    fn operate(&self) -> io::Result<()> {
        let left = self.operations.get();
        match (left, self.fault) {
            (0, Fault::Once) => self.operations.set(usize::MAX),
            (0, Fault::Kill) => {}
            _ => {
                self.operations.set(left - 1);
                return Ok(());
            }
        }
        Err(io::Error::other("a fault"))
    }
}

impl Disk for FaultyDisk {
    fn write_beside(&self, path: &Path, bytes: &[u8]) -> io::Result<PathBuf> {
        if let Err(error) = self.operate() {
            if self.fault == Fault::Kill {
                RealDisk.write_beside(path, &bytes[..bytes.len() / 2])?;
            }
            return Err(error);
        }
        RealDisk.write_beside(path, bytes)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.operate().and_then(|()| RealDisk.rename(from, to))
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.operate().and_then(|()| RealDisk.remove_file(path))
    }

    fn create_dir(&self, path: &Path) -> io::Result<()> {
        self.operate().and_then(|()| RealDisk.create_dir(path))
    }

    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        self.operate().and_then(|()| RealDisk.remove_dir(path))
    }
}

/// Returns write folders of different kinds, into which nothing is installed yet.
fn beginnings() -> [tempfile::TempDir; 3] {
    [
        folder(&[("Config/options.lua", b"options = {}")]),
        folder(&[
            (EXPORT_LUA, b"a()\r\ndo return end"),
            ("Scripts/Hooks/", b""),
        ]),
        folder(&[
            ("scripts/export.lua", b"a()\n"),
            ("scripts/hooks/other.lua", b""),
        ]),
    ]
}

type Run = fn(&dyn Disk, &Path) -> Result<(), InstallError>;

/// Lets `run` fail at each of its operations in turn, in each folder of [`beginnings`] after
/// `prepare`. `check` gets the folder, its contents before `prepare`, and those before `run`.
fn at_each_operation(
    fault: Fault,
    prepare: impl Fn(&Path),
    run: Run,
    check: impl Fn(&Path, &Tree, &Tree),
) {
    for index in 0..beginnings().len() {
        for operations in 0.. {
            let folder = &beginnings()[index];
            let folder = folder.path();
            let first = tree(folder);
            prepare(folder);
            let before = tree(folder);
            if run(&FaultyDisk::new(operations, fault), folder).is_ok() {
                assert!(operations > 5, "only {operations} operations");
                break;
            }
            check(folder, &first, &before);
        }
    }
}

type Tree = BTreeMap<String, Option<Vec<u8>>>;

fn nothing(_: &Path) {}

#[test]
fn a_failure_at_any_operation_rolls_everything_back() {
    for (prepare, run) in [
        (nothing as fn(&Path), do_install as Run),
        (installed, do_uninstall),
    ] {
        at_each_operation(Fault::Once, prepare, run, |folder, first, before| {
            let after = tree(folder);
            if after.contains_key(JOURNAL) {
                // Everything was done or rolled back, and only the journal could not be removed.
                run(&RealDisk, folder).unwrap();
                do_uninstall(&RealDisk, folder).unwrap();
                assert_eq!(tree(folder), *first);
            } else {
                assert_eq!(after, *before);
            }
        });
    }
}

#[test]
fn a_killed_install_is_finished_by_the_next() {
    at_each_operation(Fault::Kill, nothing, do_install, |killed, _, _| {
        do_install(&RealDisk, killed).unwrap();
        assert!(beginnings().iter().any(|clean| {
            installed(clean.path());
            tree(clean.path()) == tree(killed)
        }));
    });
}

#[test]
fn uninstall_removes_a_killed_install() {
    at_each_operation(Fault::Kill, nothing, do_install, |killed, first, _| {
        do_uninstall(&RealDisk, killed).unwrap();
        assert_eq!(tree(killed), *first);
    });
}

#[test]
fn a_killed_uninstall_is_finished_by_the_next() {
    at_each_operation(Fault::Kill, installed, do_uninstall, |killed, first, _| {
        do_uninstall(&RealDisk, killed).unwrap();
        assert_eq!(tree(killed), *first);
    });
}

#[test]
fn install_works_after_a_killed_uninstall() {
    at_each_operation(
        Fault::Kill,
        installed,
        do_uninstall,
        |killed, first, before| {
            do_install(&RealDisk, killed).unwrap();
            assert_eq!(tree(killed), *before);
            do_uninstall(&RealDisk, killed).unwrap();
            assert_eq!(tree(killed), *first);
        },
    );
}

#[test]
fn a_run_that_is_killed_twice_is_repaired_too() {
    at_each_operation(Fault::Kill, nothing, do_install, |killed, first, _| {
        let other = Ports {
            hook: Some(6000),
            export: Some(6001),
        };
        let again = FaultyDisk::new(9, Fault::Kill);
        let _ = install_on(&again, killed, &scripts(), other);
        do_install(&RealDisk, killed).unwrap();
        do_uninstall(&RealDisk, killed).unwrap();
        assert_eq!(tree(killed), *first);
    });
}

#[test]
fn two_runs_at_once_give_the_result_of_one() {
    for _ in 0..20 {
        let folder = folder(&[(EXPORT_LUA, b"a()\n")]);
        let before = tree(folder.path());
        let both = |run: Run| {
            thread::scope(|scope| {
                let runs = [(); 2].map(|()| scope.spawn(|| run(&RealDisk, folder.path())));
                for run in runs {
                    run.join().unwrap().unwrap();
                }
            });
        };
        both(do_install);
        let after = tree(folder.path());
        installed(folder.path());
        assert_eq!(tree(folder.path()), after);
        assert_eq!(
            after["Scripts/dcs-master/link.lua"],
            Some(b"-- link\n".to_vec())
        );
        both(do_uninstall);
        assert_eq!(tree(folder.path()), before);
    }
}
