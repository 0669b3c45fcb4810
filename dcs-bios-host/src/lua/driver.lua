--- Loads BIOS.lua with its network and log replaced, and runs the export hooks and input processors
--- of the modules it names.
local sandbox, sim, host = ...
local raw_pcall, raw_type = pcall, type

local ROOT = "Scripts.DCS-BIOS."
local failed = {}
local watch_definitions
local captured
local texts = {}
--- The newest text of each allocation.
local written = {}

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

--- The most texts that modules may log.
local MAX_LOGGED = 500

--- A log that keeps each text once: the real one asks the clock and writes a file.
local Log = {}
local logged, logged_count = {}, 0

--- Logs a text, unless `key` was logged before.
local function log(level, text, key)
  if raw_type(text) ~= "string" or logged[key] or logged_count == MAX_LOGGED then
    return
  end
  logged[key], logged_count = true, logged_count + 1
  host.log(level, text)
  if logged_count == MAX_LOGGED then
    host.log("warn", "the modules have logged too much; no more of it is shown")
  end
end

local function log_text(level, text)
  text = raw_type(text) == "string" and text:sub(1, MAX_MESSAGE)
  log(level, text, text)
end

--- Logs what a module prints.
function host.print(text)
  log_text("info", text)
end
for _, level in ipairs({ "debug", "info", "warn", "error", "fatal" }) do
  Log["log_" .. level] = function(_, text)
    log_text(level, text)
  end
end
function Log:log_simple(level, text)
  log_text(tostring(level):lower():sub(1, MAX_MESSAGE), text)
end
function Log:log_memory_error(control, value, maximum)
  local text = ("%s: the value %g is not between 0 and %d"):format(control, value, maximum)
  log("error", text:sub(1, MAX_MESSAGE), control)
end
setmetatable(Log, {
  __index = function()
    return function() end
  end,
})

local inert = {
  new = function(self)
    return self
  end,
  addConnection = function() end,
}
sandbox.replaced.socket = {}
sandbox.replaced[ROOT .. "lib.common.Log"] = Log
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

--- The hooks of definitions without a function of the module's own: what these do depends on their
--- inputs alone.
local plain_hooks = {}
local definitions, is_plain = 0, false

local function has_function(depth, ...)
  for _, value in pairs({ ... }) do
    if raw_type(value) == "function" then
      return true
    end
    if raw_type(value) == "table" and depth < 3 and not value.exportHooks then
      for _, member in pairs(value) do
        if has_function(depth + 1, member) then
          return true
        end
      end
    end
  end
  return false
end

--- The identifiers of the controls of each module, by the number of their hook.
local identifiers = {}

local function count_hooks(module)
  local hooks = raw_type(module) == "table" and module.exportHooks
  return raw_type(hooks) == "table" and #hooks or 0
end

--- Ends the definition of a control, which has added the hooks behind number `count`.
local function finish(module, identifier, count, ok, ...)
  definitions = definitions - 1
  if definitions == 0 and raw_type(identifier) == "string" then
    for index = count + 1, count_hooks(module) do
      identifiers[module] = identifiers[module] or {}
      identifiers[module][index] = identifier
    end
  end
  if not ok then
    error((...), 0)
  end
  return ...
end

--- Notes which hooks are plain, by the arguments of the definition that a module has called.
function watch_definitions(Module)
  local add_hook = Module.addExportHook
  for name, method in pairs(Module) do
    if raw_type(name) == "string" and name:find("^define") and raw_type(method) == "function" then
      Module[name] = function(...)
        if definitions == 0 then
          is_plain = not has_function(0, ...)
        end
        definitions = definitions + 1
        local module, identifier = ...
        return finish(module, identifier, count_hooks(module), raw_pcall(method, ...))
      end
    end
  end
  function Module:addExportHook(hook)
    if definitions > 0 and is_plain then
      plain_hooks[hook] = true
    end
    return add_hook(self, hook)
  end
end

--- Remembers where the texts of each module stand, so that none is sent in parts. A module is
--- created before its texts are.
local newest_module = ""
sandbox.after_load[ROOT .. "lib.modules.Module"] = function(Module)
  local new = Module.new
  function Module:new(name, ...)
    newest_module = tostring(name)
    return new(self, name, ...)
  end
  watch_definitions(Module)
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
    if not sim.lacks_input() and (value == nil or written[self] ~= value) then
      set_value(self, value)
      written[self] = value
    end
  end
end

-- What a hook computes without all of its inputs is not written: a module that refuses the true
-- value would keep it.
sandbox.after_load[ROOT .. "lib.modules.memory_map.MemoryAllocation"] = function(MemoryAllocation)
  local set_value = MemoryAllocation.setValue
  function MemoryAllocation:setValue(value)
    if not sim.lacks_input() then
      set_value(self, value)
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

--- The hooks that reached a limit and are left out until the next aircraft, and the problems that
--- were reported.
local stopped, reported = {}, {}
local problems = {}

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

--- Returns the identifier of the control of a hook.
local function name_of(module, index)
  return identifiers[module] and identifiers[module][index] or "output " .. index
end

local function run_hook(module, index, hook, dev0)
  local ok, problem = raw_pcall(hook, dev0)
  if not ok then
    if is_limit(problem) then
      stopped[hook] = true
    end
    report(module, name_of(module, index), problem)
  end
  return ok
end

--- What is known about the hooks of each module.
local hook_lists = {}

--- The steps in which each plain hook is run at least once, in case something besides its inputs
--- has changed.
local ROUND = 30

--- Returns the hooks of a module: all, those that are run in each step, those that are run in each
--- turn, and those whose inputs have changed.
local function hooks_of(module)
  local hooks = hook_lists[module]
  if hooks == nil then
    hooks = { all = {}, always = {}, turns = {}, due = {}, is_first = true }
    for turn = 0, ROUND - 1 do
      hooks.turns[turn] = {}
    end
    for index, run in ipairs(module.exportHooks) do
      local hook =
        { index = index, run = run, is_plain = plain_hooks[run], hooks = hooks, seen = {} }
      local list = hook.is_plain and hooks.turns[index % ROUND] or hooks.always
      hooks.all[index], list[#list + 1] = hook, hook
    end
    hook_lists[module] = hooks
  end
  return hooks
end

local function run_list(module, list, dev0)
  for _, hook in ipairs(list) do
    if not stopped[hook.run] then
      hook.is_due = false
      sim.begin_reads(hook.is_plain and hook or nil)
      run_hook(module, hook.index, hook.run, dev0)
    end
  end
end

--- Runs the hooks that may give other values than before: all but plain ones whose inputs are the
--- same.
local function run_hooks(module, dev0)
  local hooks = hooks_of(module)
  local due = hooks.due
  hooks.due = {}
  if hooks.is_first then
    hooks.is_first = false
    run_list(module, hooks.all, dev0)
  else
    run_list(module, hooks.turns[driver.turn], dev0)
    run_list(module, due, dev0)
    run_list(module, hooks.always, dev0)
  end
  sim.begin_reads(nil)
end

local function collect(module, words)
  for address, entry in pairs(module.memoryMap.entries) do
    if entry.dirty then
      entry.dirty = false
      local value = entry:getValue()
      if raw_type(address) ~= "number" or raw_type(value) ~= "number" then
        error("its memory map has a value that is no number", 0)
      end
      words[#words + 1] = address
      words[#words + 1] = value
    end
  end
end

local function run_module(module, dev0, words)
  run_hooks(module, dev0)
  collect(module, words)
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
  stopped = {}
  driver.active = captured.by_aircraft[aircraft or "NONE"] or {}
  hook_lists, written = {}, {}
  sim.forget_readers()
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
  driver.turn = (driver.turn + 1) % ROUND
  local words, dev0 = {}, sandbox.base.GetDevice(0)
  guard(captured.first, "exporting", run_module, dev0, words)
  for _, module in ipairs(driver.active) do
    guard(module, "exporting", run_module, dev0, words)
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
  local module, dev0, hooks = driver.modules[name], sandbox.base.GetDevice(0), {}
  for index, hook in ipairs(module.exportHooks) do
    sim.forget_wanted()
    local is_failure = true
    for _, trial in ipairs(TRIALS) do
      sim.default = trial
      is_failure = not run_hook(module, index, hook, dev0) and is_failure
    end
    hooks[index] = { is_failure and name_of(module, index) or "", sim.take_wanted() }
  end
  sim.default = 0
  sim.forget_wanted()
  return hooks
end

return driver
