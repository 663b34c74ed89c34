import type { Texts } from "../catalogue";
import type { en } from "../en/messages";
import { bar } from "./bar";
import { canvas } from "./canvas";
import { cards } from "./cards";
import { commands } from "./commands";
import { common } from "./common";
import { editing } from "./editing";
import { files } from "./files";
import { inspect } from "./inspect";
import { inspector } from "./inspector";
import { models } from "./models";
import { pages } from "./pages";
import { panels } from "./panels";
import { paper } from "./paper";
import { params } from "./params";
import { pictures } from "./pictures";
import { problems } from "./problems";
import { running } from "./running";
import { runs } from "./runs";
import { saving } from "./saving";
import { shortcuts } from "./shortcuts";
import { start } from "./start";
import { subgraphs } from "./subgraphs";

/** Simplified Chinese. The words for the field's terms are listed in app/i18n/README.md. */
export const zh: Texts<typeof en> = {
  bar,
  canvas,
  cards,
  commands,
  common,
  editing,
  files,
  inspect,
  inspector,
  models,
  pages,
  panels,
  paper,
  params,
  pictures,
  problems,
  running,
  runs,
  saving,
  shortcuts,
  start,
  subgraphs,
};
