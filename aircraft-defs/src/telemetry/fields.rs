//! The table of the fields of telemetry.

use super::unit::{
    ANGLE, CELSIUS, CLIMB, HEIGHT, LOAD, MACH, PERCENT, PLAIN, POSITION, SHARE, SPEED, TIME, TURN,
    Unit,
};
use super::{Conversion, Field};

use Conversion::{Heading, None, Radians};

const fn field(
    name: &'static str,
    source: &'static str,
    conversion: Conversion,
    unit: Unit,
    range: [f64; 2],
    decimals: i8,
    description: &'static str,
) -> Field {
    Field {
        name,
        source,
        conversion,
        unit,
        range,
        decimals,
        description,
    }
}

/// All fields. Their numbers on the link are their places here, counted from 1: new fields are added
/// at the end, and none is removed.
///
/// The columns: name; function of the sim and place in its results, as in
/// `lua/Scripts/dcs-master/telemetry_fields.lua`; conversion of the sim's number to the raw value;
/// units; range in the unit of the value; useful decimals of the value; description.
#[rustfmt::skip]
pub static FIELDS: [Field; 49] = [
    field("sim.latitude", "LoGetSelfData LatLongAlt.Lat", None, POSITION, [-90.0, 90.0], 5, "Latitude, north positive"),
    field("sim.longitude", "LoGetSelfData LatLongAlt.Long", None, POSITION, [-180.0, 180.0], 5, "Longitude, east positive"),
    field("sim.altitude", "LoGetAltitudeAboveSeaLevel", None, HEIGHT, [0.0, 60_000.0], 0, "Altitude, MSL"),
    field("sim.altitude_agl", "LoGetAltitudeAboveGroundLevel", None, HEIGHT, [0.0, 60_000.0], 0, "Altitude above ground, AGL"),
    field("sim.radar_altitude", "LoGetRadarAltimeter", None, HEIGHT, [0.0, 5_000.0], 0, "Height by radar altimeter"),
    field("sim.ias", "LoGetIndicatedAirSpeed", None, SPEED, [0.0, 900.0], 0, "Indicated airspeed (IAS)"),
    field("sim.tas", "LoGetTrueAirSpeed", None, SPEED, [0.0, 1_500.0], 0, "True airspeed (TAS)"),
    field("sim.ground_speed", "LoGetVectorVelocity x z", None, SPEED, [0.0, 1_500.0], 0, "Ground speed (GS)"),
    field("sim.mach", "LoGetMachNumber", None, MACH, [0.0, 3.0], 2, "Mach number"),
    field("sim.vertical_speed", "LoGetVerticalVelocity", None, CLIMB, [-6_000.0, 6_000.0], -1, "Vertical speed (VSI), climb rate"),
    field("sim.wind_north", "LoGetVectorWindVelocity x", None, SPEED, [-100.0, 100.0], 0, "Wind towards the north"),
    field("sim.wind_east", "LoGetVectorWindVelocity z", None, SPEED, [-100.0, 100.0], 0, "Wind towards the east"),
    field("sim.pitch", "LoGetADIPitchBankYaw 1", Radians, ANGLE, [-90.0, 90.0], 1, "Pitch attitude, nose up positive"),
    field("sim.bank", "LoGetADIPitchBankYaw 2", Radians, ANGLE, [-180.0, 180.0], 1, "Bank attitude (roll), right wing down positive"),
    field("sim.heading", "LoGetSelfData Heading", Heading, ANGLE, [0.0, 360.0], 0, "True heading"),
    field("sim.heading_magnetic", "LoGetMagneticYaw", Heading, ANGLE, [0.0, 360.0], 0, "Magnetic heading"),
    field("sim.angle_of_attack", "LoGetAngleOfAttack", None, ANGLE, [-10.0, 40.0], 1, "Angle of attack (AOA)"),
    field("sim.sideslip", "LoGetAngleOfSideSlip", None, ANGLE, [-20.0, 20.0], 1, "Angle of sideslip"),
    field("sim.slip_ball", "LoGetSlipBallPosition", None, PLAIN, [-1.0, 1.0], 2, "Slip ball position"),
    field("sim.angular_velocity_x", "LoGetAngularVelocity x", Radians, TURN, [-180.0, 180.0], 0, "Angular velocity, x component"),
    field("sim.angular_velocity_y", "LoGetAngularVelocity y", Radians, TURN, [-180.0, 180.0], 0, "Angular velocity, y component"),
    field("sim.angular_velocity_z", "LoGetAngularVelocity z", Radians, TURN, [-180.0, 180.0], 0, "Angular velocity, z component"),
    field("sim.g", "LoGetAccelerationUnits y", None, LOAD, [-3.0, 9.0], 1, "Acceleration upwards (G load, load factor)"),
    field("sim.g_forward", "LoGetAccelerationUnits x", None, LOAD, [-3.0, 3.0], 1, "Acceleration forwards (longitudinal G)"),
    field("sim.g_side", "LoGetAccelerationUnits z", None, LOAD, [-3.0, 3.0], 1, "Acceleration sideways (lateral G)"),
    field("sim.rpm_left", "LoGetEngineInfo RPM.left", None, PERCENT, [0.0, 110.0], 0, "Left engine speed (RPM)"),
    field("sim.rpm_right", "LoGetEngineInfo RPM.right", None, PERCENT, [0.0, 110.0], 0, "Right engine speed (RPM)"),
    field("sim.engine_temperature_left", "LoGetEngineInfo Temperature.left", None, CELSIUS, [0.0, 1_000.0], 0, "Left engine temperature (EGT)"),
    field("sim.engine_temperature_right", "LoGetEngineInfo Temperature.right", None, CELSIUS, [0.0, 1_000.0], 0, "Right engine temperature (EGT)"),
    field("sim.fuel_flow_left", "LoGetEngineInfo FuelConsumption.left", None, PLAIN, [0.0, 5.0], 2, "Left engine fuel flow, in the aircraft's unit"),
    field("sim.fuel_flow_right", "LoGetEngineInfo FuelConsumption.right", None, PLAIN, [0.0, 5.0], 2, "Right engine fuel flow, in the aircraft's unit"),
    field("sim.hydraulic_pressure_left", "LoGetEngineInfo HydraulicPressure.left", None, PLAIN, [0.0, 300.0], 0, "Left hydraulic pressure, in the aircraft's unit"),
    field("sim.hydraulic_pressure_right", "LoGetEngineInfo HydraulicPressure.right", None, PLAIN, [0.0, 300.0], 0, "Right hydraulic pressure, in the aircraft's unit"),
    field("sim.fuel_internal", "LoGetEngineInfo fuel_internal", None, PLAIN, [0.0, 1.0], 3, "Internal fuel, a share of the full tanks or kilograms"),
    field("sim.fuel_external", "LoGetEngineInfo fuel_external", None, PLAIN, [0.0, 1.0], 3, "External fuel, a share of the full tanks or kilograms"),
    field("sim.gear", "LoGetMechInfo gear.value", None, SHARE, [0.0, 100.0], 0, "Landing gear, extended"),
    field("sim.flaps", "LoGetMechInfo flaps.value", None, SHARE, [0.0, 100.0], 0, "Flaps, extended"),
    field("sim.speedbrake", "LoGetMechInfo speedbrakes.value", None, SHARE, [0.0, 100.0], 0, "Speed brake, extended"),
    field("sim.wheel_brakes", "LoGetMechInfo wheelbrakes.value", None, SHARE, [0.0, 100.0], 0, "Wheel brakes, pressed"),
    field("sim.hook", "LoGetMechInfo hook.value", None, SHARE, [0.0, 100.0], 0, "Arresting hook, lowered"),
    field("sim.wing", "LoGetMechInfo wing.value", None, SHARE, [0.0, 100.0], 0, "Wings, folded or swept"),
    field("sim.canopy", "LoGetMechInfo canopy.value", None, SHARE, [0.0, 100.0], 0, "Canopy, open"),
    field("sim.drag_chute", "LoGetMechInfo parachute.value", None, SHARE, [0.0, 100.0], 0, "Drag chute (parachute), out"),
    field("sim.chaff", "LoGetSnares chaff", None, PLAIN, [0.0, 240.0], 0, "Chaff left, countermeasures"),
    field("sim.flares", "LoGetSnares flare", None, PLAIN, [0.0, 240.0], 0, "Flares left, countermeasures"),
    field("sim.glide_deviation", "LoGetGlideDeviation", None, PLAIN, [-1.0, 1.0], 2, "Deviation from the glide slope (ILS)"),
    field("sim.course_deviation", "LoGetSideDeviation", None, PLAIN, [-1.0, 1.0], 2, "Deviation from the course (ILS localizer)"),
    field("sim.model_time", "LoGetModelTime", None, TIME, [0.0, 86_400.0], 0, "Time since the mission began"),
    field("sim.mission_start_time", "LoGetMissionStartTime", None, TIME, [0.0, 86_400.0], 0, "Time of day when the mission began, after midnight"),
];
