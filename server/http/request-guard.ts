/** Which requests are for this site: what keeps other websites a person visits from using the server on their computer. */
import { isIP } from "node:net";
import { hostname } from "node:os";
import { type Said, said } from "@/models/said";

export interface GuardSettings {
  /** The address the site listens on. */
  host: string;
  /** Further names it may be called by. */
  allowedHosts: readonly string[];
}

/** Why a request is refused, in words for whoever sent it; null when it may pass. */
export function refusalOf(headers: Headers, settings: GuardSettings): Said | null {
  const host = headers.get("host") ?? "";
  const name = hostName(host);
  if (name === null || !isOurName(name, settings)) {
    return said("This server does not answer to the name “{name}”. Open it by its address, or add the name to ALLOWED_HOSTS.", { name: host.slice(0, 100) });
  }
  // Browsers say where a request comes from; programs of one's own (curl, the terminal) say nothing and may pass.
  const origin = headers.get("origin");
  if (origin !== null && originHost(origin) !== host.toLowerCase()) return said("Requests from other websites are refused.");
  const site = headers.get("sec-fetch-site");
  if (site === "cross-site" && headers.get("sec-fetch-mode") !== "navigate") return said("Requests from other websites are refused.");
  return null;
}

const loopback = ["localhost", "127.0.0.1", "::1"];

/** A name somebody else controls could be pointed at this computer (DNS rebinding), so only known names count. */
function isOurName(name: string, { host, allowedHosts }: GuardSettings): boolean {
  if (loopback.includes(name) || name === host.toLowerCase() || allowedHosts.includes(name)) return true;
  // Listening on every address: any address will do, and this computer's own name. Neither can be rebound.
  const everywhere = host === "0.0.0.0" || host === "::";
  return everywhere && (isIP(name) !== 0 || name === hostname().toLowerCase());
}

function hostName(host: string): string | null {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]/@?#\\]+))(?::\d{1,5})?$/i.exec(host);
  return (match?.[1] ?? match?.[2])?.toLowerCase() ?? null;
}

function originHost(origin: string): string | null {
  try {
    return new URL(origin).host;
  } catch {
    return null;
  }
}
