import type { Metadata } from "next";
import { EditorPage } from "./editor-page";

export const metadata: Metadata = { title: "Workflow" };

/** `?run=` shows a run; with `node` and more, one view of the inspector (app/inspector/inspector-link.ts). */
export default async function Page({ params, searchParams }: { params: Promise<{ id: string }>; searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  const { id } = await params;
  const query = Object.entries(await searchParams).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : []));
  return <EditorPage id={id} query={new URLSearchParams(query).toString()} />;
}
