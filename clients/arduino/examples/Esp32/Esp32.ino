// A panel without a cable: an ESP32 that joins the WiFi and finds dcs-master by mDNS.
// dcs-master must let the network connect: start it with --listen 0.0.0.0:4242.
#include <DcsMasterWiFi.h>

DcsMasterWiFi cockpit("name of the network", "its password");

DCS_SWITCH(battery, cockpit, "BATTERY_SWITCH", 18);
DCS_BUTTON(cautionReset, cockpit, "MASTER_CAUTION_RESET", 19);
DCS_POTENTIOMETER(floodLight, cockpit, "FLOOD_LIGHT", 34);
DCS_LED(caution, cockpit, "MasterCaution", 2);

// The serial port is free for the monitor, which shows what the server refuses.
void onError(const char *reason) { Serial.println(reason); }
DCS_ERRORS(errors, cockpit, 120, onError);

void onRpm(long tenths) {
  Serial.print(tenths / 10);
  Serial.println(" %");
}
DCS_GAUGE(rpm, cockpit, "Engine_RPM", 1, onRpm, 2);

void onChannel(const char *text) { Serial.println(text); }
DCS_TEXT(channel, cockpit, 2, "txt_CHANNEL", 4, onChannel);

void setup() {
  Serial.begin(115200);
  cockpit.begin();
}

void loop() { cockpit.update(); }
