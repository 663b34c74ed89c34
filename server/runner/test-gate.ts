/** Where the nodes of test-runs.ts ask before each step: a test sees what is computed, and stops it at a place of its choice. */
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createInterface } from "node:readline";

export interface Hold {
  /** When a node has come to this place; it waits there. */
  readonly reached: Promise<void>;
  /** When the node that waits has been told to stop. */
  readonly stopped: Promise<void>;
  release(): void;
}

interface HeldPlace {
  readonly reached: () => void;
  readonly stopped: () => void;
  readonly released: Promise<void>;
}

function moment(): { readonly has: Promise<void>; readonly comes: () => void } {
  let comes!: () => void;
  const has = new Promise<void>((resolve) => (comes = resolve));
  return { has, comes };
}

export class TestGate {
  private readonly held = new Map<string, HeldPlace>();
  private readonly open = new Set<Socket>();
  private passed: string[] = [];

  private constructor(private readonly server: Server) {
    server.on("connection", (socket) => this.hear(socket));
  }

  static async open(): Promise<TestGate> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return new TestGate(server);
  }

  /** For ProcessSettings.runs. */
  get runs(): string {
    return new URL(`./test-runs.ts?gate=${(this.server.address() as AddressInfo).port}`, import.meta.url).href;
  }

  /** What was asked since this was last read: every node that was computed, and every step of it. */
  takePassed(): string[] {
    const passed = this.passed;
    this.passed = [];
    return passed;
  }

  /** The next node that comes to this place ("step 3 of a cat", "vae-decode of a cat") waits there. */
  hold(place: string): Hold {
    const [reached, stopped, released] = [moment(), moment(), moment()];
    this.held.set(place, { reached: reached.comes, stopped: stopped.comes, released: released.has });
    return { reached: reached.has, stopped: stopped.has, release: released.comes };
  }

  close(): void {
    this.server.close();
    for (const socket of this.open) socket.destroy();
  }

  private hear(socket: Socket): void {
    this.open.add(socket);
    let held: HeldPlace | undefined;
    createInterface({ input: socket }).on("line", (line) => {
      if (line === "stopped") return held?.stopped();
      this.passed.push(line);
      held = this.held.get(line);
      this.held.delete(line);
      held?.reached();
      void (held?.released ?? Promise.resolve()).then(() => socket.end());
    });
    socket.on("close", () => this.open.delete(socket));
    // A runner that is killed leaves its questions unanswered.
    socket.on("error", () => undefined);
  }
}
