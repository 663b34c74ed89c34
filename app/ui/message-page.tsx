"use client";

import Link from "next/link";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { buttonClass } from "./button";
import { ProductMark } from "./product-mark";

/** A whole page that says one thing, and the way on from it. */
export function MessagePage({ title, detail, children }: { title: string; detail: string; children?: ReactNode }) {
  const t = useTranslations();
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center gap-3 p-6 text-center">
      <ProductMark size={32} />
      <h1 className="mt-2 text-xl font-semibold">{title}</h1>
      <p className="max-w-md text-muted wrap-anywhere">{detail}</p>
      <div className="mt-2 flex gap-2">
        {children}
        <Link href="/" className={buttonClass("primary")}>
          {t("pages.allWorkflows")}
        </Link>
      </div>
    </main>
  );
}
