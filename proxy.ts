/** Runs before every page and API call: turns away other websites, and sets the headers that keep this one safe. */
import { type NextRequest, NextResponse } from "next/server";
import { saidMessage } from "@/models/said";
import { refusalOf } from "@/server/http/request-guard";
import { readSettings } from "@/server/settings";

const settings = readSettings(process.env);
const dev = process.env.NODE_ENV === "development";

export function proxy(request: NextRequest): NextResponse {
  const refusal = refusalOf(request.headers, settings);
  if (refusal !== null) return NextResponse.json(saidMessage(refusal), { status: 403 });
  const nonce = Buffer.from(crypto.randomUUID()).toString("base64");
  const policy = contentSecurityPolicy(nonce);
  // Next reads the nonce from the policy of the request, and puts it on the scripts it writes.
  const headers = new Headers(request.headers);
  headers.set("x-nonce", nonce);
  headers.set("content-security-policy", policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  return response;
}

/** Edits while developing arrive by eval and inline styles. */
function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${dev ? " 'unsafe-eval'" : ""}`,
    dev ? "style-src 'self' 'unsafe-inline'" : `style-src 'self' 'nonce-${nonce}'`,
    // The canvas places nodes by style attributes.
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' blob: data:",
    "font-src 'self'",
    `connect-src 'self'${dev ? " ws:" : ""}`,
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

export const config = {
  // Uploads and animations look at their headers themselves: what passes here is buffered whole. Static files are the same for everybody.
  matcher: ["/((?!api/uploads|api/animations|_next/static|favicon.ico).*)"],
};
