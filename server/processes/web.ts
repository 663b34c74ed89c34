/** The process that serves the site and its API. */
import { createServer } from "node:http";
import next from "next";
import { readSettings } from "@/server/settings";
import { report, stopWithLauncher, survivePipes } from "./child-role";
import { root } from "./root";

survivePipes();
const { host, port } = readSettings(process.env);
const app = next({ dev: process.env.NODE_ENV === "development", dir: root, hostname: host, port });
await app.prepare();
const handle = app.getRequestHandler();
const server = createServer((request, response) => {
  void handle(request, response);
});
// Live events keep a response open for as long as a run takes.
server.requestTimeout = 0;

server.on("error", (error) => {
  report({ type: "failed", message: error.message });
  console.error(error.message);
  process.exit(1);
});
server.listen(port, host, () => {
  const address = server.address();
  const listening = typeof address === "object" && address ? address.port : port;
  const at = (name: string) => `http://${name.includes(":") ? `[${name}]` : name}:${listening}`;
  // The first call loads the API and opens the database; better now than while somebody waits for a page.
  const everywhere = host === "0.0.0.0" || host === "::";
  void fetch(`${at(everywhere ? "127.0.0.1" : host)}/api/trpc/system.status`)
    .catch(() => {})
    .then(() => report({ type: "ready", address: at(host) }));
});

stopWithLauncher(async () => {
  server.close();
  // Open event streams would keep the server from closing; browsers reconnect and go on where they were.
  server.closeAllConnections();
}, 2_000);
