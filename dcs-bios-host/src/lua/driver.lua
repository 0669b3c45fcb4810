--- Loads BIOS.lua with its network and log replaced, and runs the export hooks and input processors
--- of the modules it names.
local sandbox, sim, log, hooks, host = ...
-- A module can give a function that calls one of its own another environment, so nothing here uses
-- globals.
local error, ipairs, pairs, rawset, tostring = error, ipairs, pairs, rawset, tostring
local raw_pcall, raw_type = pcall, type

local ROOT = "Scripts.DCS-BIOS."
local failed = {}
local captured
local texts = {}
--- The newest text of each allocation.
local written = {}
local reads = sim.reads

--- The most bytes of a message.
local MAX_MESSAGE = 500

local function message(problem)
  if raw_type(problem) == "string" or raw_type(problem) == "userdata" then
    return tostring(problem):sub(1, MAX_MESSAGE)
  end
  return "an error that is a " .. raw_type(problem)
end

--- Returns whether a limit was reached, and makes room for what comes next.
local function is_limit(problem)
  local is_memory = message(problem):find("not enough memory", 1, true) ~= nil
  if is_memory then
    -- This fails when there is no memory for it either.
    raw_pcall(host.collect_garbage)
  end
  return host.refill() or is_memory
end

local inert = {
  new = function(self)
    return self
  end,
  addConnection = function() end,
}
sandbox.replaced.socket = {}
sandbox.replaced[ROOT .. "lib.common.Log"] = log
sandbox.replaced[ROOT .. "lib.ConnectionManager"] = inert
sandbox.replaced[ROOT .. "lib.io.TCPServer"] = inert
sandbox.replaced[ROOT .. "lib.io.UDPServer"] = inert
sandbox.replaced[ROOT .. "lib.BIOSStateMachine"] = {
  new = function(self, by_aircraft, first, last)
    captured = { by_aircraft = by_aircraft, first = first, last = last }
    return self
  end,
}
sandbox.base.lfs = {
  writedir = function()
    return ""
  end,
}

--- Remembers where the texts of each module stand, so that none is sent in parts. A module is
--- created before its texts are.
local newest_module = ""
sandbox.after_load[ROOT .. "lib.modules.Module"] = function(Module)
  local new = Module.new
  function Module:new(name, ...)
    newest_module = tostring(name)
    return new(self, name, ...)
  end
  hooks.watch(Module)
end
sandbox.after_load[ROOT .. "lib.modules.memory_map.StringAllocation"] = function(StringAllocation)
  local new = StringAllocation.new
  function StringAllocation:new(...)
    local allocation = new(self, ...)
    texts[#texts + 1] = { newest_module, allocation.address, allocation.maxLength }
    return allocation
  end
  -- Writing a text costs a call for each of its characters, so the same one is not written again.
  local set_value = StringAllocation.setValue
  function StringAllocation:setValue(value)
    if not reads.lacks_input and (value == nil or written[self] ~= value) then
      set_value(self, value)
      written[self] = value
    end
  end
end

--- The entries of memory maps that have changed since the last look at them.
local changed = {}

sandbox.after_load[ROOT .. "lib.modules.memory_map.MemoryAllocation"] = function(MemoryAllocation)
  local set_value = MemoryAllocation.setValue
  function MemoryAllocation:setValue(value)
    -- What a hook computes without all of its inputs is not written: a module that refuses the true
    -- value would keep it.
    if reads.lacks_input then
      return
    end
    local before = self.value
    set_value(self, value)
    if self.value ~= before then
      changed[#changed + 1] = self.memoryMapEntry
    end
  end
end

local REQUIRED = { CommonData = true, MetadataStart = true, MetadataEnd = true }

--- A module that cannot be loaded costs its aircraft only.
function host.on_failure(name, depth, problem)
  local short = name:match("^Scripts%.DCS%-BIOS%.lib%.modules%.%a+_modules%.(.+)$")
  if depth ~= 1 or not short or REQUIRED[short] then
    error(problem, 0)
  end
  is_limit(problem)
  failed[#failed + 1] = { short, message(problem) }
  return { name = short, aircraftList = {}, documentation = {}, exportHooks = {} }
end

local function check_module(module)
  local name = raw_type(module) == "table" and tostring(module.name) or "?"
  local map = raw_type(module) == "table" and module.memoryMap
  local ok = raw_type(module.exportHooks) == "table"
    and raw_type(module.inputProcessors) == "table"
    and raw_type(map) == "table"
    and raw_type(map.entries) == "table"
    and raw_type(map.clearValues) == "function"
  if not ok then
    error("module " .. name .. " has no exportHooks, inputProcessors or memoryMap", 0)
  end
end

local driver = { active = {}, turn = 0, texts = texts, failed = failed }

--- The names of the modules when they were loaded, for messages.
local titles = {}

--- Returns the modules that are not for certain aircraft.
local function common_modules()
  local common = {}
  for name, module in pairs(sandbox.base.package.loaded) do
    if raw_type(name) == "string" and name:find(".common_modules.", 1, true) then
      common[module] = true
    end
  end
  return common
end

local function has_own_module(modules, common)
  for _, module in ipairs(modules) do
    if not common[module] then
      return true
    end
  end
  return false
end

--- Frees what modules keep for the files of the reference, which takes half of their memory.
local function forget_documentation(modules)
  for _, module in pairs(modules) do
    rawset(module, "documentation", {})
  end
  raw_pcall(host.collect_garbage)
end

function driver.load()
  sandbox.load_file(ROOT .. "BIOS")
  if not captured or raw_type(captured.by_aircraft) ~= "table" then
    error("BIOS.lua does not create a state machine with modules", 0)
  end
  check_module(captured.first)
  if raw_type(captured.first.setAircraftName) ~= "function" then
    error("MetadataStart has no setAircraftName", 0)
  end
  local modules, names, common = {}, {}, common_modules()
  for aircraft, list in pairs(captured.by_aircraft) do
    local own = {}
    for _, module in ipairs(list) do
      check_module(module)
      titles[module] = tostring(module.name)
      own[#own + 1] = titles[module]
      modules[titles[module]] = module
    end
    names[aircraft] = has_own_module(list, common) and own or nil
  end
  forget_documentation(modules)
  titles[captured.first] = tostring(captured.first.name)
  modules[titles[captured.first]] = captured.first
  driver.modules = modules
  return names
end

--- The problems that were reported, and those that are not taken yet.
local reported, problems = {}, {}

--- The most problems that are reported.
local MAX_PROBLEMS = 1000
local problem_count = 0

local function report(module, what, problem)
  local title = titles[module]
  local key = title .. "\0" .. what
  if reported[key] or problem_count == MAX_PROBLEMS then
    return
  end
  reported[key], problem_count = true, problem_count + 1
  problems[#problems + 1] = { title, what, message(problem) }
  if problem_count == MAX_PROBLEMS then
    problems[#problems + 1] = { title, what, "no more errors are reported" }
  end
end

--- Runs a function on a module. An error costs no other module.
local function guard(module, what, run, ...)
  local ok, problem = raw_pcall(run, module, ...)
  if not ok then
    is_limit(problem)
    report(module, what, problem)
  end
end

--- Handles the error of a hook. Returns whether it reached a limit.
local function on_error(module, index, problem)
  local has_reached_limit = is_limit(problem)
  report(module, hooks.name_of(module, index), problem)
  return has_reached_limit
end

local function collect_entry(entry, words)
  if entry.dirty then
    entry.dirty = false
    local address, value = entry.address, entry:getValue()
    if raw_type(address) ~= "number" or raw_type(value) ~= "number" then
      error("its memory map has a value that is no number", 0)
    end
    words[#words + 1] = address
    words[#words + 1] = value
  end
end

--- Adds the words of entries that have changed. Returns the last error, which costs its entry only.
local function collect(entries, words)
  local problem
  for _, entry in pairs(entries) do
    local ok, failure = raw_pcall(collect_entry, entry, words)
    if not ok then
      is_limit(failure)
      problem = failure
    end
  end
  return problem
end

--- The modules of which all entries are looked at in the next step, and those that change entries
--- without listing them, as in a version that works otherwise.
local needs_look, has_unlisted = {}, {}

--- Runs the hooks of a module and collects its words. To look at all entries of a large module took
--- a quarter of the time of a step, so only those listed are looked at, and all once in a round.
local function run_module(module, dev0, words, is_new)
  local looks_at_all = is_new or needs_look[module]
  -- In case the rest of this function does not run.
  needs_look[module] = true
  changed = {}
  local ok, failure = raw_pcall(hooks.run, module, driver.turn, dev0, on_error)
  if not ok then
    is_limit(failure)
  end
  local listed = changed
  changed = {}
  local problem = collect(listed, words)
  if looks_at_all or driver.turn == 0 then
    local count = #words
    problem = collect(module.memoryMap.entries, words) or problem
    has_unlisted[module] = has_unlisted[module] or not looks_at_all and #words > count
  end
  needs_look[module] = has_unlisted[module]
  if problem ~= nil or not ok then
    error(problem or failure, 0)
  end
end

local function clear_values(module)
  module.memoryMap:clearValues()
end

local function set_aircraft_name(module, name)
  -- Version 0.8.0 calls it as a method, later ones do not.
  module.setAircraftName(name, name)
end

local function change_aircraft(aircraft)
  sim.aircraft = aircraft
  driver.active = captured.by_aircraft[aircraft or "NONE"] or {}
  written, needs_look, has_unlisted = {}, {}, {}
  hooks.begin_flight()
  guard(captured.first, "clearing", clear_values)
  for _, module in ipairs(driver.active) do
    guard(module, "clearing", clear_values)
  end
  guard(captured.first, "setting the aircraft", set_aircraft_name, aircraft or "NONE")
end

function driver.step(time, aircraft)
  sim.time = time
  local is_new = not driver.started or sim.aircraft ~= aircraft
  if is_new then
    driver.started = true
    change_aircraft(aircraft)
  end
  driver.turn = (driver.turn + 1) % hooks.ROUND
  local words, dev0 = {}, sandbox.base.GetDevice(0)
  guard(captured.first, "exporting", run_module, dev0, words, is_new)
  for _, module in ipairs(driver.active) do
    guard(module, "exporting", run_module, dev0, words, is_new)
  end
  return words, is_new
end

function driver.take_problems()
  local list = problems
  problems = {}
  return list
end

--- Returns whether a module knows the command.
function driver.input(line)
  local command, argument = line:match("^([^ ]+) (.*)")
  local is_known = false
  sim.actions = {}
  for _, module in ipairs(command and driver.active or {}) do
    guard(module, command, function()
      local processor = module.inputProcessors[command]
      if processor then
        is_known = true
        needs_look[module] = true
        reads.reader, reads.lacks_input = nil, false
        processor(argument)
      end
    end)
  end
  local actions = sim.actions
  sim.actions = {}
  return is_known, actions
end

--- The values that unknown inputs have in a dry run, one run each.
local TRIALS = { 0, 1, 0.5, -1 }

--- Returns for each hook of a module its name if it always fails, and the inputs that it reads.
function driver.dry_run(name, aircraft)
  sim.aircraft = aircraft
  local module, dev0, found = driver.modules[name], sandbox.base.GetDevice(0), {}
  for index, hook in ipairs(module.exportHooks) do
    sim.forget_wanted()
    local is_failure = true
    for _, trial in ipairs(TRIALS) do
      sim.default = trial
      local ok, problem = raw_pcall(hook, dev0)
      is_failure = is_failure and not ok
      if not ok then
        on_error(module, index, problem)
      end
    end
    found[index] = { is_failure and hooks.name_of(module, index) or "", sim.take_wanted() }
  end
  sim.default = 0
  sim.forget_wanted()
  return found
end

return driver
