use proptest::prelude::*;

use super::*;

const ENTRIES: &[(&str, &str)] = &[
    ("LANDING_GEAR_LEVER", "gear.Lever"),
    ("GEAR_HORN_CUTOUT", "gear.Horn"),
    ("ALTIMETER_SETTING", "altimeter.Baro"),
    ("MASTER_CAUTION_RESET", "caution.Master"),
    ("MASTER_ARM", "weapons.Arm"),
    ("MASTER_ARM_COVER", "weapons.ArmCover"),
    ("UFC_KEY_1", "ufc.Key_1"),
    ("UFC_KEY_10", "ufc.Key_10"),
    ("LEFT_ENGINE_FUEL_SHUTOFF_VALVE", "Button_1"),
    ("FLAP_SWITCH", "ctrl.FlapSw"),
];

fn find(query: &str) -> Vec<&'static str> {
    let hits = search(query, 20, |query| {
        let fits = ENTRIES.iter().filter_map(|(id, command)| {
            let entry = Entry {
                names: &[id],
                others: &[command],
                device: "",
                is_gauge: false,
                kind: None,
            };
            Some((*id, query.fit(&entry)?))
        });
        (ENTRIES.len(), fits.collect())
    });
    assert!(hits.iter().all(|hit| (0.0..=1.0).contains(&hit.share)));
    hits.into_iter().map(|hit| hit.entry).collect()
}

#[track_caller]
fn check(query: &str, first: &[&str]) {
    let found = find(query);
    assert_eq!(found.get(..first.len()), Some(first), "{query}: {found:?}");
}

#[test]
fn entries_with_more_words_of_the_query_rank_higher() {
    check("gear lever", &["LANDING_GEAR_LEVER", "GEAR_HORN_CUTOUT"]);
    check(
        "master arm",
        &["MASTER_ARM", "MASTER_ARM_COVER", "MASTER_CAUTION_RESET"],
    );
    check("arm guard", &["MASTER_ARM_COVER"]);
    check("ufc 1", &["UFC_KEY_1", "UFC_KEY_10"]);
    check("ufc 01", &["UFC_KEY_1"]);
}

#[test]
fn beginnings_abbreviations_and_other_texts_fit() {
    check("alti baro", &["ALTIMETER_SETTING"]);
    check("l eng fuel", &["LEFT_ENGINE_FUEL_SHUTOFF_VALVE"]);
    check("mast caut", &["MASTER_CAUTION_RESET"]);
    check("weapons", &["MASTER_ARM", "MASTER_ARM_COVER"]);
    check("efs valve", &["LEFT_ENGINE_FUEL_SHUTOFF_VALVE"]);
    check("flap handle", &["FLAP_SWITCH"]);
    check("shut off valve", &["LEFT_ENGINE_FUEL_SHUTOFF_VALVE"]);
    check("cutoutt gearhorn", &["GEAR_HORN_CUTOUT"]);
}

#[test]
fn compounds_fit_in_all_their_spellings() {
    let quality = |word: &str, first, second| {
        Word::new(word.to_owned()).compound_quality(first, second) > quality::FOUND
    };
    assert!(quality("crossfeed", "CROSS", "FEED"));
    assert!(quality("backlights", "Back", "light"));
    assert!(quality("intercom", "INTER", "COMM"));
    assert!(!quality("intercom", "INTER", "PHONE"));
    assert!(!quality("interphone", "INTER", "COMM"));
    assert!(!quality("light", "L", "IGHT"));
}

#[test]
fn the_end_of_a_word_fits_in_singular_and_plural() {
    let quality = |word: &str, token| Word::new(word.to_owned()).quality(token);
    assert_eq!(quality("light", "EXTLIGHTS"), quality::END);
    assert_eq!(quality("gunsight", "Sight"), quality::END);
    assert_eq!(quality("gunsight", "ARMAMENT"), 0.0);
}

#[test]
fn the_thing_counts_more_than_its_property() {
    let find = |query: &str, entries: &[(&'static str, Kind)]| {
        let hits = search(query, 1, |query| {
            let fits = entries.iter().filter_map(|&(id, kind)| {
                let kind = Some(kind);
                let (names, others) = (&[id][..], &[][..]);
                Some((
                    id,
                    query.fit(&Entry {
                        names,
                        others,
                        device: "",
                        is_gauge: false,
                        kind,
                    })?,
                ))
            });
            (entries.len(), fits.collect())
        });
        hits[0].entry
    };
    let volumes = [
        ("STALL_VOLUME", Kind::Axis),
        ("SIGNAL_VOLUME", Kind::Axis),
        ("FM_SWITCH_1", Kind::Switch),
        ("FM_SWITCH_2", Kind::Axis),
        ("FM_HOMING", Kind::Switch),
    ];
    assert_eq!(find("FM volume", &volumes), "FM_SWITCH_2");
    assert_eq!(find("FM switch", &volumes), "FM_SWITCH_1");
}

/// The words of a list of positions are found, but do not make a name longer.
#[test]
fn a_list_of_positions_is_no_part_of_a_name() {
    let hints = [
        "Generator Switch, ON/OFF",
        "Generator Reset",
        "Hook Switch, FIELD/CARRIER",
    ];
    let find = |query: &str| {
        let hits = search(query, 3, |query| {
            let fit = |&hint: &&'static str| {
                let (names, others) = (&[hint][..], &[][..]);
                let (is_gauge, kind) = (false, None);
                let entry = Entry {
                    names,
                    others,
                    device: "",
                    is_gauge,
                    kind,
                };
                Some((hint, query.fit(&entry)?))
            };
            (hints.len(), hints.iter().filter_map(fit).collect())
        });
        hits.into_iter().map(|hit| hit.entry).collect::<Vec<_>>()
    };
    assert_eq!(find("gener"), hints[..2]);
    assert_eq!(find("carrier"), hints[2..]);
}

#[test]
fn a_word_that_no_entry_has_does_not_empty_the_list() {
    check("gear xyzzy", &["LANDING_GEAR_LEVER", "GEAR_HORN_CUTOUT"]);
    assert!(find("xyzzy").is_empty());
    assert_eq!(find("").len(), ENTRIES.len());
}

#[test]
fn typing_errors_are_allowed_if_nothing_else_fits() {
    check("cuation", &["MASTER_CAUTION_RESET"]);
    check("shutof vlave", &["LEFT_ENGINE_FUEL_SHUTOFF_VALVE"]);
    // A name with a typing error goes before others with as many words.
    check("UFC_KEYS_01", &["UFC_KEY_1"]);
    check("MASTRE_ARM", &["MASTER_ARM"]);
    // An entry has this word, so no other word is taken for a misspelt one.
    assert!(!find("flap").contains(&"GEAR_HORN_CUTOUT"));
}

proptest! {
    #[test]
    fn any_query_of_any_entry_is_answered(query in "\\PC{0,80}", text in "\\PC{0,80}") {
        let query = Query::new(&query);
        let fit = query.fit(&Entry { names: &[&text], others: &[&text], device: &text, is_gauge: false, kind: None });
        prop_assert!(fit.is_none_or(|fit| fit.share <= 1.0));
    }

    #[test]
    fn an_entry_is_found_by_its_id(index in 0..ENTRIES.len()) {
        prop_assert_eq!(find(ENTRIES[index].0)[0], ENTRIES[index].0);
        let words = ENTRIES[index].0.replace('_', " ").to_lowercase();
        prop_assert_eq!(find(&words)[0], ENTRIES[index].0);
    }
}
