import type { Metadata } from "next";
import { requestTranslator } from "@/app/i18n/request-language";
import { ModelsPage } from "./models-page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await requestTranslator())("pages.titles.models") };
}

export default function Page() {
  return <ModelsPage />;
}
