import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { appRouter } from "@/server/api/router";
import { services } from "@/server/services";

export const dynamic = "force-dynamic";

function handle(request: Request): Promise<Response> {
  return fetchRequestHandler({
    endpoint: "/api/trpc",
    req: request,
    router: appRouter,
    createContext: services,
    onError({ error, path }) {
      // Refusals are answers; defects are for the log.
      if (error.code === "INTERNAL_SERVER_ERROR") console.error(`${path ?? "A call"} failed:`, error.cause ?? error);
    },
  });
}

export { handle as GET, handle as POST };
