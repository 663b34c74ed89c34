-- Results that are reused, the order of the queue, pausing, pins and limits.
ALTER TYPE "RunStatus" ADD VALUE 'paused' AFTER 'running';

ALTER TABLE "Run"
  ADD COLUMN "pauseRequested" BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN "rank" INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "forced" TEXT[] DEFAULT ARRAY[]::TEXT[],
  ADD COLUMN "pinned" BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN "timeLimit" DOUBLE PRECISION;

DROP INDEX "Run_status_idx";
CREATE INDEX "Run_status_rank_createdAt_idx" ON "Run" ("status", "rank", "createdAt");

CREATE TABLE "Result" (
  "key" TEXT NOT NULL,
  "type" TEXT NOT NULL,
  "recipe" JSONB NOT NULL,
  "outputs" JSONB NOT NULL,
  "frames" JSONB NOT NULL,
  "notices" JSONB NOT NULL,
  "seconds" DOUBLE PRECISION NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "usedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "Result_pkey" PRIMARY KEY ("key")
);
CREATE INDEX "Result_usedAt_idx" ON "Result" ("usedAt");

CREATE TABLE "LastRecipe" (
  "workflowId" TEXT NOT NULL,
  "nodeId" TEXT NOT NULL,
  "key" TEXT NOT NULL,
  "recipe" JSONB NOT NULL,
  CONSTRAINT "LastRecipe_pkey" PRIMARY KEY ("workflowId", "nodeId"),
  CONSTRAINT "LastRecipe_workflowId_fkey" FOREIGN KEY ("workflowId") REFERENCES "Workflow" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
