/** Tells the translator our keys and placeholders: a missing or mistyped one does not compile. */
import type { en } from "./en/messages";
import type { LanguageTag } from "./language";

declare module "use-intl" {
  interface AppConfig {
    Locale: LanguageTag;
    Messages: typeof en;
  }
}
