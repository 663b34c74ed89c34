"use client";

import { useStoreApi } from "@xyflow/react";
import { useEffect } from "react";
import { useEditor } from "../store/editor-context";

/** A connection begun with a click and given up otherwise than by another: the canvas's own memory of it goes, too. */
export function ClickConnecting() {
  const connecting = useEditor((state) => state.offer !== null);
  const flow = useStoreApi();
  useEffect(() => {
    if (!connecting) flow.setState({ connectionClickStartHandle: null });
  }, [connecting, flow]);
  return null;
}
