import type { Texts } from "../catalogue";
import type { en } from "../en/messages";
import { cards } from "./cards";
import { common } from "./common";
import { editing } from "./editing";
import { pages } from "./pages";
import { start } from "./start";

/** Simplified Chinese. The words for the field's terms are listed in app/i18n/README.md. */
export const zh: Texts<typeof en> = { cards, common, editing, pages, start };
