use serde_json::{Value, json};

use super::*;

const CONTROLS: &str = r#"[
    {"name": "PNT_8", "id": "GEAR", "hint": "Gear", "device": {"number": 2, "name": "GEAR"}, "actions": [
        {"command": {"number": 3001}, "arg": 8, "kind": "switch", "values": [0, 1], "labels": ["UP", "DOWN"]}]},
    {"name": "PNT_10", "id": "DIMMER", "device": {"number": 3}, "actions": [
        {"command": {"number": 3003}, "arg": 10, "kind": "axis", "limits": [0, 1]}]}
]"#;
const GAUGES: &str = r#"[{"name": "OIL", "arg_number": 5}]"#;

fn files(aircraft: &[&str], defs: &Path) -> ReferenceFiles {
    let mut files = ReferenceFiles::default();
    let display = "6:txt_VIT:7".parse().expect("a display");
    for name in aircraft {
        let tables = Tables::new(
            Default::default(),
            Default::default(),
            serde_json::from_str(GAUGES).expect("gauges"),
            serde_json::from_str(CONTROLS).expect("controls"),
        );
        let counts = files.add(name, &tables, defs, std::slice::from_ref(&display));
        assert_eq!(counts.expect("added"), [2, 2, 1]);
    }
    files
}

#[test]
fn entries_have_the_fields_that_programs_read() {
    let defs = tempfile::tempdir().expect("a folder");
    let files = files(&["T-1 2"], defs.path()).files().expect("JSON");
    let read = |name: &str| serde_json::from_str::<Value>(&files[name]).expect("JSON");
    let module = read("T-1 2.json");
    let expected = json!({
        "category": "GEAR",
        "control_type": "selector",
        "identifier": "GEAR_8",
        "description": "Gear",
        "positions": ["UP", "DOWN"],
        "inputs": [
            {"interface": "fixed_step", "description": "switch to previous or next state"},
            {"interface": "set_state", "description": "set position", "max_value": 1},
            {"interface": "action", "description": "toggle switch state", "argument": "TOGGLE"}
        ],
        "outputs": [{
            "type": "integer", "address": 0xCD20, "suffix": "", "description": "selector position",
            "mask": 0x7FFF, "shift_by": 0, "max_value": 1,
            "address_mask_identifier": "T_1_2_GEAR_8_AM",
            "address_mask_shift_identifier": "T_1_2_GEAR_8"
        }]
    });
    assert_eq!(module["GEAR"]["GEAR_8"], expected);
    let text = &module["Displays"]["TXT_VIT_T6"]["outputs"][0];
    assert_eq!(
        (&text["address"], &text["max_length"]),
        (&json!(0xF420), &json!(7))
    );
    assert_eq!(module["Lamps"]["OIL_L5"]["outputs"][0]["shift_by"], 15);
    assert_eq!(
        read("AircraftAliases.json"),
        json!({"": ["CommonData"], "T-1 2": ["CommonData", "T-1 2"]})
    );
    assert_eq!(
        read("MetadataStart.json")["Metadata"]["_ACFT_NAME"]["outputs"][0]["max_length"],
        24
    );
    let common = read("CommonData.json");
    let altitude = json!({
        "type": "integer", "address": 0x434, "suffix": "",
        "description": "Altitude above sea level, feet",
        "mask": 65535, "shift_by": 0, "max_value": 65535,
        "address_identifier": "CommonData_ALT_MSL_FT_A",
        "address_mask_shift_identifier": "CommonData_ALT_MSL_FT"
    });
    assert_eq!(
        common["Altitude"]["ALT_MSL_FT"]["outputs"],
        json!([altitude])
    );
    assert_eq!(
        common["Position"]["LAT_Z_DIR"]["outputs"][0]["max_length"],
        1
    );
    for line in [
        "#define CommonData_LAT_DEG 0x041E, 0x7F00, 8",
        "#define CommonData_IAS_US_A 0x0428",
        "#define MetadataEnd_UPDATE_COUNTER 0xFFFE, 0x00FF, 0",
        "#define T_1_2_GEAR_8 0xCD20, 0x7FFF, 0",
        "#define T_1_2_DIMMER_10_A 0xA614",
        "#define T_1_2_OIL_L5_AM 0xCD1A, 0x8000",
        "#define T_1_2_TXT_VIT_T6_A 0xF420",
    ] {
        assert!(
            files["Addresses.h"].lines().any(|own| own == line),
            "{line}"
        );
    }
}

#[test]
fn the_reference_of_dcs_bios_itself_is_not_overwritten() {
    let defs = tempfile::tempdir().expect("a folder");
    let out = tempfile::tempdir().expect("a folder");
    let files = files(&["Trainer"], defs.path());
    files.write(out.path()).expect("an empty folder");
    files.write(out.path()).expect("our own files");
    fs::write(out.path().join(HEADER), "#define A_10C 1\n").expect("written");
    let error = files.write(out.path()).expect_err("it is foreign");
    assert!(error.to_string().contains("another folder"), "{error}");
}

#[test]
fn one_folder_has_the_modules_of_a_hosted_dcs_bios_too() {
    let (defs, bios) = (tempfile::tempdir(), tempfile::tempdir());
    let (defs, bios) = (defs.expect("a folder"), bios.expect("a folder"));
    let mut files = files(&["Trainer", "Plane"], defs.path());
    let error = files.add_host(bios.path()).expect_err("it is empty");
    assert!(error.to_string().contains("BIOS.lua"), "{error}");
    let put = |name: &str, text: &str| {
        let path = bios.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    };
    put("BIOS.lua", "");
    let error = files.add_host(bios.path()).expect_err("no reference");
    assert!(
        error.to_string().contains("no control reference"),
        "{error}"
    );
    put(
        "doc/json/AircraftAliases.json",
        r#"{"Jet_2": ["CommonData", "Plane"], "Glider": ["CommonData", "Glider"]}"#,
    );
    for name in [
        "CommonData",
        "Plane",
        "Glider",
        "MetadataStart",
        "MetadataEnd",
    ] {
        put(
            &format!("doc/json/{name}.json"),
            &format!("{{ \"{name}\": {{}} }}\n"),
        );
    }
    put(
        "doc/Addresses.h",
        "#define Glider_GEAR 0x1000, 0x0001, 0\n#define CommonData_LAT_DEG 0x041E, 0x7F00, 8\n",
    );
    assert_eq!(files.add_host(bios.path()).expect("a reference"), 2);
    assert!(files.is_hosted("Jet_2") && !files.is_hosted("Plane"));
    let written = files.files().expect("JSON");
    let aliases: Value = serde_json::from_str(&written["AircraftAliases.json"]).expect("JSON");
    let expected = json!({
        "": ["CommonData"],
        "Glider": ["CommonData", "Glider"],
        "Jet_2": ["CommonData", "Plane"],
        "Plane": ["CommonData", "Plane_tables"],
        "Trainer": ["CommonData", "Trainer"],
    });
    assert_eq!(aliases, expected);
    // Its own files are as they were, and each module has one.
    assert_eq!(written["Glider.json"], "{ \"Glider\": {} }\n");
    assert_eq!(written["CommonData.json"], "{ \"CommonData\": {} }\n");
    assert!(written["Plane_tables.json"].contains("GEAR_8"));
    assert_eq!(written.len(), 2 + 7);
    for line in [
        "#define Glider_GEAR 0x1000, 0x0001, 0",
        "#define CommonData_LAT_DEG 0x041E, 0x7F00, 8",
        "#define Trainer_GEAR_8 0xCD20, 0x7FFF, 0",
    ] {
        let count = written["Addresses.h"].lines().filter(|own| *own == line);
        assert_eq!(count.count(), 1, "{line}");
    }
    // Without the DCS-BIOS in the folder, what was written is ours to write again.
    let out = tempfile::tempdir().expect("a folder");
    files.write(out.path()).expect("an empty folder");
    files.write(out.path()).expect("our own files");
    let own = bios.path().join("doc/json");
    files
        .write(&own)
        .expect_err("the folder of DCS-BIOS itself");
}
