--- Tests of what the export state reads and performs for modules of DCS-BIOS.

local t, fakes = ...

local MODEL_TIME, SELF_DATA, ATTITUDE = 1, 2, 20

local function watch(...)
  local lines = {}
  for _, key in ipairs({ ... }) do
    lines[#lines + 1] = "8 " .. key .. " 30\n"
  end
  return table.concat(lines)
end

t.case("readings: the hello has the number of functions", function()
  local rig = fakes.rig("export")
  local server = rig:connect()
  t.equal(rig:say(server, fakes.GREETING, 2)[1].functions, 33)
  rig = fakes.rig("hook")
  server = rig:connect()
  t.equal(rig:say(server, fakes.GREETING, 2)[1].functions, nil)
end)

t.case("readings: each is sent at once, then when it changes, all of a frame in a line", function()
  local rig, server, sim = fakes.linked("export")
  sim.draw_arguments[38], sim.frequency, sim.parameters = 0.5, 127500000, "PAGE:4\n"
  sim.figures.LoGetModelTime = 12.5
  local heard = rig:say(server, watch("1 38", "2 12", "3 0", "4 " .. MODEL_TIME))
  t.equal(heard, {
    {
      readings = { ["1 38"] = 0.5, ["2 12"] = 127500000, ["3 0"] = "PAGE:4\n", ["4 1"] = { 12.5 } },
    },
  })
  t.equal(rig:say(server, "0\n", 30), {})
  sim.draw_arguments[38] = 1
  t.equal(rig:say(server, "0\n", 3), { { readings = { ["1 38"] = 1 } } })
  t.equal(rig:say(server, watch("2 12")), { { readings = { ["2 12"] = 127500000 } } })
end)

t.case("readings: tables, several results, and what has no place in JSON", function()
  local rig, server, sim = fakes.linked("export")
  sim.figures.LoGetSelfData =
    { Name = "A", LatLongAlt = { Lat = 1 / 3 }, [2] = true, ["\200"] = '"\\\1\255', f = print }
  sim.results = { LoGetADIPitchBankYaw = { 0.25, 0 / 0, 1.5 } }
  server.incoming = watch("4 " .. SELF_DATA, "4 " .. ATTITUDE)
  rig:frames(1)
  local text = server.outgoing
  t.contains(text, '"4 20":[0.25,null,1.5]')
  t.contains(text, '"LatLongAlt":{"Lat":0.33333333333333331}')
  t.contains(text, '"2":true')
  t.contains(text, '"\\u00c8":"\\"\\\\\\u0001\\u00ff"')
  t.contains(text, '"f":null')
  t.equal(text:find("[\128-\255]"), nil)
end)

t.case("readings: a table that contains itself, and a large one, are cut", function()
  local rig, server, sim = fakes.linked("export")
  local endless = {}
  endless.again = endless
  sim.figures.LoGetSelfData = endless
  t.equal(#rig:say(server, watch("4 2")), 1)
  local large = {}
  for i = 1, 1000 do
    large["k" .. i] = i
  end
  sim.figures.LoGetSelfData = large
  local count = 0
  for _ in pairs(rig:say(server, watch("4 2"))[1].readings["4 2"][1]) do
    count = count + 1
  end
  t.equal(count, 256)
end)

t.case("readings: an error of the sim is no value, and costs no other", function()
  local rig, server, sim = fakes.linked("export")
  sim.draw_arguments[1], sim.draw_arguments[2] = 0.25, 0.75
  sim.broken["draw_argument 1"], sim.broken.get_frequency = true, true
  server.incoming = watch("1 1", "1 2", "2 12", "2 99", "4 9")
  rig:frames(1)
  t.equal(
    server.outgoing,
    '{"readings":{"1 1":null,"1 2":0.75,"2 12":null,"2 99":null,"4 9":null}}\n'
  )
  server:received()
  sim.broken = {}
  t.equal(rig:say(server, "0\n", 3), { { readings = { ["1 1"] = 0.25 } } })
end)

t.case("readings: each is read at its own rate, and only while watched", function()
  local rig, server, sim = fakes.linked("export")
  rig:say(server, "8 1 5 10\n8 1 6 30\n")
  sim.reads = 0
  rig:frames(60)
  t.equal(sim.reads >= 38 and sim.reads <= 42, true, sim.reads)
  rig:say(server, "8 1 5 0\n8 1 6 0\n")
  sim.reads = 0
  rig:frames(60)
  t.equal(sim.reads, 0)
end)

t.case("readings: what does not fit into the budget waits, and none is left out", function()
  local rig, server, sim = fakes.linked("export")
  local lines = {}
  for number = 1, 1024 do
    lines[number] = "8 1 " .. number .. " 30\n"
  end
  local seen, count = {}, 0
  server.incoming = table.concat(lines)
  for _ = 1, 200 do
    sim.reads = 0
    rig:frames(1)
    t.equal(sim.reads <= 1000, true, sim.reads)
    for _, line in ipairs(server:received()) do
      for key in pairs(line.readings or {}) do
        count = count + (seen[key] and 0 or 1)
        seen[key] = true
      end
    end
  end
  t.equal(count, 1024)
  t.contains(rig:say(server, "8 1 2000 30\n", 40)[1].error, "1024 are watched already")
end)

t.case("readings: calls are performed in order, and a failure has its ticket", function()
  local rig, server, sim = fakes.linked("export")
  local heard = rig:say(
    server,
    "9 1 12 3001 0.5 1\n9 2 12 7 -1 2\n9 3 12 0 127500000 3\n9 4 0 68 0 4\n9 5 0 2004 -0.5 5\n"
  )
  t.equal(heard, {})
  t.equal(sim.acted, {
    "SetCommand 3001=0.5",
    "set_argument_value 7=-1",
    "set_frequency 127500000",
    "LoSetCommand 68",
    "LoSetCommand 2004=-0.5",
  })
  sim.broken.SetCommand = true
  t.equal(rig:say(server, "9 1 12 3001 1 6\n"), { { error = "SetCommand is broken", ticket = 6 } })
  t.equal(rig:say(server, "9 1 99 3001 1 7\n")[1].ticket, 7)
end)

t.case("readings: wrong lines are refused", function()
  local rig, server = fakes.linked("export")
  for line, reason in pairs({
    ["8 6 1 30"] = "not a watch",
    ["8 1 x 30"] = "not a watch",
    ["8 1 4294967296 30"] = "not a watch",
    ["8 4 34 30"] = "no function 34: these scripts know those from 1 to 33",
    ["8 4 0 30"] = "no function 0",
    ["9 6 1 1 1 1"] = "not a call",
    ["9 1 1 4294967296 1 1"] = "not a call",
    ["9 1 1"] = "not a call",
  }) do
    t.contains(rig:say(server, line .. "\n")[1].error, reason)
  end
  rig, server = fakes.linked("hook")
  t.equal(rig:say(server, "8 1 1 30\n"), { { error = "not understood: 8 1 1 30" } })
end)

t.case("readings: end with the link", function()
  local rig, server, sim = fakes.linked("export")
  rig:say(server, watch("1 1", "3 0"))
  server.failure = "closed"
  rig:frames(2)
  sim.reads = 0
  rig:frames(60)
  t.equal(sim.reads, 0)
end)

t.case("readings: a DCS-BIOS in the state is known by the addresses to which it sends", function()
  local rig, server, sim = fakes.linked("export")
  local function targets()
    return rig:say(server, "8 5 0 1\n")[1].readings["5 0"]
  end
  t.equal(targets(), "null")
  sim.globals.package = { loaded = {} }
  t.equal(targets(), "null")
  sim.globals.BIOS = {}
  t.equal(targets(), { "239.255.50.10:5010" })
  local config = { udp_config = { { send_address = "239.255.50.10", send_port = 5010 } } }
  sim.globals.package.loaded["Scripts.DCS-BIOS.BIOSConfig"] = config
  t.equal(targets(), { "239.255.50.10:5010" })
  config.udp_config[2] = { send_address = "192.168.1.7", send_port = "5011" }
  t.equal(targets(), { "239.255.50.10:5010", "192.168.1.7:5011" })
  t.equal(rig:say(server, "0\n", 200), {})
  config.udp_config = nil
  t.equal(targets(), "null")
end)
