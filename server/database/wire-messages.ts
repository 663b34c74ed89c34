/** Cuts the bytes a Postgres client sends into messages, and says what each means for whose turn it is. */

export type WireMessage =
  /** A wish to talk encrypted; the answer is one letter. */
  | { kind: "encryption" }
  /** The client leaves, or wants another connection's statement cancelled, which a single session cannot do. */
  | { kind: "goodbye" }
  /** Belongs to a statement that goes on. */
  | { kind: "part"; bytes: Uint8Array }
  /** Ends a statement: an answer is due. */
  | { kind: "complete"; bytes: Uint8Array };

const sslRequest = 80877103;
const gssRequest = 80877104;
const cancelRequest = 80877102;

/** Parse, Bind, Describe, Execute, Close: nothing is answered before the Sync that follows. */
const parts = new Set(["P", "B", "D", "E", "C"].map((letter) => letter.charCodeAt(0)));
const terminate = "X".charCodeAt(0);

export class MessageReader {
  private buffer: Buffer = Buffer.alloc(0);
  /** A connection begins with messages that have no type. */
  private started = false;

  /** The messages that are whole with this chunk. */
  read(chunk: Buffer): WireMessage[] {
    this.buffer = this.buffer.length === 0 ? chunk : Buffer.concat([this.buffer, chunk]);
    const messages: WireMessage[] = [];
    for (let next = this.next(); next !== null; next = this.next()) messages.push(next);
    return messages;
  }

  private next(): WireMessage | null {
    const header = this.started ? 1 : 0;
    if (this.buffer.length < header + 4) return null;
    const size = header + this.buffer.readInt32BE(header);
    if (this.buffer.length < size) return null;
    const bytes = Buffer.from(this.buffer.subarray(0, size));
    this.buffer = this.buffer.subarray(size);
    return this.started ? statement(bytes) : this.greeting(bytes);
  }

  private greeting(bytes: Buffer): WireMessage {
    const code = bytes.readInt32BE(4);
    if (code === sslRequest || code === gssRequest) return { kind: "encryption" };
    if (code === cancelRequest) return { kind: "goodbye" };
    this.started = true;
    return { kind: "complete", bytes };
  }
}

function statement(bytes: Buffer): WireMessage {
  const type = bytes.readUInt8(0);
  if (type === terminate) return { kind: "goodbye" };
  return { kind: parts.has(type) ? "part" : "complete", bytes };
}
