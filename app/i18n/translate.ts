import type { useTranslations } from "use-intl";

/** What functions take that make words: `t("start.workflow.nodes", { count })`. */
export type Translate = ReturnType<typeof useTranslations<never>>;
