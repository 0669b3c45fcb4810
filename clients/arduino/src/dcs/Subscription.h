// The lines that subscribe to gauges and texts.
#pragma once

#include "Line.h"

/// The most updates per second for an output.
enum : uint8_t { DCS_LAMP_RATE = 30, DCS_NEEDLE_RATE = 20 };

/// Writes "2 <gauge> <id> <precision> <rate>".
void dcsSubscribe(DcsLine &line, const char *gauge, uint8_t id, int8_t precision, uint8_t rate);

/// Writes "3 <indicator> <element> <id>".
void dcsSubscribeText(DcsLine &line, uint8_t indicator, const char *element, uint8_t id);
