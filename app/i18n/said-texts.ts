/** Every sentence that the program says to people outside the catalogues of keys: the first argument of `said`, read where it is written. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync } from "vite";

const root = join(import.meta.dirname, "../..");

/** Speak in the terminal alone, which is English. */
const terminal = /^(models\/(parity|training|reference)|server\/(bench|cli|eval|faults|parity))\//;

interface Part {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

const isPart = (value: unknown): value is Part => typeof value === "object" && value !== null && typeof (value as Part).type === "string";

function callsIn(part: Part, name: string): Part[] {
  const own = part.type === "CallExpression" && (part.callee as { name?: string }).name === name ? [(part.arguments as Part[])[0]!] : [];
  return [...own, ...Object.values(part).flatMap((value) => (Array.isArray(value) ? value.filter(isPart) : isPart(value) ? [value] : [])).flatMap((inner) => callsIn(inner, name))];
}

/** The texts that an argument may come to; null where it is no text that is written there. */
function textsOf(argument: Part): (string | null)[] {
  switch (argument.type) {
    case "Literal":
      return [typeof argument.value === "string" ? argument.value : null];
    case "TemplateLiteral": {
      const [only, ...others] = argument.quasis as unknown as { value: { cooked: string } }[];
      return [others.length === 0 ? only!.value.cooked : null];
    }
    case "ConditionalExpression":
      return [...textsOf(argument.consequent as Part), ...textsOf(argument.alternate as Part)];
    default:
      return [null];
  }
}

export interface SaidText {
  readonly file: string;
  /** As it is written in the source. */
  readonly source: string;
  readonly text: string | null;
}

function saidIn(file: string, source: string, call: "said" | "quoted"): SaidText[] {
  if (!source.includes(`${call}(`)) return [];
  const { program } = parseSync(file, source);
  return callsIn(program as unknown as Part, call).flatMap((argument) => textsOf(argument).map((text) => ({ file, source: source.slice(argument.start, argument.end), text })));
}

function sources(): (readonly [file: string, source: string])[] {
  const files = ["models", "nodes", "server", "app"].flatMap((folder) => (readdirSync(join(root, folder), { recursive: true }) as string[]).map((file) => `${folder}/${file}`));
  return files.filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$|\/generated\//.test(file) && !terminal.test(file)).map((file) => [file, readFileSync(join(root, file), "utf8")] as const);
}

export function allSaid(): { said: SaidText[]; quoted: SaidText[] } {
  const read = sources();
  return { said: read.flatMap(([file, source]) => saidIn(file, source, "said")), quoted: read.flatMap(([file, source]) => saidIn(file, source, "quoted")) };
}
