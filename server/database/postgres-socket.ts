/**
 * Lets many clients share one PGlite, which is a single Postgres session, over the Postgres protocol.
 * A client has the session to itself from the first message of a statement to its Sync, and to the end of its transaction.
 * Messages of two clients in between each other would bind one's values to the other's statement, which is what becomes
 * of statements larger than one read of a socket (64 KB) when messages are passed on as they come.
 */
import { createServer, type Server, type Socket } from "node:net";
import type { PGlite } from "@electric-sql/pglite";
import { MessageReader, type WireMessage } from "./wire-messages";

/** A client that stops in the middle of a transaction would stop everybody. */
const longestSilenceMs = 30_000;

export interface PostgresSocket {
  /** The port, when it listens on one. */
  port: number | null;
  /** Resolves when every client is cut off and nothing is being executed. */
  close(): Promise<void>;
}

/** Starts listening. `onFatal` hears what PGlite throws: an SQL error is an answer, anything thrown is the end of the instance. */
export async function openPostgresSocket(
  db: PGlite,
  listen: { path: string } | { host: string; port: number },
  onFatal: (error: unknown) => void,
): Promise<PostgresSocket> {
  const session = new Session(db, onFatal);
  const clients = new Set<Client>();
  const server = createServer((socket) => {
    const client = new Client(socket, session);
    clients.add(client);
    socket.once("close", () => clients.delete(client));
  });
  await listening(server, listen);
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : null,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const client of clients) client.cut();
      await closed;
      await session.idle();
    },
  };
}

function listening(server: Server, listen: { path: string } | { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(listen, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/** The one session, and whose turn it is. */
class Session {
  private turns: Promise<void> = Promise.resolve();

  constructor(
    private readonly db: PGlite,
    private readonly onFatal: (error: unknown) => void,
  ) {}

  /** Resolves when it is the caller's turn, with what ends the turn. */
  take(): Promise<() => void> {
    const before = this.turns;
    let end = () => {};
    this.turns = new Promise((resolve) => (end = resolve));
    return before.then(() => end);
  }

  async idle(): Promise<void> {
    await this.turns;
  }

  get inTransaction(): boolean {
    return this.db.isInTransaction();
  }

  async execute(messages: Uint8Array, onData: (data: Uint8Array) => void): Promise<void> {
    try {
      await this.db.runExclusive(() => this.db.execProtocolRawStream(messages, { onRawData: onData }));
    } catch (error) {
      this.onFatal(error);
      throw error;
    }
  }
}

class Client {
  private readonly reader = new MessageReader();
  /** Messages of a statement whose Sync has not come yet: nothing of them is executed if it never comes. */
  private batch: Uint8Array[] = [];
  private working: Promise<void> = Promise.resolve();
  private endTurn: (() => void) | null = null;
  private gone = false;
  private silence: NodeJS.Timeout | undefined;

  constructor(
    private readonly socket: Socket,
    private readonly session: Session,
  ) {
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => {
      for (const message of this.reader.read(chunk)) this.receive(message);
    });
    socket.on("error", () => socket.destroy());
    socket.once("close", () => this.leave());
  }

  cut(): void {
    this.socket.destroy();
  }

  private receive(message: WireMessage): void {
    switch (message.kind) {
      case "encryption":
        // No: the socket is this user's own.
        this.socket.write("N");
        return;
      case "goodbye":
        this.socket.end();
        return;
      case "part":
        this.batch.push(message.bytes);
        return;
      case "complete": {
        const messages = Buffer.concat([...this.batch, message.bytes]);
        this.batch = [];
        this.working = this.working.then(() => this.execute(messages));
      }
    }
  }

  private async execute(messages: Uint8Array): Promise<void> {
    if (this.gone) return;
    clearTimeout(this.silence);
    this.endTurn ??= await this.session.take();
    // Between asking for a turn and having it, the client may have left.
    if (this.gone) return this.release();
    try {
      await this.session.execute(messages, (data) => this.socket.writable && this.socket.write(Buffer.from(data)));
    } catch {
      this.cut();
      return;
    }
    if (this.session.inTransaction) this.silence = setTimeout(() => this.cut(), longestSilenceMs);
    else this.release();
  }

  private leave(): void {
    this.gone = true;
    clearTimeout(this.silence);
    this.working = this.working.then(async () => {
      if (this.endTurn === null) return;
      if (this.session.inTransaction) await this.session.execute(rollback, () => {}).catch(() => {});
      this.release();
    });
  }

  private release(): void {
    this.endTurn?.();
    this.endTurn = null;
  }
}

/** The simple query "ROLLBACK". */
const rollback = Buffer.concat([Buffer.from("Q"), Buffer.from([0, 0, 0, 13]), Buffer.from("ROLLBACK\0")]);
