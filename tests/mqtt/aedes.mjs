// A second broker for the check: node aedes.mjs PORT [USER PASSWORD]
import { createRequire } from "node:module";
import net from "node:net";
import { pathToFileURL } from "node:url";

const [port, user, password] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${process.env.AEDES_FOLDER}/`));
const { Aedes } = await import(pathToFileURL(require.resolve("aedes")));
const broker = await Aedes.createBroker();
if (user) {
  broker.authenticate = (_client, name, secret, done) =>
    done(null, name === user && String(secret) === password);
}
net.createServer(broker.handle).listen(Number(port), "127.0.0.1");
