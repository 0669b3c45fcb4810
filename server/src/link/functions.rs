//! The sim's export functions by number: those without parameters that modules of DCS-BIOS call.

/// The functions. The number of the first is 1. `lua/Scripts/dcs-master/functions.lua` has the same
/// list.
const FUNCTIONS: &[&str] = &[
    "LoGetModelTime",
    "LoGetSelfData",
    "LoGetPilotName",
    "LoGetMissionStartTime",
    "LoIsOwnshipExportAllowed",
    "LoGetIndicatedAirSpeed",
    "LoGetTrueAirSpeed",
    "LoGetMachNumber",
    "LoGetAltitude",
    "LoGetAltitudeAboveSeaLevel",
    "LoGetAltitudeAboveGroundLevel",
    "LoGetRadarAltimeter",
    "LoGetVerticalVelocity",
    "LoGetVectorVelocity",
    "LoGetVectorWindVelocity",
    "LoGetAccelerationUnits",
    "LoGetAngularVelocity",
    "LoGetAngleOfAttack",
    "LoGetAngleOfSideSlip",
    "LoGetADIPitchBankYaw",
    "LoGetMagneticYaw",
    "LoGetSlipBallPosition",
    "LoGetGlideDeviation",
    "LoGetSideDeviation",
    "LoGetEngineInfo",
    "LoGetMechInfo",
    "LoGetSnares",
    "LoGetPayloadInfo",
    "LoGetMCPState",
    "LoGetNavigationInfo",
    "LoGetControlPanel_HSI",
    "LoGetBasicAtmospherePressure",
    "LoGetPlayerPlaneId",
];

/// Returns the number of a function.
pub fn number_of_function(name: &str) -> Option<u32> {
    let index = FUNCTIONS.iter().position(|function| *function == name)?;
    u32::try_from(index + 1).ok()
}

/// Returns the name of the function with a number.
pub fn name_of_function(number: u32) -> Option<&'static str> {
    let index = usize::try_from(number).ok()?.checked_sub(1)?;
    FUNCTIONS.get(index).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scripts_have_the_same_list() {
        let text = include_str!("../../../lua/Scripts/dcs-master/functions.lua");
        let names = text
            .lines()
            .filter_map(|line| line.trim().strip_prefix('"'));
        let names: Vec<&str> = names.map(|line| line.trim_end_matches("\",")).collect();
        assert_eq!(names, FUNCTIONS);
    }

    #[test]
    fn numbers_begin_with_one() {
        for (index, name) in FUNCTIONS.iter().enumerate() {
            let number = number_of_function(name).unwrap();
            assert_eq!(number as usize, index + 1);
            assert_eq!(name_of_function(number), Some(*name));
        }
        assert_eq!(name_of_function(0), None);
        assert_eq!(number_of_function("LoGetObjectById"), None);
    }
}
