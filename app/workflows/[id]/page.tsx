import type { Metadata } from "next";
import { EditorPage } from "./editor-page";

export const metadata: Metadata = { title: "Workflow" };

export default async function Page({ params, searchParams }: { params: Promise<{ id: string }>; searchParams: Promise<{ run?: string | string[] }> }) {
  const { id } = await params;
  const { run } = await searchParams;
  return <EditorPage id={id} runId={typeof run === "string" ? run : null} />;
}
