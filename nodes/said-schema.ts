/** Messages for people as they are stored and sent: English, and what that is made of, so that it can be said in another language. */
import { z } from "zod";
import type { Said, SaidMessage } from "@/models/said";

const saidSchema: z.ZodType<Said> = z.object({ text: z.string(), values: z.record(z.string(), z.union([z.string(), z.lazy(() => saidSchema)])) });

/** Absent in what was stored before it was kept. */
export const saidWordsSchema = z.object({ message: saidSchema, remedy: saidSchema.optional() });

/** Older ones are a text alone. */
export const saidMessageSchema: z.ZodType<SaidMessage> = z.union([
  z.string().transform((message) => ({ message })),
  z.object({ message: z.string(), remedy: z.string().optional(), said: saidWordsSchema.optional() }),
]);
