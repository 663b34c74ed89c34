/** Node types from the palette and picture files from the desktop, dropped where the pointer is. */
import { useReactFlow } from "@xyflow/react";
import { type DragEvent, useMemo } from "react";
import { isNodeType } from "@/nodes/specs";
import { toast } from "@/app/ui/toast";
import { addNode, setParam } from "../store/document-actions";
import type { EditorStore } from "../store/editor-store";
import { uploadPicture } from "../params/upload-picture";

export const nodeTypeFormat = "application/x-bifrost-node-type";

/** A Load Image node for each picture, which appears at once and gets its picture when it has arrived. */
export function addPictures(store: EditorStore, files: readonly File[], at: { x: number; y: number }): void {
  files.forEach((file, index) => {
    const id = addNode(store, "load-image", { x: at.x + index * 40, y: at.y + index * 40 });
    uploadPicture(file).then(
      ({ hash, name }) => setParam(store, id, "image", { hash, name }),
      (error: Error) => toast(`${file.name} could not be read`, { detail: error.message, tone: "bad" }),
    );
  });
}

export function useCanvasDrops(store: EditorStore) {
  const { screenToFlowPosition } = useReactFlow();
  return useMemo(
    () => ({
      onDragOver: (event: DragEvent) => {
        const { types } = event.dataTransfer;
        if (!types.includes(nodeTypeFormat) && !types.includes("Files")) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = "copy";
      },
      onDrop: (event: DragEvent) => {
        event.preventDefault();
        const at = screenToFlowPosition({ x: event.clientX, y: event.clientY });
        const type = event.dataTransfer.getData(nodeTypeFormat);
        const files = [...event.dataTransfer.files];
        if (isNodeType(type)) addNode(store, type, at);
        else if (files.length > 0) addPictures(store, files, at);
      },
    }),
    [store, screenToFlowPosition],
  );
}
