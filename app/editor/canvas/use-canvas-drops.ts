/** Node types from the palette and files from the desktop, dropped where the pointer is. */
import { useReactFlow } from "@xyflow/react";
import { useRouter } from "next/navigation";
import { type DragEvent, useMemo } from "react";
import { useTRPCClient } from "@/app/trpc-client";
import { isNodeType } from "@/nodes/specs";
import { addNode, insertNode } from "../store/document-actions";
import type { EditorStore } from "../store/editor-store";
import { addKept } from "../store/kept-subgraphs";
import { takeFiles } from "./dropped-files";
import { aroundPointer, edgeInReach } from "./edge-in-reach";

const nodeTypeFormat = "application/x-bifrost-node-type";

/** Says which type is dragged. While it is over the canvas only the names of formats can be read, so the type is in one, too. */
export function carryNodeType(data: DataTransfer, type: string): void {
  data.setData(nodeTypeFormat, type);
  data.setData(`${nodeTypeFormat}.${type}`, "");
  data.effectAllowed = "copy";
}

const keptFormat = "application/x-bifrost-subgraph";

/** Says which kept subgraph is dragged. */
export function carryKept(data: DataTransfer, id: string): void {
  data.setData(keptFormat, id);
  data.effectAllowed = "copy";
}

function carriedType(data: DataTransfer): string | undefined {
  return data.types.find((format) => format.startsWith(`${nodeTypeFormat}.`))?.slice(nodeTypeFormat.length + 1);
}

const edgeAt = (store: EditorStore, event: DragEvent, type: string) => edgeInReach(event.currentTarget, store.getState().graph, store.getState().level, type, aroundPointer({ x: event.clientX, y: event.clientY }));

function aim(store: EditorStore, insertion: string | null): void {
  if (store.getState().insertion !== insertion) store.setState({ insertion });
}

export function useCanvasDrops(store: EditorStore) {
  const { screenToFlowPosition } = useReactFlow();
  const client = useTRPCClient();
  const router = useRouter();
  return useMemo(
    () => ({
      onDragOver: (event: DragEvent) => {
        const type = carriedType(event.dataTransfer);
        if (type === undefined && !event.dataTransfer.types.some((format) => format === "Files" || format === keptFormat)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = "copy";
        if (type !== undefined) aim(store, edgeAt(store, event, type));
      },
      onDragLeave: (event: DragEvent) => {
        if (!(event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget))) aim(store, null);
      },
      onDrop: (event: DragEvent) => {
        event.preventDefault();
        const at = screenToFlowPosition({ x: event.clientX, y: event.clientY });
        const type = event.dataTransfer.getData(nodeTypeFormat);
        const files = [...event.dataTransfer.files];
        const kept = event.dataTransfer.getData(keptFormat);
        aim(store, null);
        if (kept !== "") void addKept(store, client, kept, at);
        else if (isNodeType(type)) {
          const into = edgeAt(store, event, type);
          if (into === null) addNode(store, type, at);
          else insertNode(store, type, at, into);
        } else if (files.length > 0) void takeFiles(store, client, (id) => router.push(`/workflows/${id}`), { files, at, asPictures: event.altKey });
      },
    }),
    [store, screenToFlowPosition, client, router],
  );
}
