/** The page's one inspector worker, started when something is first looked at. */
import { type InspectorClient, startInspector } from "./inspector-client";

let started: InspectorClient | undefined;

export function inspectorWorker(): InspectorClient {
  return (started ??= startInspector());
}
