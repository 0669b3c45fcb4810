--- The figures of a flight: what the sim's export functions return. Pure.

local figures = {}

--- Returns the results of all functions for an aircraft that flies. A function with several results
-- has `results` instead of one value.
function figures.flying(seconds)
  return {
    LoGetSelfData = {
      LatLongAlt = { Lat = 41.1234567, Long = 41.7654321 + seconds * 1e-5, Alt = 1560 },
      Heading = 1.5,
    },
    LoGetAltitude = 1560,
    LoGetAltitudeAboveSeaLevel = 1560 + 100 * math.sin(seconds / 10),
    LoGetAltitudeAboveGroundLevel = 1500 + 100 * math.sin(seconds / 10),
    LoGetRadarAltimeter = 1500,
    LoGetIndicatedAirSpeed = 180,
    LoGetTrueAirSpeed = 190,
    LoGetVectorVelocity = { x = 30, y = 3, z = 187 },
    LoGetMachNumber = 0.57,
    LoGetVerticalVelocity = 3,
    LoGetVectorWindVelocity = { x = -3, y = 0, z = 4 },
    LoGetADIPitchBankYaw = { results = { 0.05, -0.25, 1.5 } },
    LoGetMagneticYaw = -0.1,
    LoGetAngleOfAttack = 3.5,
    LoGetAngleOfSideSlip = 0.25,
    LoGetSlipBallPosition = 0.125,
    LoGetAngularVelocity = { x = 0.1, y = 0.2, z = -0.3 },
    LoGetAccelerationUnits = { x = 0.05, y = 1.25, z = 0 },
    LoGetEngineInfo = {
      RPM = { left = 92, right = 0 },
      Temperature = { left = 640, right = 20 },
      HydraulicPressure = { left = 210, right = 0 },
      FuelConsumption = { left = 0.8, right = 0 },
      fuel_internal = 0.75,
      fuel_external = 0,
    },
    LoGetMechInfo = {
      gear = { status = 0, value = 0 },
      flaps = { status = 0, value = 0.5 },
      speedbrakes = { status = 0, value = 0 },
      wheelbrakes = { status = 0, value = 0 },
      canopy = { status = 0, value = 0 },
    },
    LoGetSnares = { chaff = 60, flare = 30 },
    LoGetGlideDeviation = 0,
    LoGetSideDeviation = 0,
    LoGetModelTime = seconds,
    LoGetPilotName = "Ann",
    LoGetMissionStartTime = 28800,
  }
end

--- Returns them for a parked aircraft with its engines off.
function figures.cold(seconds)
  local all = figures.flying(seconds)
  all.LoGetEngineInfo.RPM.left = 0
  all.LoGetEngineInfo.FuelConsumption.left = 0
  all.LoGetAltitudeAboveGroundLevel = 1.9
  local still = { "IndicatedAirSpeed", "TrueAirSpeed", "MachNumber", "VerticalVelocity" }
  for _, name in ipairs(still) do
    all["LoGet" .. name] = 0
  end
  return all
end

--- Sets the value at a path such as `LoGetMechInfo.hook.value`.
function figures.set(all, path, value)
  local keys = {}
  for key in path:gmatch("[^.]+") do
    keys[#keys + 1] = tonumber(key) or key
  end
  local place = all
  for i = 1, #keys - 1 do
    if type(place[keys[i]]) ~= "table" then
      place[keys[i]] = {}
    end
    place = place[keys[i]]
  end
  place[keys[#keys]] = value
end

return figures
