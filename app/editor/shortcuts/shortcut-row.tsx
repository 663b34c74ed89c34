"use client";

import { RotateCcw, X } from "lucide-react";
import { type KeyboardEvent, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { Button } from "@/app/ui/button";
import { classNames } from "@/app/ui/class-names";
import { IconButton } from "@/app/ui/icon-button";
import { Shortcut, useKeyWords } from "@/app/ui/shortcut";
import type { Command } from "../command";
import { bind, clearKeys, unbind, useKeyBindings, wishFor } from "./key-bindings";
import { isModifier, keysOf, type Reserved } from "./key-press";

interface RowProps {
  command: Command;
  /** With the keys they have now, and with those they come with. */
  commands: readonly Command[];
  usual: readonly Command[];
  /** The one row that was used last: only it listens, and asks. */
  current: boolean;
  listening: boolean;
  onListen: (listening: boolean) => void;
}

interface Question {
  readonly keys: string;
  readonly by: Command;
}

function Conflict({ question, onTake, onLeave }: { question: Question; onTake: () => void; onLeave: () => void }) {
  const t = useTranslations();
  const words = useKeyWords();
  return (
    <div role="alert" className="mb-2 flex flex-col gap-2 rounded-md bg-hover p-2">
      <p>{t("shortcuts.taken", { keys: words(question.keys), command: t(`commands.titles.${question.by.id}`) })}</p>
      <div className="flex flex-wrap gap-2">
        <Button onClick={onTake}>{t("shortcuts.take")}</Button>
        <Button tone="quiet" onClick={onLeave}>
          {t("shortcuts.leave")}
        </Button>
      </div>
    </div>
  );
}

function KeysOf({ command: { keys, otherKeys } }: { command: Command }) {
  return (
    <span className="flex gap-1.5">
      {keys && <Shortcut keys={keys} />}
      {otherKeys && <Shortcut keys={otherKeys} />}
    </span>
  );
}

/** A command and its keys: a click listens for new ones. */
export function ShortcutRow({ command, commands, usual, current, listening, onListen }: RowProps) {
  const t = useTranslations();
  const { bindings } = useKeyBindings();
  const words = useKeyWords();
  const [refused, setRefused] = useState<{ readonly keys: string; readonly why: Reserved } | null>(null);
  const [question, setQuestion] = useState<Question | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const swallowed = useRef(false);
  const { id, keys, otherKeys } = command;
  const title = t(`commands.titles.${id}`);
  const changed = Object.hasOwn(bindings, id);

  const change = (next: typeof bindings) => {
    useKeyBindings.setState({ bindings: next });
    setQuestion(null);
    setRefused(null);
    onListen(false);
    button.current?.focus();
  };
  const listen = (on: boolean) => {
    setQuestion(null);
    setRefused(null);
    onListen(on);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!listening || event.key === "Tab") return;
    event.preventDefault();
    event.stopPropagation();
    // The release of Space would press the button again.
    swallowed.current = event.key === " ";
    if (event.key === "Escape") return listen(false);
    if (isModifier(event) || event.repeat) return;
    const wanted = keysOf(event.nativeEvent);
    const wish = wishFor(commands, id, wanted);
    if (wish.kind === "refused") return setRefused({ keys: wanted, why: wish.why });
    if (wish.kind === "free") return change(bind(bindings, usual, id, wanted));
    listen(false);
    setQuestion({ keys: wanted, by: wish.by });
  };

  return (
    <li>
      <div className="group flex min-h-7 items-center justify-between gap-1">
        <span className="min-w-0 flex-1">{title}</span>
        {changed && <IconButton label={t("shortcuts.resetOf", { command: title })} hint={t("shortcuts.reset")} size="small" icon={<RotateCcw size={13} />} onClick={() => change(unbind(bindings, usual, id))} />}
        {keys && listening && <IconButton label={t("shortcuts.takeAwayOf", { command: title })} hint={t("shortcuts.takeAway")} size="small" icon={<X size={13} />} onPointerDown={(event) => event.preventDefault()} onClick={() => change(clearKeys(bindings, usual, id))} />}
        {command.native ? (
          <span className="px-1.5">
            <Shortcut keys={keys!} />
          </span>
        ) : (
          <button
            ref={button}
            type="button"
            aria-label={listening ? t("shortcuts.pressFor", { command: title }) : t("shortcuts.change", { command: title, keys: keys ? [keys, otherKeys].flatMap((each) => (each ? words(each) : [])).reduce((first, second) => t("common.joined", { first, second })) : t("shortcuts.noKeys") })}
            onClick={() => listen(!listening)}
            onKeyDown={onKeyDown}
            onKeyUp={(event) => {
              if (event.key === " " && swallowed.current) event.preventDefault();
              swallowed.current = false;
            }}
            onBlur={() => listening && listen(false)}
            className={classNames("flex h-7 shrink-0 items-center rounded-md px-1.5 text-sm hover:bg-hover", listening ? "bg-pressed text-ink" : "text-faint")}
          >
            {listening ? t("shortcuts.press") : keys ? <KeysOf command={command} /> : <span className="opacity-0 group-hover:opacity-100 group-focus-within:opacity-100">{t("shortcuts.set")}</span>}
          </button>
        )}
      </div>
      {current && refused && (
        <p role="alert" className="mb-1 text-sm text-warn">
          {t("shortcuts.refused", { keys: words(refused.keys), why: t(`shortcuts.reserved.${refused.why}`) })}
        </p>
      )}
      {current && question && <Conflict question={question} onTake={() => change(bind(bindings, usual, id, question.keys))} onLeave={() => change(bindings)} />}
    </li>
  );
}
