"use client";

import "./globals.css";

/** The last resort, when even the layout fails: it can count on nothing but itself. */
export default function GlobalError({ reset }: { error: Error; reset: () => void }) {
  return (
    <html lang="en">
      <body className="flex min-h-dvh flex-col items-center justify-center gap-3 p-6 text-center">
        <title>Bifrost Studio</title>
        <h1 className="text-xl font-semibold">Bifrost Studio stopped working</h1>
        <p className="text-muted">Unsaved edits are kept on this machine and come back when the workflow is opened again.</p>
        <button type="button" onClick={reset} className="rounded-lg bg-accent px-3 py-1.5 font-semibold text-on-accent">
          Try again
        </button>
      </body>
    </html>
  );
}
