import { describe, expect, test } from "vitest";
import { inEnglish } from "@/models/said";
import { refusalOf } from "./request-guard";

const home = { host: "127.0.0.1", allowedHosts: [] };
const ask = (headers: Record<string, string>, settings: Parameters<typeof refusalOf>[1] = home) => {
  const refusal = refusalOf(new Headers(headers), settings);
  return refusal && inEnglish(refusal);
};

describe("hosts", () => {
  test.each(["127.0.0.1:3000", "localhost", "LOCALHOST:8080", "[::1]:3000"])("%s is this computer", (host) => {
    expect(ask({ host })).toBeNull();
  });
  test.each(["evil.example", "127.0.0.1.evil.example:3000", "localhost@evil.example", "192.168.1.5:3000", "", "localhost:3000:1"])("%s is not", (host) => {
    expect(ask({ host })).toContain("does not answer to the name");
  });
  test("a site for the network answers to addresses, its own names and those it was told", () => {
    const everywhere = { host: "0.0.0.0", allowedHosts: ["studio.example"] };
    expect(ask({ host: "192.168.1.5:3000" }, everywhere)).toBeNull();
    expect(ask({ host: "studio.example" }, everywhere)).toBeNull();
    expect(ask({ host: "evil.example" }, everywhere)).not.toBeNull();
  });
});

describe("origins", () => {
  const host = "localhost:3000";
  test("pages of the site and programs of one's own may ask", () => {
    expect(ask({ host, origin: "http://localhost:3000", "sec-fetch-site": "same-origin" })).toBeNull();
    expect(ask({ host })).toBeNull();
    expect(ask({ host, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" })).toBeNull();
  });
  test.each(["http://evil.example", "http://localhost:4000", "https://127.0.0.1:3000", "null"])("pages of %s may not", (origin) => {
    expect(ask({ host, origin })).toBe("Requests from other websites are refused.");
  });
  test("nor may event streams and pictures in other sites' pages, which send no origin", () => {
    expect(ask({ host, "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" })).not.toBeNull();
  });
});
