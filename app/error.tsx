"use client";

import { Button } from "./ui/button";
import { MessagePage } from "./ui/message-page";

export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <MessagePage title="This page stopped working" detail={`${error.message || "Something unforeseen happened."} Unsaved edits are kept on this machine and come back when the workflow is opened again.`}>
      <Button onClick={reset}>Try again</Button>
    </MessagePage>
  );
}
