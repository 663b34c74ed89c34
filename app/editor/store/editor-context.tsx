"use client";

import { createContext, type ReactNode, useContext } from "react";
import { useStore } from "zustand";
import type { EditorSession } from "./editor-session";
import type { EditorState, EditorStore } from "./editor-store";

const SessionContext = createContext<EditorSession | null>(null);

export function EditorProvider({ session, children }: { session: EditorSession; children: ReactNode }) {
  return <SessionContext value={session}>{children}</SessionContext>;
}

export function useSession(): EditorSession {
  const session = useContext(SessionContext);
  if (!session) throw new Error("This component belongs inside the editor.");
  return session;
}

/** The store itself, for actions. */
export function useEditorStore(): EditorStore {
  return useSession().store;
}

export function useEditor<T>(selector: (state: EditorState) => T): T {
  return useStore(useEditorStore(), selector);
}
