--- The export hooks of modules: which of them may give another value than before.
local sim = ...
local error, ipairs, pairs, raw_pcall, raw_type = error, ipairs, pairs, pcall, type

--- The steps in which each hook is run at least once, in case something besides its inputs has
--- changed.
local hooks = { ROUND = 150 }

--- The hooks of definitions without a function of the module's own: what these do depends on their
--- inputs alone.
local plain = {}
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
  local list = raw_type(module) == "table" and module.exportHooks
  return raw_type(list) == "table" and #list or 0
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

--- Notes which hooks are plain, by the arguments of the definition that a module calls.
function hooks.watch(Module)
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
      plain[hook] = true
    end
    return add_hook(self, hook)
  end
end

--- Returns the identifier of the control of a hook.
function hooks.name_of(module, index)
  return identifiers[module] and identifiers[module][index] or "output " .. index
end

--- The lists of the hooks of each module that is flown.
local lists = {}

--- Forgets what is known about hooks, as when the aircraft changes.
function hooks.begin_flight()
  lists = {}
  sim.forget_readers()
end

--- Returns the hooks of a module: all, those that are run in each step, those that are run in each
--- turn, and those whose inputs have changed.
local function lists_of(module)
  local own = lists[module]
  if own == nil then
    own = { all = {}, always = {}, turns = {}, due = {}, is_first = true }
    for turn = 0, hooks.ROUND - 1 do
      own.turns[turn] = {}
    end
    for index, run in ipairs(module.exportHooks) do
      local hook = { index = index, run = run }
      if plain[run] then
        hook.reader = { hook = hook, lists = own, seen = {} }
      end
      local list = hook.reader and own.turns[index % hooks.ROUND] or own.always
      own.all[index], list[#list + 1] = hook, hook
    end
    lists[module] = own
  end
  return own
end

local reads = sim.reads
--- The place of the hook that runs in its list.
local place = 1

local function run_from(list, first, dev0)
  for index = first, #list do
    local hook = list[index]
    place = index
    if not hook.is_stopped then
      reads.reader, reads.lacks_input = hook.reader, false
      hook.run(dev0)
      if reads.lacks_input then
        sim.make_due(hook.reader)
      end
    end
  end
end

--- Runs a list of hooks. One protected call serves as many hooks as have no error.
local function run_list(module, list, dev0, on_error)
  place = 1
  while place <= #list do
    local ok, problem = raw_pcall(run_from, list, place, dev0)
    if not ok then
      local hook = list[place]
      if reads.lacks_input then
        sim.make_due(hook.reader)
      end
      -- To handle an error can reach a limit itself.
      local is_handled, has_reached_limit = raw_pcall(on_error, module, hook.index, problem)
      hook.is_stopped = is_handled and has_reached_limit
    end
    place = place + 1
  end
end

--- Runs the hooks that may give other values than before: all but plain ones whose inputs are the
--- same. `on_error(module, index, problem)` returns whether a hook is to be left out until the next
--- flight.
function hooks.run(module, turn, dev0, on_error)
  local own = lists_of(module)
  for _, hook in ipairs(own.turns[turn]) do
    sim.make_due(hook.reader)
  end
  local due = own.due
  own.due = {}
  -- All of them, since a limit may end this function before they have run.
  for _, hook in ipairs(due) do
    hook.reader.is_due = false
  end
  if own.is_first then
    own.is_first = false
    run_list(module, own.all, dev0, on_error)
  else
    run_list(module, due, dev0, on_error)
    run_list(module, own.always, dev0, on_error)
  end
  reads.reader, reads.lacks_input = nil, false
end

return hooks
