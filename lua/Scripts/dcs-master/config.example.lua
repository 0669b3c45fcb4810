--- Settings of the scripts. Copy this file to `config.lua` and change what you need;
-- every line may be left out. These are the defaults. Restart the sim afterwards.

return {
  -- The address to listen on. With another one, "0.0.0.0" for example, anyone on that
  -- network can press cockpit buttons.
  bind = "127.0.0.1",
  -- The two ports; give `dcs-master serve` the same with --hook and --export.
  hook_port = 4243,
  export_port = 4244,
  -- While no server is linked: looks for one per second.
  accepts_per_second = 4,
  -- While one is linked: looks for another aircraft per second.
  aircraft_checks_per_second = 4,
  -- Texts of displays read in one frame at most.
  indicators_per_frame = 2,
}
