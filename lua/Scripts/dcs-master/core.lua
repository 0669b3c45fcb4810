--- Puts the parts together into one program per Lua state. Pure: what belongs to the sim is
-- passed as `host` (see `platform.lua`) and `sim` (see the two shells).

local load = ...
local Cockpit = load("cockpit")
local Instruments = load("instruments")
local Link = load("link")

local core = {}

--- The version of these scripts. No other file contains it.
core.VERSION = "0.1.0"

--- Returns the program around a link. None of its functions raises an error.
local function guarded(link)
  local program, frame = {}, link.frame

  function program.frame()
    local ok, reason = pcall(frame, link)
    if not ok then
      pcall(link.fail, link, reason)
    end
  end

  function program.stop()
    pcall(link.stop, link)
  end

  function program.start()
    pcall(link.start, link)
  end

  function program.retire()
    pcall(link.retire, link)
  end

  return program
end

--- Returns the hook state's program: `frame`, `stop`, `start`, `retire`, `mission_started`,
-- `mission_ended`.
function core.hook(host, sim)
  local link_host = host.link("hook", core.VERSION)
  local cockpit = Cockpit.new(sim, host.settings, link_host.clock)
  local program = guarded(Link.new(link_host, cockpit))

  function program.mission_started()
    cockpit.aircraft:mission_started()
  end

  -- An extra frame sends the change at once, since no frames run while the next mission loads.
  function program.mission_ended()
    cockpit.aircraft:mission_ended()
    program.frame()
  end

  return program
end

--- Returns the export state's program: `frame`, `stop`, `start`, `retire`.
function core.export(host, sim)
  local instruments = Instruments.new(sim, host.settings)
  return guarded(Link.new(host.link("export", core.VERSION), instruments))
end

return core
