--- Settings of the scripts. Copy this file to `config.lua` and change what you need; every
-- setting may be left out. The values below are the defaults. Restart the sim afterwards.

return {
  -- The address to listen on. With another address, such as "0.0.0.0", anyone on that network
  -- can press cockpit buttons.
  bind = "127.0.0.1",
  -- The two ports. `dcs-master serve` reads them here; if it runs on another computer, pass them
  -- with --hook and --export.
  hook_port = 4243,
  export_port = 4244,
  -- How many times a second to check for a connection while no server is linked.
  accepts_per_second = 4,
  -- How many times a second to check for another aircraft while a server is linked.
  aircraft_checks_per_second = 4,
  -- The most display texts to read in one frame.
  indicators_per_frame = 2,
  -- The most milliseconds to use in one frame. Work that does not fit is done in the next frames.
  max_frame_ms = 1,
}
