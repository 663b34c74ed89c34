import { existsSync } from "node:fs";

/** Of the Chromium that benches drive. Throws an Error saying how to get one when there is none. */
export function chromiumPath(): string {
  const path = process.env.CHROMIUM_PATH ?? ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"].find((one) => existsSync(one));
  if (!path) throw new Error("This bench needs Chromium. Install it (Debian and Ubuntu: apt-get install chromium) or name one with CHROMIUM_PATH.");
  return path;
}
