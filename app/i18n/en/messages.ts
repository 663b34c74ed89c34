import { cards } from "./cards";
import { common } from "./common";
import { editing } from "./editing";
import { files } from "./files";
import { models } from "./models";
import { pages } from "./pages";
import { paper } from "./paper";
import { runs } from "./runs";
import { start } from "./start";

/** Every text of the interface, in English: the keys and placeholders that the other languages must have. */
export const en = {
  cards,
  common,
  editing,
  files,
  models,
  pages,
  paper,
  runs,
  start,
} as const;
