/** The typed client of the server's API. */
import { createTRPCClient, httpBatchLink, httpSubscriptionLink, splitLink, TRPCClientError } from "@trpc/client";
import { createTRPCContext } from "@trpc/tanstack-react-query";
import { currentTranslator } from "@/app/i18n/current-translator";
import { sentence } from "@/app/i18n/vocabulary";
import type { Refused } from "@/server/api/contract";
import type { AppRouter } from "@/server/api/router";

export const { TRPCProvider, useTRPC, useTRPCClient } = createTRPCContext<AppRouter>();

export function createClient() {
  const url = "/api/trpc";
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: (operation) => operation.type === "subscription",
        true: httpSubscriptionLink({ url }),
        false: httpBatchLink({ url }),
      }),
    ],
  });
}

export type Client = ReturnType<typeof createClient>;

/** What the server said beside its message, when it refused. */
export function refusalOf(error: unknown): (Refused & { code?: string }) | null {
  return error instanceof TRPCClientError ? ((error.data ?? null) as (Refused & { code?: string }) | null) : null;
}

/** Whether the server could not be asked at all: a TRPCClientError without data never reached the server's own code. */
export function isAway(error: unknown): boolean {
  return error instanceof TRPCClientError && error.data == null;
}

/** Why something did not work, in words for the person. */
export function describeError(error: unknown): string {
  if (isAway(error)) return currentTranslator()("common.failures.unreachable");
  const t = currentTranslator();
  const refused = refusalOf(error)?.said;
  if (refused) return sentence(refused.message, t);
  if (error instanceof Error && error.message !== "") return error.message;
  return t("common.failures.unknown");
}
