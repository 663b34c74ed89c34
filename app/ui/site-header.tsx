"use client";

import { SunMoon } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { IconButton } from "./icon-button";
import { Menu } from "./menu";
import { ProductMark } from "./product-mark";
import { SystemWords } from "./system-words";
import { ThemeItems } from "./theme-items";

const places = [
  { href: "/", title: "Workflows" },
  { href: "/runs", title: "Runs" },
  { href: "/models", title: "Models" },
];

export function SiteHeader() {
  const path = usePathname();
  return (
    <header className="sticky top-0 z-10 flex h-11 items-center gap-3 border-b border-line bg-panel pr-2 pl-3">
      <Link href="/" className="flex items-center gap-2 rounded-sm pr-2 font-semibold whitespace-nowrap">
        <ProductMark />
        <span className="max-sm:hidden">Bifrost Studio</span>
      </Link>
      <nav aria-label="Main" className="flex items-center">
        {places.map(({ href, title }) => (
          <Link key={href} href={href} aria-current={path === href ? "page" : undefined} className="rounded-md px-2.5 py-1 text-muted hover:text-ink aria-[current=page]:font-medium aria-[current=page]:text-ink">
            {title}
          </Link>
        ))}
      </nav>
      <span className="flex-1" />
      <SystemWords className="max-md:hidden" />
      <Menu trigger={<IconButton label="Theme" icon={<SunMoon size={16} />} />}>
        <ThemeItems />
      </Menu>
    </header>
  );
}
