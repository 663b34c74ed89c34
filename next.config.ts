import type { NextConfig } from "next";

const everywhere = [
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "Referrer-Policy", value: "no-referrer" },
  { key: "X-Frame-Options", value: "DENY" },
  { key: "Cross-Origin-Opener-Policy", value: "same-origin" },
  { key: "Cross-Origin-Resource-Policy", value: "same-origin" },
  { key: "Permissions-Policy", value: "camera=(), microphone=(), geolocation=()" },
];

const config: NextConfig = {
  poweredByHeader: false,
  // Loaded from node_modules as they are: they carry native code, WebAssembly or workers of their own.
  serverExternalPackages: ["pg", "pg-boss", "sharp", "onnxruntime-node", "@prisma/client", "@prisma/adapter-pg", "@huggingface/tokenizers"],
  // `npm run types` checks everything once, tests included.
  typescript: { ignoreBuildErrors: true },
  headers: async () => [{ source: "/:path*", headers: everywhere }],
};

export default config;
