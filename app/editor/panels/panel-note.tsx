import type { ReactNode } from "react";

/** What an empty place is for. */
export function PanelNote({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="flex flex-col gap-1 p-4">
      <p className="font-semibold">{title}</p>
      <p className="text-muted">{children}</p>
    </div>
  );
}
