"use client";

import { SunMoon } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useTranslations } from "use-intl";
import { AppearanceItems } from "./appearance-items";
import { IconButton } from "./icon-button";
import { Menu } from "./menu";
import { ProductMark } from "./product-mark";
import { SystemWords } from "./system-words";

const places = [
  { href: "/", title: "common.places.workflows" },
  { href: "/runs", title: "common.places.runs" },
  { href: "/models", title: "common.places.models" },
] as const;

export function SiteHeader() {
  const t = useTranslations();
  const path = usePathname();
  return (
    <header className="sticky top-0 z-10 flex h-11 items-center gap-3 border-b border-line bg-panel pr-2 pl-3">
      <Link href="/" className="flex items-center gap-2 rounded-sm pr-2 font-semibold whitespace-nowrap">
        <ProductMark />
        <span className="max-sm:hidden">{t("common.product")}</span>
      </Link>
      <nav aria-label={t("common.places.label")} className="flex items-center">
        {places.map(({ href, title }) => (
          <Link key={href} href={href} aria-current={path === href ? "page" : undefined} className="rounded-md px-2.5 py-1 text-muted hover:text-ink aria-[current=page]:font-medium aria-[current=page]:text-ink">
            {t(title)}
          </Link>
        ))}
      </nav>
      <span className="flex-1" />
      <SystemWords className="max-md:hidden" />
      <Menu trigger={<IconButton label={t("common.appearance")} icon={<SunMoon size={16} />} />}>
        <AppearanceItems />
      </Menu>
    </header>
  );
}
