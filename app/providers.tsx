"use client";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { setNonce } from "get-nonce";
import { ThemeProvider } from "next-themes";
import { type ReactNode, useState } from "react";
import { z } from "zod";
import { createClient, refusalOf, TRPCProvider } from "./trpc-client";
import { ToastProvider } from "./ui/toast";
import { TooltipProvider } from "./ui/tooltip";

// Zod's compiled parsers need eval, which the content security policy forbids.
z.config({ jitless: true });

function createQueryClient() {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        // What was refused with a reason will be refused again.
        retry: (count, error) => count < 2 && refusalOf(error)?.code === undefined,
        refetchOnWindowFocus: true,
      },
    },
  });
}

export function Providers({ nonce, children }: { nonce: string | undefined; children: ReactNode }) {
  const [queryClient] = useState(() => {
    // Dialogs lock scrolling with a style element of their own, which needs the nonce too.
    if (nonce) setNonce(nonce);
    return createQueryClient();
  });
  const [client] = useState(createClient);
  return (
    <ThemeProvider attribute="data-theme" defaultTheme="system" enableSystem disableTransitionOnChange {...(nonce && { nonce })}>
      <QueryClientProvider client={queryClient}>
        <TRPCProvider trpcClient={client} queryClient={queryClient}>
          <TooltipProvider delayDuration={400} skipDelayDuration={200}>
            <ToastProvider>{children}</ToastProvider>
          </TooltipProvider>
        </TRPCProvider>
      </QueryClientProvider>
    </ThemeProvider>
  );
}
