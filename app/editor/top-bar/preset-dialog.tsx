"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { describeError, useTRPC } from "@/app/trpc-client";
import { Button } from "@/app/ui/button";
import { Dialog } from "@/app/ui/dialog";
import { toast } from "@/app/ui/toast";
import { useEditorStore } from "../store/editor-context";

function PresetForm({ onDone }: { onDone: () => void }) {
  const store = useEditorStore();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const id = useId();
  const [name, setName] = useState(() => store.getState().name);
  const [description, setDescription] = useState("");
  const create = useMutation(
    trpc.presets.create.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries(trpc.presets.list.queryFilter());
        toast(`“${name.trim()}” is now a preset`, { detail: "It is offered on the start page." });
        onDone();
      },
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate({ name, description, graph: store.getState().graph });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4 pb-1">
      <div className="flex flex-col gap-1.5">
        <label htmlFor={`${id}-name`} className="text-muted">
          Name
        </label>
        <input id={`${id}-name`} className="field h-8" required maxLength={120} value={name} onChange={(event) => setName(event.target.value)} />
      </div>
      <div className="flex flex-col gap-1.5">
        <label htmlFor={`${id}-description`} className="text-muted">
          What it is for
        </label>
        <textarea id={`${id}-description`} className="field h-auto py-1.5" rows={3} maxLength={1000} value={description} onChange={(event) => setDescription(event.target.value)} />
      </div>
      {create.error && (
        <p role="alert" className="text-bad">
          {describeError(create.error)}
        </p>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" tone="primary" disabled={create.isPending}>
          Save preset
        </Button>
      </div>
    </form>
  );
}

export function PresetDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Save as preset" description="A preset starts new workflows with these nodes, connections and params.">
      <PresetForm onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}
