import { requestTranslator } from "./i18n/request-language";
import { MessagePage } from "./ui/message-page";

export default async function NotFound() {
  const t = await requestTranslator();
  return <MessagePage title={t("pages.notFound.title")} detail={t("pages.notFound.detail")} />;
}
