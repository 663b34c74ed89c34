"use client";

import { CircleAlert, X } from "lucide-react";
import { Toast as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { create } from "zustand";
import { Button } from "./button";
import { IconButton } from "./icon-button";

interface Message {
  id: number;
  title: string;
  detail?: string | undefined;
  tone: "plain" | "bad";
  action?: { label: string; run: () => void } | undefined;
  /** A newer message about the same thing takes its place. */
  about?: string | undefined;
}

const useMessages = create<{ messages: Message[] }>(() => ({ messages: [] }));
let count = 0;

/** Says something in the corner. Failures stay until they are closed; the rest leave after a while. */
export function toast(title: string, options: { detail?: string | undefined; tone?: "plain" | "bad"; action?: Message["action"]; about?: string } = {}): void {
  const message: Message = { id: ++count, title, detail: options.detail, tone: options.tone ?? "plain", action: options.action, about: options.about };
  if (options.about !== undefined) settleToast(options.about);
  useMessages.setState(({ messages }) => ({ messages: [...messages.slice(-2), message] }));
}

/** Takes back what was said about something that is settled now. */
export function settleToast(about: string): void {
  useMessages.setState(({ messages }) => ({ messages: messages.filter((message) => message.about !== about) }));
}

const dismiss = (id: number) => useMessages.setState(({ messages }) => ({ messages: messages.filter((message) => message.id !== id) }));

function Item({ message }: { message: Message }) {
  const t = useTranslations();
  const { id, title, detail, tone, action } = message;
  return (
    <Radix.Root
      duration={tone === "bad" ? Infinity : action || detail ? 8000 : 4000}
      onOpenChange={(open) => !open && dismiss(id)}
      className="appear flex items-center gap-3 rounded-lg border border-line bg-raised py-1.5 pr-1.5 pl-3 shadow-float"
    >
      {tone === "bad" && <CircleAlert size={16} className="shrink-0 text-bad" aria-hidden />}
      <div className="min-w-0 flex-1 py-1">
        <Radix.Title className="font-medium wrap-anywhere">{title}</Radix.Title>
        {detail && <Radix.Description className="text-muted wrap-anywhere">{detail}</Radix.Description>}
      </div>
      {action && (
        <Radix.Action asChild altText={action.label}>
          <Button onClick={action.run}>{action.label}</Button>
        </Radix.Action>
      )}
      <Radix.Close asChild>
        <IconButton label={t("common.dismiss")} size="small" side="top" icon={<X size={14} />} />
      </Radix.Close>
    </Radix.Root>
  );
}

export function ToastProvider({ children }: { children: ReactNode }) {
  const t = useTranslations();
  const messages = useMessages((state) => state.messages);
  return (
    <Radix.Provider swipeDirection="down" label={t("common.notification")}>
      {children}
      {messages.map((message) => (
        <Item key={message.id} message={message} />
      ))}
      {/* Radix puts the keys in. */}
      <Radix.Viewport label={t("common.notifications", { hotkey: "{hotkey}" })} className="fixed bottom-4 left-1/2 z-50 flex w-[min(26rem,calc(100vw-2rem))] -translate-x-1/2 flex-col gap-2 outline-none" />
    </Radix.Provider>
  );
}
