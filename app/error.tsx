"use client";

import { useTranslations } from "use-intl";
import { Button } from "./ui/button";
import { MessagePage } from "./ui/message-page";

export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  const t = useTranslations();
  return (
    <MessagePage title={t("pages.stopped.title")} detail={t("pages.stopped.detail", { reason: error.message || t("pages.stopped.unforeseen") })}>
      <Button onClick={reset}>{t("pages.tryAgain")}</Button>
    </MessagePage>
  );
}
