"use client";

import { useTranslations } from "use-intl";
import { Button } from "./ui/button";
import { MessagePage } from "./ui/message-page";
import { inTurn } from "./ui/quantity";

export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  const t = useTranslations();
  return (
    <MessagePage title={t("pages.stopped.title")} detail={inTurn([t("pages.stopped.detail"), error.message && t("pages.stopped.reason", { words: error.message })], t)}>
      <Button onClick={reset}>{t("pages.tryAgain")}</Button>
    </MessagePage>
  );
}
