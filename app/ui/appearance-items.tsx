"use client";

import { Languages, Monitor, Moon, Sun } from "lucide-react";
import { useTheme } from "next-themes";
import { useTranslations } from "use-intl";
import { type LanguageChoice, languages } from "../i18n/language";
import { useLanguageChoice } from "../i18n/language-provider";
import { MenuChoice, MenuHeading, MenuLine } from "./menu";

function ThemeItems() {
  const t = useTranslations();
  const { theme = "system", setTheme } = useTheme();
  const themes = [
    { value: "system", title: t("common.theme.system"), icon: <Monitor size={14} /> },
    { value: "light", title: t("common.theme.light"), icon: <Sun size={14} /> },
    { value: "dark", title: t("common.theme.dark"), icon: <Moon size={14} /> },
  ];
  return (
    <>
      <MenuHeading>{t("common.theme.title")}</MenuHeading>
      <MenuChoice value={theme} onChange={setTheme} choices={themes} />
    </>
  );
}

function LanguageItems() {
  const t = useTranslations();
  const { choice, choose } = useLanguageChoice();
  const own = Object.entries(languages).map(([value, { name, tag }]) => ({ value, title: name, lang: tag, icon: <span /> }));
  return (
    <>
      <MenuHeading>{t("common.language.title")}</MenuHeading>
      <MenuChoice value={choice} onChange={(value) => choose(value as LanguageChoice)} choices={[{ value: "system", title: t("common.language.system"), icon: <Languages size={14} /> }, ...own]} />
    </>
  );
}

/** How the studio looks and which language it speaks. */
export function AppearanceItems() {
  return (
    <>
      <ThemeItems />
      <MenuLine />
      <LanguageItems />
    </>
  );
}
