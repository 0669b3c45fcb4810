// The radio on a character display of 16 columns and 2 rows.
#include <DcsMaster.h>
#include <LiquidCrystal.h>

LiquidCrystal lcd(7, 8, 9, 10, 11, 12);

DcsMaster cockpit(Serial);

// Indicator and element, as `4` lists them; then column, row and width on the display.
DCS_DISPLAY(channel, cockpit, 2, "txt_CHANNEL", lcd, 8, 0, 2);
DCS_DISPLAY(frequency, cockpit, 2, "txt_FREQUENCY", lcd, 0, 1, 7);

DCS_ENCODER(channelKnob, cockpit, "RADIO_CHANNEL", 2, 3);

void setup() {
  Serial.begin(115200);
  lcd.begin(16, 2);
  lcd.print("Channel");
  cockpit.begin();
}

void loop() { cockpit.update(); }
