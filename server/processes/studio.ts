/** The whole program: database, site and worker, in the order they need each other. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { migrate } from "@/server/database/migrations";
import { installQueue } from "@/server/runs/run-queue-tables";
import type { Settings } from "@/server/settings";
import type { InstanceLock } from "./instance-lock";
import { root } from "./root";
import { buildSite, generateClient } from "./site-build";
import { checkDataDir, checkPort, lockDataDir } from "./start-checks";
import { type ProcessSpec, SupervisedProcess } from "./supervised-process";

export interface StudioOptions {
  /** Serve the sources as they are edited, instead of a build. */
  dev: boolean;
  /** Open a browser when a person is looking. */
  open: boolean;
  say(line: string): void;
}

export class Studio {
  private lock: InstanceLock | null = null;
  /** In the order they were started. */
  private readonly processes: SupervisedProcess[] = [];

  constructor(
    private readonly settings: Settings,
    private readonly options: StudioOptions,
  ) {}

  /** Resolves when the site answers. Throws a StartProblem, or what a part said when it did not start. */
  async start(signal: AbortSignal): Promise<void> {
    const { settings, options } = this;
    checkDataDir(settings.dataDir);
    this.lock = await lockDataDir(settings.dataDir);
    await checkPort(settings);
    if (options.dev) await generateClient(options.say);
    else await buildSite(options.say, signal);
    signal.throwIfAborted();

    const url = settings.databaseUrl ?? (await this.startDatabase());
    signal.throwIfAborted();
    const applied = await migrate(url, join(root, "prisma", "migrations"));
    if (applied.length > 0) options.say(`Database updated: ${applied.join(", ")}.`);
    await installQueue(url);
    signal.throwIfAborted();

    const env = this.environment(url);
    const site = this.supervise("site", "web.ts", { ...env, NODE_ENV: options.dev ? "development" : "production" });
    const address = await site.start();
    // The system chose this port once; a page that is open must find the site there again when it comes back.
    if (settings.port === 0) site.keep({ PORT: new URL(address).port });
    // The site is of use without a worker, and there sooner when it starts first: runs wait in the queue.
    this.supervise("worker", "worker.ts", env)
      .start()
      .catch(() => {});
    options.say(`Bifrost Studio is ready at ${address}`);
    if (options.open && process.stdout.isTTY && !process.env.CI) openBrowser(address);
  }

  /** Resolves when every process is gone. The database goes last: the others still write to it. */
  async stop(): Promise<void> {
    const [first, ...others] = this.processes;
    await Promise.all(others.map((process) => process.stop()));
    await first?.stop();
    this.lock?.release();
  }

  private async startDatabase(): Promise<string> {
    if (!existsSync(join(this.settings.dataDir, "database"))) this.options.say("Making the database (only the first time) …");
    return this.supervise("database", "database.ts", { DATA_DIR: this.settings.dataDir }).start();
  }

  private environment(databaseUrl: string): Record<string, string> {
    const { settings } = this;
    return {
      DATABASE_URL: databaseUrl,
      DATA_DIR: settings.dataDir,
      CHECKPOINT_DIR: settings.checkpointDir,
      BIFROST_PROVIDER: settings.provider,
      HOST: settings.host,
      PORT: String(settings.port),
    };
  }

  private supervise(name: string, entry: string, env: Record<string, string>): SupervisedProcess {
    const onNudge: ProcessSpec["onNudge"] = (message) => {
      for (const other of this.processes) if (other !== supervised) other.tell(message);
    };
    const supervised = new SupervisedProcess({ name, entry, env, log: this.options.say, onNudge });
    this.processes.push(supervised);
    return supervised;
  }
}

/** Never by force: where there is no browser to open, nothing happens. */
function openBrowser(address: string): void {
  const [command, ...args] = process.platform === "darwin" ? ["open"] : process.platform === "win32" ? ["cmd", "/c", "start", ""] : ["xdg-open"];
  const child = spawn(command!, [...args, address], { stdio: "ignore", detached: true });
  child.on("error", () => {});
  child.unref();
}
