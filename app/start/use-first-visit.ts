"use client";

import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { type Client, useTRPCClient } from "@/app/trpc-client";

/** Asked once per page load: the answer is given to the first who asks. */
let asked: Promise<string | null> | null = null;

function askFirst(client: Client): Promise<string | null> {
  asked ??= client.workflows.takeFirst.mutate().catch(() => null);
  return asked;
}

/** The very first visit goes straight to a workflow that can be run. True until that is decided. */
export function useFirstVisit(): boolean {
  const client = useTRPCClient();
  const router = useRouter();
  const [opening, setOpening] = useState(true);
  useEffect(() => {
    void askFirst(client).then((id) => {
      asked = Promise.resolve(null);
      if (id === null) setOpening(false);
      else router.replace(`/workflows/${id}`);
    });
  }, [client, router]);
  return opening;
}
