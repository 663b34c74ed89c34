import type { Metadata, Viewport } from "next";
import { headers } from "next/headers";
import type { ReactNode } from "react";
import "./globals.css";
import { languages } from "./i18n/language";
import { LanguageProvider } from "./i18n/language-provider";
import { requestLanguage, requestTranslator } from "./i18n/request-language";
import { messagesOf } from "./i18n/translator";
import { Providers } from "./providers";

export async function generateMetadata(): Promise<Metadata> {
  const t = await requestTranslator();
  return { title: { default: t("common.product"), template: `%s · ${t("common.product")}` }, description: t("pages.description") };
}

export const viewport: Viewport = {
  themeColor: [
    { media: "(prefers-color-scheme: dark)", color: "#15171c" },
    { media: "(prefers-color-scheme: light)", color: "#f8f9fa" },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const nonce = (await headers()).get("x-nonce") ?? undefined;
  const { choice, language } = await requestLanguage();
  return (
    // The theme's script sets an attribute before React arrives.
    <html lang={languages[language].tag} suppressHydrationWarning>
      <body>
        <LanguageProvider choice={choice} language={language} messages={messagesOf(language)}>
          <Providers nonce={nonce}>{children}</Providers>
        </LanguageProvider>
      </body>
    </html>
  );
}
