import type { Metadata } from "next";
import { requestTranslator } from "@/app/i18n/request-language";
import { RunsPage } from "./runs-page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await requestTranslator())("pages.titles.runs") };
}

export default function Page() {
  return <RunsPage />;
}
