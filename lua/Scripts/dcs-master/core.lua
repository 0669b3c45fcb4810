--- Puts the parts together, one program per Lua state. Pure: what belongs to the
-- sim comes in as `host` (see `platform.lua`) and `sim` (see the two shells).

local load = ...
local Cockpit = load("cockpit")
local Indicators = load("indicators")
local Link = load("link")

local core = {}

--- The version of these scripts: here and nowhere else.
core.VERSION = "0.1.0"

--- The program around a link: whatever is called, nothing is raised.
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

--- The hook state's program: `frame`, `retire`, and what happens to missions.
function core.hook(host, sim)
  local cockpit = Cockpit.new(sim, host.settings)
  local program = guarded(Link.new(host.link("hook", core.VERSION), cockpit))

  function program.mission_started()
    cockpit.aircraft:mission_started()
  end

  -- The frame says so at once: while the next mission loads none will run.
  function program.mission_ended()
    cockpit.aircraft:mission_ended()
    program.frame()
  end

  return program
end

--- The export state's program: `frame`, `stop`, `start`, `retire`.
function core.export(host, sim)
  local indicators = Indicators.new(sim, host.settings)
  return guarded(Link.new(host.link("export", core.VERSION), indicators))
end

return core
