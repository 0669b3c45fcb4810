//! What the whole-program tests share: processes, ports, text clients, the stand-in sim.
