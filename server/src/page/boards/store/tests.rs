use serde_json::json;

use super::*;

fn name(text: &str) -> BoardName {
    BoardName::new(text).unwrap()
}

struct Rig {
    disk: tempfile::TempDir,
    boards: Boards,
}

impl Rig {
    fn new() -> Self {
        let disk = tempfile::tempdir().unwrap();
        let boards = Boards::new(Some(disk.path().join("boards")));
        Self { disk, boards }
    }

    fn save(&self, board: &str, text: &str, condition: &Condition) -> Result<String, String> {
        let saved = self.boards.save(&name(board), text.as_bytes(), condition);
        saved
            .map(|(board, _)| board.tag)
            .map_err(|error| error.to_string())
    }

    fn files(&self) -> Vec<String> {
        let files = WalkDir::new(self.disk.path().join("boards")).min_depth(1);
        let names = files.sort_by_file_name().into_iter().flatten();
        names
            .map(|file| file.file_name().to_string_lossy().into_owned())
            .collect()
    }
}

#[test]
fn a_board_is_saved_listed_read_and_deleted() {
    let rig = Rig::new();
    assert_eq!(json!(rig.boards.list()), json!({"boards": []}));
    let tag = rig.save(
        "Left",
        r#"{"aircraft":"Kestrel_T1","items":[1]}"#,
        &Condition::IsNew,
    );
    let board = rig.boards.read(&name("left")).unwrap();
    assert_eq!(Ok(&board.tag), tag.as_ref());
    let list = json!(rig.boards.list());
    assert_eq!(list["boards"][0]["name"], "Left");
    assert_eq!(list["boards"][0]["aircraft"], "Kestrel_T1");
    rig.boards
        .delete(&name("LEFT"), &Condition::HasTag(vec![board.tag]))
        .unwrap();
    assert!(matches!(
        rig.boards.read(&name("Left")),
        Err(BoardError::Missing)
    ));
    assert_eq!(rig.files(), [""; 0]);
}

#[test]
fn two_pages_do_not_overwrite_each_other() {
    let rig = Rig::new();
    let first = rig.save("Left", "{}", &Condition::IsNew).unwrap();
    let changed = Err(BoardError::Changed.to_string());
    assert_eq!(rig.save("LEFT", "{}", &Condition::IsNew), changed);
    let of_first = Condition::HasTag(vec![first]);
    let second = rig.save("Left", r#"{"items":[]}"#, &of_first).unwrap();
    assert_eq!(rig.save("Left", r#"{"items":[7]}"#, &of_first), changed);
    let deleted = rig.boards.delete(&name("Left"), &of_first);
    assert!(matches!(deleted, Err(BoardError::Changed)));
    assert_eq!(rig.boards.read(&name("Left")).unwrap().tag, second);
    // Other spellings are the same board, in the same file.
    rig.save("lEFT", "{}", &Condition::None).unwrap();
    assert_eq!(rig.files(), ["Left.json"]);
}

#[test]
fn what_is_no_board_is_not_saved() {
    let rig = Rig::new();
    for text in [
        "",
        "[]",
        "1",
        "{",
        r#"{"aircraft":1}"#,
        "{}x",
        &"[".repeat(100_000),
    ] {
        let saved = rig.save("Left", text, &Condition::None);
        assert!(
            saved.unwrap_err().starts_with("this is not a board"),
            "{text:.20}"
        );
    }
    let large = json!({ "items": "x".repeat(MAX_BOARD) }).to_string();
    let saved = rig
        .boards
        .save(&name("Left"), large.as_bytes(), &Condition::None);
    assert!(matches!(saved, Err(BoardError::TooLarge)));
    assert_eq!(rig.files(), [""; 0]);
}

#[test]
fn foreign_files_are_named_or_left_out() {
    let rig = Rig::new();
    rig.save("Good", "{}", &Condition::None).unwrap();
    let folder = rig.disk.path().join("boards");
    fs::write(folder.join("Broken.json"), "no board").unwrap();
    fs::write(folder.join("notes.txt"), "x").unwrap();
    fs::create_dir(folder.join("folder.json")).unwrap();
    let list = json!(rig.boards.list());
    let names = list["boards"]
        .as_array()
        .unwrap()
        .iter()
        .map(|board| &board["name"]);
    assert_eq!(names.collect::<Vec<_>>(), ["Broken", "Good"]);
    assert!(list["boards"][0]["error"].is_string(), "{list}");
}

#[test]
fn there_are_not_too_many() {
    let rig = Rig::new();
    let folder = rig.disk.path().join("boards");
    fs::create_dir(&folder).unwrap();
    for number in 0..MAX_BOARDS {
        fs::write(folder.join(format!("{number}.json")), "{}").unwrap();
    }
    assert_eq!(
        rig.save("x", "{}", &Condition::None),
        Err(BoardError::TooMany.to_string())
    );
    rig.save("7", "{}", &Condition::None).unwrap();
}

#[test]
fn without_a_folder_there_are_none() {
    let boards = Boards::new(None);
    let saved = boards.save(&name("x"), b"{}", &Condition::None);
    assert!(matches!(saved, Err(BoardError::NoFolder)));
    assert_eq!(json!(boards.list()), json!({"boards": []}));
}

#[test]
fn a_board_is_kept_to_the_byte() {
    let rig = Rig::new();
    let text = "{ \"items\":[123456789012345678901234567890, 1.10, 1e2, \"\\u00fc\"],\r\n\"a\":1}";
    rig.save("Left", text, &Condition::None).unwrap();
    assert_eq!(rig.boards.read(&name("Left")).unwrap().text, text);
}

#[test]
fn any_board_or_one_of_several_can_be_the_condition() {
    let rig = Rig::new();
    let changed = Err(BoardError::Changed.to_string());
    assert_eq!(rig.save("Left", "{}", &Condition::Exists), changed);
    let tag = rig.save("Left", "{}", &Condition::None).unwrap();
    rig.save("Left", "{}", &Condition::Exists).unwrap();
    let either = Condition::HasTag(vec!["\"x\"".to_owned(), tag]);
    rig.save("Left", "{}", &either).unwrap();
}

#[cfg(unix)]
#[test]
fn links_folders_and_pipes_are_no_boards() {
    let rig = Rig::new();
    let folder = rig.disk.path().join("boards");
    fs::create_dir_all(folder.join("Folder.json")).unwrap();
    let secret = rig.disk.path().join("secret.json");
    fs::write(&secret, r#"{"secret":1}"#).unwrap();
    std::os::unix::fs::symlink(&secret, folder.join("Link.json")).unwrap();
    std::os::unix::fs::symlink("nowhere", folder.join("Nowhere.json")).unwrap();
    let pipe = std::process::Command::new("mkfifo")
        .arg(folder.join("Pipe.json"))
        .status();
    assert!(pipe.unwrap().success());
    for board in ["Folder", "Link", "Nowhere", "Pipe"] {
        let read = rig.boards.read(&name(board));
        assert!(matches!(read, Err(BoardError::NotAFile(_))), "{read:?}");
        let saved = rig.save(board, "{}", &Condition::None).unwrap_err();
        assert!(saved.ends_with("move it away"), "{saved}");
    }
    assert_eq!(json!(rig.boards.list()), json!({"boards": []}));
    assert_eq!(fs::read_to_string(secret).unwrap(), r#"{"secret":1}"#);
}
