//! defgen: compiles the cockpit Lua of a DCS install into name tables.
