//! Makes `devices.json`: the table `devices` of devices.lua.

use aircraft_defs::{Devices, whole};

use super::reader::Reader;

/// Returns the numbers of the devices by name, in the order of the file.
pub fn devices(reader: &mut Reader<'_>) -> Devices {
    let mut devices = Devices::default();
    let Some(table) = reader.global_table("devices") else {
        let message = "devices.lua defines no table `devices`".to_owned();
        reader.warn("no-devices", None, message);
        return devices;
    };
    let machine = reader.machine;
    for (key, value) in machine.entries(table) {
        let Some(name) = reader.key_text(key) else {
            continue;
        };
        if !reader.charge_text(name.len()) {
            break;
        }
        match value.as_number().and_then(whole) {
            Some(number) => {
                devices.insert(name.into_owned(), number);
            }
            None => {
                let place = reader.place(table, key);
                let what = format!("the number of device `{name}`");
                reader.warn_value(place, &what, value, "a whole number");
            }
        }
    }
    devices
}
