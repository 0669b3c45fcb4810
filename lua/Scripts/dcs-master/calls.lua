--- Actions that only modules of DCS-BIOS perform: commands without a click, values of args,
-- frequencies of radios, and commands of the sim. Pure.

local calls = {}

--- The calls by the number of their kind in the line. Each may raise an error.
local KINDS = {
  ["1"] = function(sim, call)
    sim.get_device(call.device):SetCommand(call.command, call.value)
  end,
  ["2"] = function(sim, call)
    sim.get_device(call.device):set_argument_value(call.command, call.value)
  end,
  ["3"] = function(sim, call)
    sim.get_device(call.device):set_frequency(call.value)
  end,
  ["4"] = function(sim, call)
    sim.set_command(call.command)
  end,
  ["5"] = function(sim, call)
    sim.set_command(call.command, call.value)
  end,
}

local function integer(digits)
  local number = tonumber(digits)
  if number and number <= 2147483647 and number >= -2147483647 then
    return number
  end
end

--- Returns the action of a line for `actions.lua`, or nil and the ticket. `sim`:
-- `get_device(number)` and `set_command(command, value)`.
function calls.of(sim, line)
  local kind, device, command, value, ticket =
    string.match(line, "^9 (%d) (%-?%d+) (%-?%d+) (%-?[%d.]+) (%d+)$")
  local run = KINDS[kind]
  device, command, value = integer(device), integer(command), tonumber(value)
  if not (run and device and command and value) then
    return nil, tonumber(ticket)
  end
  local call = { device = device, command = command, value = value, ticket = tonumber(ticket) }
  function call.run()
    run(sim, call)
  end
  return call, call.ticket
end

return calls
