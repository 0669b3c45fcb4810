--- Our scripts as candidates, linked to a server. `load_script` loads a file of the scripts.

local load, load_script = ...
local clock, sockets = load("clock"), load("sockets")
local core, settings = load_script("core"), load_script("settings")
local scripts = {}

local function host(listener)
  local chosen = settings.from(nil)
  return {
    settings = chosen,
    link = function(name, version)
      return {
        name = name,
        version = version,
        bind = "127.0.0.1",
        port = 0,
        accepts_per_second = chosen.accepts_per_second,
        max_frame_ms = chosen.max_frame_ms,
        listen = function()
          return listener
        end,
        clock = clock.now,
        log = function() end,
        warn = function() end,
      }
    end,
  }
end

--- Returns our scripts as a candidate, linked to a server that has sent `lines`; not linked when
-- `lines` is nil. The text that `each_frame(number)` returns, if given, is sent before every frame.
local function ours(make, lines, each_frame)
  local listener = sockets.listen()
  local program = make(host(listener))
  local candidate = { frame = program.frame, drain = function() end, close = program.stop }
  if lines then
    local server = sockets.connect(listener)
    candidate.drain = sockets.drainer({ server })
    sockets.send_all(candidate, server, "0 1 0 1 0\n" .. table.concat(lines))
    sockets.run_frames(candidate, clock.FPS * 2)
    local beat = 0
    function candidate.drain()
      beat = beat + 1
      if each_frame then
        server:send(each_frame(beat))
      elseif beat % (2 * clock.FPS) == 0 then
        server:send("0\n")
      end
      while server:receive(8192) do
      end
    end
  end
  return candidate
end

--- Returns the scripts of the hook state that watch args. `rate_of(i)`: the rate of arg `i`;
-- `each_frame`: see `ours`.
function scripts.hook(cockpit, watched, rate_of, each_frame)
  local lines = {}
  for i = 1, watched do
    lines[i] = "2 " .. i .. " " .. (rate_of and rate_of(i) or 1000) .. "\n"
  end
  return ours(function(h)
    return core.hook(h, {
      get_device = function()
        return cockpit.device
      end,
      self_data = function()
        return { Name = "Bench" }
      end,
      unit_type = function() end,
    })
  end, lines, each_frame)
end

--- Returns the scripts of the hook state without a server.
function scripts.dormant()
  return ours(function(h)
    return core.hook(h, {})
  end)
end

--- Returns the scripts of the export state that watch ten indicators.
function scripts.indicators()
  local texts, calls, lines = {}, 0, {}
  for i = 0, 9 do
    texts[i] =
      string.rep("-----------------------------------------\nname\nvalue " .. i .. "\n", 10)
    lines[i + 1] = "3 " .. i .. " 10 1\n"
  end
  return ours(function(h)
    return core.export(h, {
      list_indication = function(number)
        calls = calls + 1
        return texts[(number + math.floor(calls / 100)) % 10]
      end,
    })
  end, lines)
end

--- Returns the scripts of the export state that watch these fields of telemetry 30 times a second.
function scripts.telemetry(flight, fields)
  local lines = {}
  for i, field in ipairs(fields) do
    lines[i] = "7 " .. field .. " 30\n"
  end
  return ours(function(h)
    return core.export(h, {
      export_allowed = function()
        return true
      end,
      find = function(name)
        return flight:find(name)
      end,
    })
  end, lines)
end

return scripts
