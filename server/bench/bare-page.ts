/** Serves the bare React Flow page on loopback, bundled into memory. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { build } from "esbuild";
import type { Workflow } from "@/nodes/workflow";
import { root } from "@/server/processes/root";

export interface BarePage {
  /** With a canvas of this size, px. */
  address(size: { width: number; height: number }): string;
  stop(): Promise<void>;
}

export async function serveBarePage(graph: Workflow): Promise<BarePage> {
  const { outputFiles } = await build({
    entryPoints: [join(root, "server/bench/bare-flow.tsx")],
    bundle: true,
    minify: true,
    write: false,
    outdir: "out",
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    define: { "process.env.NODE_ENV": '"production"' },
  });
  const file = (ending: string) => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? "";
  const [script, style] = [file(".js"), file(".css")];
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    const answer = (type: string, body: string) => response.writeHead(200, { "content-type": `${type}; charset=utf-8` }).end(body);
    if (pathname === "/page.js") answer("text/javascript", script);
    else if (pathname === "/page.css") answer("text/css", style);
    else if (pathname === "/graph.json") answer("application/json", JSON.stringify(graph));
    else {
      const size = `width:${Number(searchParams.get("width"))}px;height:${Number(searchParams.get("height"))}px`;
      answer("text/html", `<!doctype html><link rel="stylesheet" href="/page.css"><body style="margin:0"><div id="page" style="${size}"></div><script type="module" src="/page.js"></script>`);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: ({ width, height }) => `http://127.0.0.1:${port}/?width=${width}&height=${height}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
