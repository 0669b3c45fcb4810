--- The globals that module files see, and the loader of module files.
--- Nothing here reaches the file system, a process, a clock or the network: `host` is the only way
--- out, and it has read_file(name), log(level, text), is_exhausted().
local host = ...

-- A module file can give a function of this file another environment, so none of them uses globals.
local error, getmetatable, ipairs, rawget, select = error, getmetatable, ipairs, rawget, select
local string, table, tostring, type = string, table, tostring, type

local raw = {
  loadstring = loadstring,
  pcall = pcall,
  rawset = rawset,
  setfenv = setfenv,
  setmetatable = setmetatable,
  rep = string.rep,
}

--- The longest string that string.rep makes, in bytes.
local MAX_REPEATED = 2 ^ 20
--- The longest pattern, in bytes. Lua matches each item of a pattern within the one before it, so
--- a long one would overflow the stack of the thread, which ends the program.
local MAX_PATTERN = 1000

local PLAIN = {
  "assert",
  "error",
  "getmetatable",
  "ipairs",
  "next",
  "pairs",
  "rawequal",
  "select",
  "setmetatable",
  "tonumber",
  "tostring",
  "type",
  "unpack",
  "_VERSION",
}

-- Methods of strings go through the library itself, so it loses what has no bounds.
string.dump = nil
string.rep = function(text, count)
  if #text == 0 then
    return ""
  end
  if count * #text > MAX_REPEATED then
    error("string.rep: the result is larger than 1 MiB", 2)
  end
  return raw.rep(text, count)
end
for _, name in ipairs({ "find", "gmatch", "gsub", "match" }) do
  local unbounded = string[name]
  string[name] = function(text, pattern, ...)
    if #tostring(pattern) > MAX_PATTERN then
      error("string." .. name .. ": the pattern is longer than " .. MAX_PATTERN .. " bytes", 2)
    end
    return unbounded(text, pattern, ...)
  end
end
string.gfind = string.gmatch
getmetatable("").__metatable = false

local base = {}
local protected = {}
for _, name in ipairs(PLAIN) do
  base[name] = _G[name]
end

local function read_only(library, title)
  local view = {}
  protected[view] = true
  return raw.setmetatable(view, {
    __index = library,
    __newindex = function(_, key)
      error(title .. "." .. tostring(key) .. " belongs to the host and cannot be replaced", 2)
    end,
    __metatable = false,
  })
end

base.string = read_only(string, "string")
base.table = read_only(table, "table")
base.math = read_only(math, "math")

--- Passes on what a protected call returned, unless it failed because a limit was reached: then the
--- code around it stops as well.
local function checked(ok, ...)
  if not ok and host.is_exhausted() then
    error("the instruction limit was reached", 0)
  end
  return ok, ...
end

function base.pcall(...)
  return checked(raw.pcall(...))
end

function base.xpcall(f, handler)
  local ok, problem = raw.pcall(f)
  if ok then
    return true, problem
  end
  checked(ok)
  return false, handler(problem)
end

function base.print(...)
  local parts = { ... }
  for index = 1, select("#", ...) do
    parts[index] = tostring(parts[index])
  end
  host.print(table.concat(parts, "\t"))
end

function base.rawset(target, key, value)
  if protected[target] then
    error("a table of the host cannot be changed", 2)
  end
  return raw.rawset(target, key, value)
end

local G = {}
protected[G] = true
base._G = G
raw.setmetatable(G, {
  __index = base,
  __newindex = function(_, key, value)
    if base[key] ~= nil then
      error("the global " .. tostring(key) .. " belongs to the host and cannot be replaced", 2)
    end
    raw.rawset(G, key, value)
  end,
  __metatable = false,
})

-- The sim has a function for each name of this form, whatever the version.
raw.setmetatable(base, {
  __index = function(_, key)
    if type(key) == "string" and key:find("^Lo%u") then
      return host.sim_function(key)
    end
  end,
})

function base.rawget(target, key)
  local value = rawget(target, key)
  if value == nil and target == G then
    return rawget(base, key)
  end
  return value
end

local loaded = {}

base.package = {
  path = "",
  cpath = "",
  loaded = loaded,
  seeall = function(environment)
    if protected[environment] then
      error("a table of the host cannot be changed", 2)
    end
    raw.setmetatable(environment, { __index = G })
  end,
}

local environments = {}

function base.module(name, ...)
  if base[name] ~= nil then
    error("a module cannot have the name of the host's global " .. name, 2)
  end
  local environment = environments[name]
  if environment == nil then
    environment = { _NAME = name, _PACKAGE = "" }
    environment._M = environment
    environments[name] = environment
    raw.rawset(G, name, environment)
  end
  for _, option in ipairs({ ... }) do
    option(environment)
  end
  raw.setfenv(2, environment)
end

--- Files that the host replaces, by the name in `require`; and what is done with a file's result.
local replaced = { string = base.string, table = base.table, math = base.math }
local after_load, depth = {}, 0

local function load_file(name)
  local text, problem = host.read_file(name)
  if not text then
    error("module " .. name .. " cannot be read: " .. problem, 0)
  end
  if text:byte(1) == 27 then
    error("module " .. name .. " is compiled, and only source text is loaded", 0)
  end
  local chunk, syntax = raw.loadstring(text, "@" .. name)
  if not chunk then
    error(syntax, 0)
  end
  raw.setfenv(chunk, G)
  depth = depth + 1
  local ok, result = raw.pcall(chunk, name)
  depth = depth - 1
  if not ok then
    error(result, 0)
  end
  return result
end

local LOADING = {}

function base.require(name)
  if type(name) ~= "string" then
    error("require wants the name of a module", 2)
  end
  if replaced[name] ~= nil then
    return replaced[name]
  end
  if loaded[name] == LOADING then
    error("module " .. name .. " requires itself", 2)
  end
  if loaded[name] == nil then
    loaded[name] = LOADING
    local ok, result = raw.pcall(load_file, name)
    loaded[name] = nil
    if not ok then
      if depth > 1 then
        checked(ok)
      end
      result = host.on_failure(name, depth, result)
    end
    if after_load[name] then
      after_load[name](result)
    end
    loaded[name] = result == nil and true or result
  end
  return loaded[name]
end

return { base = base, replaced = replaced, after_load = after_load, load_file = load_file }
