//! Tables that are read quickly, slowly, or not at all.

use std::fs;
use std::path::{Path, PathBuf};

use super::*;

/// A reader that hangs while the folder has a file `hang`. It reports that it is slow if the folder
/// has a file `slow`.
#[derive(Debug)]
struct Hanging(PathBuf);

impl TableReader for Hanging {
    fn read(&self, name: String, slow: oneshot::Sender<()>) -> Aircraft {
        if self.0.join("slow").exists() {
            let _ = slow.send(());
        } else {
            drop(slow);
        }
        while self.0.join("hang").exists() {
            std::thread::sleep(Duration::from_millis(1));
        }
        assert!(name != "Panic", "in a test");
        Aircraft::new(name, Tables::default())
    }

    fn own_stamp(&self, _: &str) -> Option<TablesStamp> {
        None
    }

    fn reread_own(&self, _: &Aircraft) -> Aircraft {
        unreachable!("nothing is watched")
    }
}

/// Returns a loader whose reads hang until the file in the folder is removed.
fn hanging() -> (TableLoader, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    put(folder.path(), "hang");
    let reader = Hanging(folder.path().to_owned());
    (TableLoader::new(Arc::new(reader)), folder)
}

fn put(folder: &Path, name: &str) {
    fs::write(folder.join(name), "").expect("a file");
}

fn resume(folder: &tempfile::TempDir) {
    fs::remove_file(folder.path().join("hang")).expect("the file");
}

#[tokio::test]
async fn values_are_passed_on_while_tables_are_made() {
    let (mut loader, folder) = hanging();
    put(folder.path(), "slow");
    loader.load(Some("A".into()));
    assert!(loader.holds_values());
    assert!(matches!(loader.next().await, TablesEvent::Slow));
    assert!(!loader.holds_values());
    resume(&folder);
    let news = loader.next().await;
    assert!(matches!(news, TablesEvent::ReadLate(aircraft) if aircraft.name == "A"));
}

#[tokio::test(start_paused = true)]
async fn a_quick_read_is_waited_for_in_several_turns() {
    let (mut loader, folder) = hanging();
    loader.load(Some("A".into()));
    for _ in 0..5 {
        tokio::select! {
            biased;
            news = loader.next() => panic!("{news:?}"),
            () = std::future::ready(()) => {}
        }
    }
    assert!(loader.holds_values());
    resume(&folder);
    assert!(matches!(loader.next().await, TablesEvent::Read(_)));
}

#[tokio::test(start_paused = true)]
async fn a_fault_costs_the_tables_and_not_the_aircraft() {
    let (mut loader, folder) = hanging();
    resume(&folder);
    loader.load(Some("Panic".into()));
    let news = loader.next().await;
    assert!(matches!(news, TablesEvent::Read(aircraft) if aircraft.name == "Panic"));
}

#[tokio::test(start_paused = true)]
async fn tables_that_are_read_at_once_are_waited_for() {
    let (mut loader, folder) = hanging();
    resume(&folder);
    loader.load(Some("A".into()));
    assert!(loader.holds_values());
    assert!(matches!(loader.next().await, TablesEvent::Read(aircraft) if aircraft.name == "A"));
    assert!(!loader.holds_values());
}

#[tokio::test(start_paused = true)]
async fn an_aircraft_that_appears_while_another_one_is_read_is_read_next() {
    let (mut loader, folder) = hanging();
    loader.load(Some("A".into()));
    loader.load(Some("B".into()));
    loader.load(None);
    assert!(!loader.holds_values());
    loader.load(Some("C".into()));
    assert!(loader.holds_values());
    resume(&folder);
    assert!(matches!(loader.next().await, TablesEvent::Read(aircraft) if aircraft.name == "C"));
}

#[tokio::test]
async fn a_folder_that_hangs_holds_values_back_for_a_moment_only() {
    let (mut loader, folder) = hanging();
    loader.load(Some("A".into()));
    assert!(loader.holds_values());
    assert!(matches!(loader.next().await, TablesEvent::Slow));
    assert!(!loader.holds_values());
    let late = |event, name| matches!(event, TablesEvent::Late(aircraft) if aircraft.name == name && aircraft.is_loading());
    assert!(late(loader.next().await, "A"));
    assert!(!loader.holds_values());
    // Other aircraft in the meantime are announced without tables, and nothing else is read.
    loader.load(None);
    loader.load(Some("B".into()));
    assert!(late(loader.next().await, "B"));
    assert!(!loader.holds_values());
    resume(&folder);
    let news = loader.next().await;
    assert!(
        matches!(news, TablesEvent::ReadLate(aircraft) if aircraft.name == "B" && !aircraft.is_loading())
    );
}
