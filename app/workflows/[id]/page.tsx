import type { Metadata } from "next";
import { requestTranslator } from "@/app/i18n/request-language";
import { EditorPage } from "./editor-page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await requestTranslator())("pages.titles.workflow") };
}

/** `?run=` shows a run; with `node` and more, one view of the inspector (app/inspector/inspector-link.ts). */
export default async function Page({ params, searchParams }: { params: Promise<{ id: string }>; searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  const { id } = await params;
  const query = Object.entries(await searchParams).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : []));
  return <EditorPage id={id} query={new URLSearchParams(query).toString()} />;
}
