"use client";

import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { currentTranslator } from "@/app/i18n/current-translator";
import { spoken } from "@/app/i18n/vocabulary";
import { type Client, useTRPCClient } from "@/app/trpc-client";

/** Asked once per page load: the answer is given to the first who asks. */
let asked: Promise<string | null> | null = null;

/** The server made it before anybody came, and knew no language to name it in. */
async function takeFirst(client: Client): Promise<string | null> {
  const first = await client.workflows.takeFirst.mutate();
  if (!first) return null;
  const name = spoken(first.name, currentTranslator());
  if (name !== first.name) await client.workflows.rename.mutate({ id: first.id, name }).catch(() => undefined);
  return first.id;
}

function askFirst(client: Client): Promise<string | null> {
  asked ??= takeFirst(client).catch(() => null);
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
