/** The process that holds the embedded database. */
import { openEmbeddedDatabase } from "@/server/database/embedded-database";
import { LockedError } from "./instance-lock";
import { readSettings } from "@/server/settings";
import { report, stopWithLauncher, survivePipes } from "./child-role";

survivePipes();
const { dataDir } = readSettings(process.env);
try {
  const database = await openEmbeddedDatabase(dataDir, (error) => {
    console.error("The database broke down and is opened again:", error instanceof Error ? error.message : error);
    process.exit(1);
  });
  stopWithLauncher(() => database.close(), 5_000);
  report({ type: "ready", address: database.url });
} catch (error) {
  const message =
    error instanceof LockedError
      ? `The database in ${dataDir} is in use by process ${error.pid}.`
      : `The database in ${dataDir} does not open: ${error instanceof Error ? error.message : String(error)}`;
  report({ type: "failed", message });
  console.error(message);
  process.exitCode = 1;
  process.disconnect?.();
}
