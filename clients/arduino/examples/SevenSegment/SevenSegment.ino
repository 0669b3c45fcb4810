// The altimeter setting on four digits of a seven-segment display with a MAX7219.
#include <DcsMaster.h>

const uint8_t DATA_PIN = 11;
const uint8_t CLOCK_PIN = 13;
const uint8_t LOAD_PIN = 10;

// The registers of the MAX7219 behind its digits.
const uint8_t DECODE = 9, INTENSITY = 10, SCAN_LIMIT = 11, SHUTDOWN = 12, DISPLAY_TEST = 15;

void send(uint8_t address, uint8_t data) {
  digitalWrite(LOAD_PIN, LOW);
  shiftOut(DATA_PIN, CLOCK_PIN, MSBFIRST, address);
  shiftOut(DATA_PIN, CLOCK_PIN, MSBFIRST, data);
  digitalWrite(LOAD_PIN, HIGH);
}

DcsMaster cockpit(Serial);

// The cockpit has a drum for each digit; digit 4 of the display is the leftmost.
void showThousands(long digit) { send(4, digit % 10); }
void showHundreds(long digit) { send(3, (digit % 10) | 0x80); }
void showTens(long digit) { send(2, digit % 10); }
void showOnes(long digit) { send(1, digit % 10); }

DCS_GAUGE(thousands, cockpit, "KT_BARO_1", 0, showThousands);
DCS_GAUGE(hundreds, cockpit, "KT_BARO_2", 0, showHundreds);
DCS_GAUGE(tens, cockpit, "KT_BARO_3", 0, showTens);
DCS_GAUGE(ones, cockpit, "KT_BARO_4", 0, showOnes);

DCS_ENCODER(knob, cockpit, "ALTIMETER_SETTING", 2, 3);

void setup() {
  Serial.begin(115200);
  pinMode(DATA_PIN, OUTPUT);
  pinMode(CLOCK_PIN, OUTPUT);
  pinMode(LOAD_PIN, OUTPUT);
  send(DISPLAY_TEST, 0);
  send(DECODE, 0x0F);
  send(SCAN_LIMIT, 3);
  send(INTENSITY, 4);
  send(SHUTDOWN, 1);
  cockpit.begin();
}

void loop() { cockpit.update(); }
