// dcs-bios-api, against a server that flies the sample aircraft.
//
// Arguments: the folder of the npm package, and the folder of the control reference, which takes the
// place of the package's own.
"use strict";

const fs = require("fs");
const path = require("path");

const [packageFolder, reference] = process.argv.slice(2);
const own = path.join(packageFolder, "docs", "json");
fs.rmSync(own, { recursive: true, force: true });
fs.mkdirSync(own, { recursive: true });
for (const name of ["MetadataStart.json", "MetadataEnd.json", "CommonData.json", "Kestrel_T1.json"]) {
  fs.copyFileSync(path.join(reference, name), path.join(own, name));
}

const Api = require(packageFolder);
const api = new Api();
api.startListening();
const late = setTimeout(() => {
  console.error("dcs-bios-api: nothing after 20 seconds");
  process.exit(1);
}, 20000);

let name = "";
api.on("_ACFT_NAME", (value) => {
  name = value.split("\0")[0];
});
api.on("ENGINE_RPM_G120", (value) => {
  if (name === "Kestrel_T1" && value > 1000) {
    api.sendMessage("LANDING_LIGHT_90 2");
  }
});
let altitude = 0;
api.on("ALT_MSL_FT", (value) => {
  altitude = value;
});
api.on("LANDING_LIGHT_90", (value) => {
  if (value === 2 && altitude > 1000) {
    console.log("dcs-bios-api: a text, a needle, a switch, the altitude, and a command back");
    clearTimeout(late);
    process.exit(0);
  }
});
