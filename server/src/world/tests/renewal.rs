//! Tests of the renewal of subscriptions when an aircraft appears or tables change.

use super::*;

#[test]
fn an_aircraft_is_announced_in_turns_of_bounded_work() {
    let mut rig = Rig::linked();
    let clients: Vec<_> = (0..8).map(|_| rig.join()).collect();
    for &client in &clients {
        for n in 0..1000 {
            rig.say(client, &format!("2 Gauge_{n} {n}"));
        }
        assert_eq!(rig.sent(client), [""; 0]);
    }
    rig.world.set_aircraft(Some(hundred_gauges()), rig.now);
    let (mut turns, mut lines) = (0, 0);
    loop {
        let told: usize = clients.iter().map(|&client| rig.sent(client).len()).sum();
        assert!(told <= TURN + clients.len(), "{told} in turn {turns}");
        (turns, lines) = (turns + 1, lines + told);
        if !rig.world.clients.have_tasks() {
            break;
        }
        rig.world.tick(rig.now);
    }
    // For a client, 1000 names are looked up and 100 gauges woken. It is sent the aircraft, and an
    // error for each unknown name.
    assert_eq!(turns, (8 * 1_100usize).div_ceil(TURN));
    assert_eq!(lines, 8 * (1 + 900));
    assert_eq!(
        rig.world.gauges.looked_up(),
        1000,
        "each name once, not for each client"
    );
}

#[test]
fn a_client_with_a_request_before_its_turn_gets_the_aircraft_first() {
    let mut rig = Rig::linked();
    let clients: Vec<_> = (0..3).map(|_| rig.join()).collect();
    for &client in &clients {
        (1..IN_A_TURN).for_each(|n| rig.say(client, &format!("2 {n} {n}")));
    }
    rig.say(clients[2], "2 Gauge_7 7");
    rig.world.set_aircraft(Some(hundred_gauges()), rig.now);
    rig.receive(FromSim::Args(vec![(7, 0.5)]));
    assert_eq!(rig.sent(clients[0]), ["0 X", "2 7 0.50000 1"]);
    assert_eq!(
        rig.sent(clients[2]),
        [""; 0],
        "not before it knows the aircraft"
    );
    rig.say(clients[2], "2 Gauge_8 x");
    let sent = rig.sent(clients[2]);
    assert_eq!(sent[..2], ["0 X", "2 7 0.50000 1"]);
    assert!(sent.len() == 3 && sent[2].starts_with("-1 id "), "{sent:?}");
    while rig.world.next_due().is_some() {
        rig.world.tick(rig.now);
    }
    assert_eq!(rig.sent(clients[1]), ["0 X", "2 7 0.50000 1"]);
    assert_eq!(rig.sent(clients[2]), [""; 0], "once");
}

#[test]
fn aircraft_that_follow_each_other_quickly_reach_all_clients() {
    let mut rig = Rig::linked();
    let clients: Vec<_> = (0..4).map(|_| rig.join()).collect();
    for &client in &clients {
        (0..IN_A_TURN).for_each(|n| rig.say(client, &format!("2 {n} {n}")));
    }
    let mut told = [0; 4];
    for _ in 0..8 {
        rig.world.set_aircraft(Some(hundred_gauges()), rig.now);
        for (told, &client) in told.iter_mut().zip(&clients) {
            *told += rig.sent(client).len();
        }
    }
    assert_eq!(told, [2; 4], "each in its turn");
}

#[test]
fn texts_of_a_display_are_sent_in_turns_and_later_changes_at_once() {
    let mut rig = Rig::linked();
    let clients: Vec<_> = (0..3).map(|_| rig.join()).collect();
    for &client in &clients {
        (0..IN_A_TURN).for_each(|n| rig.say(client, &format!("3 1 e{n} {n}")));
    }
    let show = |rig: &mut Rig, text: &str| {
        let rule = "-".repeat(41);
        rig.receive(FromSim::Indicator {
            indicator: 1,
            epoch: rig.world.texts.epoch(),
            text: Some(format!("{rule}\ne7\n{text}\n").into()),
        });
    };
    show(&mut rig, "one");
    let lines: Vec<_> = clients
        .iter()
        .map(|&client| rig.sent(client).len())
        .collect();
    // A text for each subscription, and an error for each element that the display lacks.
    assert_eq!(lines, [2 * IN_A_TURN - 1, 0, 0]);
    show(&mut rig, "two");
    let lines: Vec<_> = clients.iter().map(|&client| rig.sent(client)).collect();
    assert!(lines.iter().all(|lines| lines == &["3 7 two"]), "{lines:?}");
    while rig.world.next_due().is_some() {
        rig.world.tick(rig.now);
    }
    let lines: Vec<_> = clients
        .iter()
        .map(|&client| rig.sent(client).len())
        .collect();
    assert_eq!(lines, [0, 2 * IN_A_TURN - 2, 2 * IN_A_TURN - 2]);
}

#[test]
fn a_client_with_many_subscriptions_is_renewed_in_parts() {
    const MANY: usize = 4096;
    let mut rig = Rig::linked();
    let client = rig.join();
    for n in 0..MANY {
        rig.say(client, &format!("2 {n} {n}"));
        rig.say(client, &format!("3 1 e{n} {n}"));
    }
    rig.world.set_aircraft(Some(hundred_gauges()), rig.now);
    let mut turns = 1;
    while rig.world.clients.have_tasks() {
        // Values that come in the meantime are neither lost nor sent twice.
        rig.receive(FromSim::Args(vec![(7, turns as f64)]));
        rig.world.tick(rig.now);
        turns += 1;
    }
    assert_eq!(turns, 4 * MANY / TURN);
    let sent = rig.sent(client);
    assert_eq!(sent[0], "0 X");
    let values: Vec<_> = sent
        .iter()
        .filter(|line| line.starts_with("2 7 "))
        .collect();
    assert_eq!(values.len(), 1, "{values:?}");
    rig.now += 1_000_000;
    rig.world.tick(rig.now);
    let last = rig.sent(client);
    assert!(
        last.len() == 1 && last[0].starts_with("2 7 31.0"),
        "{last:?}"
    );
}

#[test]
fn subscriptions_that_end_while_they_are_renewed_stay_ended() {
    let mut rig = Rig::linked();
    let (client, other) = (rig.join(), rig.join());
    (0..2 * IN_A_TURN).for_each(|n| rig.say(client, &format!("2 {n} {n}")));
    rig.world.set_aircraft(Some(hundred_gauges()), rig.now);
    rig.world.clear(client);
    rig.say(other, "2 7 1");
    while rig.world.clients.have_tasks() {
        rig.world.tick(rig.now);
    }
    rig.receive(FromSim::Args(vec![(7, 0.5)]));
    assert_eq!(rig.sent(client), ["0 X"]);
    assert_eq!(rig.sent(other), ["0 X", "2 1 0.50000 1"]);
    assert_eq!(rig.world.statistics().subscriptions, 1);
}

#[test]
fn a_client_with_few_subscriptions_does_not_wait_for_those_with_many() {
    let mut rig = Rig::linked();
    let greedy: Vec<_> = (0..4).map(|_| rig.join()).collect();
    for &client in &greedy {
        (0..4096).for_each(|n| rig.say(client, &format!("2 {n} {n}")));
    }
    let modest = rig.join();
    rig.say(modest, "2 Gauge_7 1");
    for _ in 0..10 {
        rig.receive(FromSim::Aircraft(Some("X".to_owned())));
        rig.world.set_aircraft(Some(hundred_gauges()), rig.now);
        rig.receive(FromSim::Args(vec![(7, 0.5)]));
        assert_eq!(rig.sent(modest), ["0 X", "2 1 0.50000 1"]);
    }
}

#[test]
fn changed_tables_restart_only_gauges_with_another_meaning() {
    let mut rig = Rig::linked();
    let client = rig.join();
    let generated = hundred_gauges();
    rig.world
        .set_aircraft(Some(Arc::clone(&generated)), rig.now);
    for (id, gauge) in ["Gauge_1", "Gauge_2", "Gauge_3", "4", "Gauge_5"]
        .iter()
        .enumerate()
    {
        rig.say(client, &format!("2 {gauge} {id} 0 1e6"));
    }
    rig.receive(FromSim::Args((0..10).map(|arg| (arg, 1.0)).collect()));
    assert_eq!(rig.sent(client).len(), 6);
    rig.lines_to_sim();

    // 1 gets a scale, 2 gets the arg of 5, which is newer, 3 stays, and 4 is subscribed to by
    // number.
    let own = |name: &str, arg_number, input: [f64; 2]| aircraft_defs::Gauge {
        name: name.to_owned(),
        arg_number: Some(arg_number),
        input: input.to_vec(),
        output: vec![0.0, 1.0],
        extra: Default::default(),
    };
    let gauges = vec![
        own("Gauge_1", 1, [0.0, 4095.0]),
        own("Gauge_2", 5, [0.0, 1.0]),
        own("Gauge_4", 4, [0.0, 100.0]),
    ];
    let own = aircraft_defs::OwnTables {
        gauges,
        ..Default::default()
    };
    let tables = hundred_gauges_tables();
    let tables = Arc::new(tables).with_own(&own);
    let name = "X".to_owned();
    let changed = Arc::new(Aircraft::new(name, tables));
    rig.now += 1_000_000;
    rig.world.change_tables(changed, rig.now);
    assert_eq!(rig.sent(client), ["2 0 1.00000 4095"]);
    assert_eq!(rig.lines_to_sim(), ["2 2 0"]);

    // Back again: 2 wakes up, and its arg is watched again.
    rig.now += 1_000_000;
    rig.world.change_tables(generated, rig.now);
    assert_eq!(rig.sent(client), ["2 0 1.00000 1"]);
    assert_eq!(rig.lines_to_sim(), ["2 2 1000"]);
    rig.receive(FromSim::Args(vec![(2, 0.5)]));
    assert_eq!(rig.sent(client), ["2 1 0.50000 1"]);
}

#[test]
fn names_wait_while_the_tables_of_an_aircraft_are_being_read() {
    let mut rig = Rig::linked();
    let client = rig.join();
    rig.say(client, "2 Gauge_1 1");
    let loading = Arc::new(Aircraft::loading("X"));
    rig.world.set_aircraft(Some(loading), rig.now);
    rig.say(client, "2 Gauge_2 2");
    rig.say(client, "2 Nothing 3");
    rig.say(client, "1 GEAR =#1");
    assert_eq!(rig.sent(client), ["0 X"]);
    rig.say(client, "1 GEAR 1");
    let lines = rig.sent(client);
    let waits = "-1 control \"GEAR\" is not known yet, since the tables of X are still being read or \
                 made; send this again in a moment, or use numbers";
    assert_eq!(lines, [waits]);
    rig.world.replace_tables(hundred_gauges(), rig.now);
    rig.receive(FromSim::Args(vec![(1, 0.25), (2, 0.5)]));
    let lines = rig.sent(client);
    assert_eq!(lines.len(), 4, "{lines:?}");
    assert!(lines.contains(&"2 1 0.25000 0".to_owned()), "{lines:?}");
    assert!(lines.contains(&"2 2 0.50000 1".to_owned()), "{lines:?}");
    let unknown = |line: &String| line.starts_with("-1 unknown gauge \"Nothing\" for X");
    assert!(lines.iter().any(unknown), "{lines:?}");
}
