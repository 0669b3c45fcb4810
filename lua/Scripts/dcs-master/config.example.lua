--- Settings of the scripts. Copy this file to `config.lua` and change what you need; every
-- line may be left out. These are the defaults. Restart the sim afterwards.

return {
  -- The address to listen on. With another one, "0.0.0.0" for example, anyone on that
  -- network can press cockpit buttons.
  bind = "127.0.0.1",
  -- The two ports; give `dcs-master serve` the same with --hook and --export.
  hook_port = 4243,
  export_port = 4244,
  -- How many times a second to look for a connection while no server is linked.
  accepts_per_second = 4,
  -- How many times a second to look for another aircraft while a server is linked.
  aircraft_checks_per_second = 4,
  -- How many texts of displays to read in one frame at most.
  indicators_per_frame = 2,
  -- How many milliseconds of a frame to use at most. Work that does not fit is done in the
  -- next frames.
  max_frame_ms = 1,
}
