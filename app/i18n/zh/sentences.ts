/** Every sentence that code shared by server, terminal and page says (models/said.ts), by its English. */
import { checkpointSentences } from "./checkpoint-sentences";
import { inspectorSentences } from "./inspector-sentences";
import { problemSentences } from "./problem-sentences";
import { runSentences } from "./run-sentences";

export const sentencesByArea = [problemSentences, runSentences, checkpointSentences, inspectorSentences];

export const sentences: Readonly<Record<string, string>> = Object.assign({}, ...sentencesByArea);
