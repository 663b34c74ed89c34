import { cards } from "./cards";
import { common } from "./common";
import { editing } from "./editing";
import { pages } from "./pages";
import { start } from "./start";

/** Every text of the interface, in English: the keys and placeholders that the other languages must have. */
export const en = { cards, common, editing, pages, start } as const;
