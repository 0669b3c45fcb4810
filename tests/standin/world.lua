--- The state of the simulated sim: args, displays, devices, the aircraft, and the faults
-- that tests have asked for. Pure: it uses no sockets, clock or files.

local figures = ...

local World = {}
World.__index = World

--- Creates a world. `record(text)` is called for each action and violation of the scripts.
function World.new(record)
  return setmetatable({
    record = record,
    frame = 0,
    seconds = 0,
    mission = false,
    paused = false,
    aircraft = nil,
    self_data = true,
    cold = true,
    figures = {},
    args = {},
    draw_args = {},
    frequencies = {},
    parameters = nil,
    moves = {},
    indicators = {},
    elements = {},
    missing_devices = {},
    wires = {},
    raising = {},
    acted = {},
  }, World)
end

--- Returns the number rounded to the sim's single precision.
function World.single(number)
  if number ~= number or number == 0 or math.abs(number) == math.huge then
    return number
  end
  local mantissa, exponent = math.frexp(number)
  return math.ldexp(math.floor(mantissa * 2 ^ 24 + 0.5), exponent - 24)
end

local function guard(world, name)
  if world.raising[name] then
    error(name .. " fails on purpose", 0)
  end
end

local WAVES = {
  sine = function(phase)
    return 0.5 - 0.5 * math.cos(2 * math.pi * phase)
  end,
  ramp = function(phase)
    return phase
  end,
  square = function(phase)
    return phase < 0.5 and 0 or 1
  end,
}

--- Makes `arg` move continuously. Returns false when there is no such wave.
function World:move(arg, wave, period, low, high)
  if not WAVES[wave] then
    return false
  end
  self.moves[arg] = { wave = WAVES[wave], period = period, low = low, high = high }
  return true
end

--- Begins a frame at `seconds`, and updates the args that move continuously.
function World:advance(seconds)
  self.frame = self.frame + 1
  self.acted = {}
  if self.paused then
    return
  end
  self.seconds = seconds
  for arg, move in pairs(self.moves) do
    local phase = seconds / move.period % 1
    self.args[arg] = World.single(move.low + (move.high - move.low) * move.wave(phase))
  end
end

local DASHES = string.rep("-", 41)

--- Sets one element of a display; the others stay.
function World:show(indicator, name, text)
  local elements = self.elements[indicator] or { order = {}, texts = {} }
  self.elements[indicator] = elements
  if not elements.texts[name] then
    elements.order[#elements.order + 1] = name
  end
  elements.texts[name] = text
  local lines = {}
  for _, element in ipairs(elements.order) do
    lines[#lines + 1] = DASHES .. "\n" .. element .. "\n" .. elements.texts[element] .. "\n"
  end
  self.indicators[indicator] = table.concat(lines)
end

local Device = {}
Device.__index = Device

-- The sim may free a device after the frame, so a script must not keep one.
local function check_fresh(device)
  if device.frame ~= device.world.frame then
    device.world.record("violation: device " .. device.number .. " was kept across frames")
    error("device is gone", 0)
  end
end

function Device:update_arguments()
  check_fresh(self)
  guard(self.world, "update_arguments")
end

function Device:get_argument_value(arg)
  check_fresh(self)
  guard(self.world, "get_argument_value")
  guard(self.world, "get_argument_value " .. arg)
  local value = self.world.args[arg]
  if value == "nil" then
    return nil
  end
  return value or 0
end

function Device:performClickableAction(command, value)
  check_fresh(self)
  local world = self.world
  guard(world, "performClickableAction")
  local key = self.number .. " " .. command
  local text = string.format("%s %.9g frame %d", key, value, world.frame)
  if world.acted[key] then
    world.record("dropped " .. text)
    return
  end
  world.acted[key] = true
  world.record("action " .. text)
  if world.wires[key] then
    world.args[world.wires[key]] = World.single(value)
  end
end

--- Records an action that only modules of DCS-BIOS perform.
local function record_call(world, name, ...)
  guard(world, name)
  world.record("call " .. table.concat({ name, ... }, " "))
end

function Device:SetCommand(command, value)
  check_fresh(self)
  record_call(self.world, "SetCommand", self.number, command, value)
end

function Device:set_argument_value(arg, value)
  check_fresh(self)
  record_call(self.world, "set_argument_value", self.number, arg, value)
  self.world.args[arg] = World.single(value)
end

function Device:set_frequency(frequency)
  check_fresh(self)
  record_call(self.world, "set_frequency", self.number, frequency)
  self.world.frequencies[self.number] = frequency
end

function Device:get_frequency()
  check_fresh(self)
  guard(self.world, "get_frequency")
  return self.world.frequencies[self.number] or 0
end

--- `LoSetCommand`
function World:set_command(...)
  record_call(self, "LoSetCommand", ...)
end

--- `LoGetAircraftDrawArgumentValue`
function World:draw_argument(number)
  guard(self, "LoGetAircraftDrawArgumentValue")
  return self.mission and self.aircraft and (self.draw_args[number] or 0) or nil
end

--- `list_cockpit_params`
function World:cockpit_parameters()
  guard(self, "list_cockpit_params")
  return self.mission and self.parameters or nil
end

--- `GetDevice`: returns nil without an aircraft and for devices that are missing.
function World:device(number)
  guard(self, "GetDevice")
  if not self.aircraft or not self.mission or self.missing_devices[number] then
    return nil
  end
  return setmetatable({ world = self, number = number, frame = self.frame }, Device)
end

--- `list_indication`
function World:indication(number)
  guard(self, "list_indication")
  return self.mission and self.indicators[number] or nil
end

--- `LoGetSelfData`
function World:self()
  guard(self, "LoGetSelfData")
  if self.mission and self.aircraft and self.self_data then
    local data = self:figure("LoGetSelfData")
    if type(data) == "table" then
      data.Name = self.aircraft
    end
    return data
  end
end

--- Returns the results of an export function: those of a parked aircraft, or of one in flight, with
-- the values that tests have set.
function World:figure(name)
  guard(self, name)
  if not (self.mission and self.aircraft and self.self_data) then
    return nil
  end
  local all = self.cold and figures.cold(self.seconds) or figures.flying(self.seconds)
  for path, value in pairs(self.figures) do
    figures.set(all, path, value[1])
  end
  local figure = all[name]
  if type(figure) == "table" and figure.results then
    return unpack(figure.results)
  end
  return figure
end

--- Returns the names of the export functions that `figure` knows.
function World.figure_names()
  local names = {}
  for name in pairs(figures.flying(0)) do
    names[#names + 1] = name
  end
  return names
end

--- `DCS.getPlayerUnitType`
function World:unit_type()
  guard(self, "getPlayerUnitType")
  return self.mission and self.aircraft or nil
end

return World
