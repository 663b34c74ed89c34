CREATE TYPE "RunStatus" AS ENUM ('queued', 'running', 'done', 'failed', 'cancelled');

CREATE TABLE "Workflow" (
  "id" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "graph" JSONB NOT NULL,
  "nodeCount" INTEGER NOT NULL,
  "version" INTEGER NOT NULL DEFAULT 1,
  "picture" TEXT,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "deletedAt" TIMESTAMPTZ(3),
  CONSTRAINT "Workflow_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "Workflow_updatedAt_idx" ON "Workflow" ("updatedAt");

CREATE TABLE "WorkflowVersion" (
  "workflowId" TEXT NOT NULL,
  "version" INTEGER NOT NULL,
  "name" TEXT NOT NULL,
  "graph" JSONB NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "WorkflowVersion_pkey" PRIMARY KEY ("workflowId", "version"),
  CONSTRAINT "WorkflowVersion_workflowId_fkey" FOREIGN KEY ("workflowId") REFERENCES "Workflow" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);

CREATE TABLE "Run" (
  "id" TEXT NOT NULL,
  "workflowId" TEXT NOT NULL,
  "graph" JSONB NOT NULL,
  "targets" TEXT[],
  "status" "RunStatus" NOT NULL DEFAULT 'queued',
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "startedAt" TIMESTAMPTZ(3),
  "endedAt" TIMESTAMPTZ(3),
  "seconds" DOUBLE PRECISION,
  "message" TEXT,
  "picture" TEXT,
  "cancelRequested" BOOLEAN NOT NULL DEFAULT false,
  "workerId" TEXT,
  "attempt" INTEGER NOT NULL DEFAULT 0,
  "crashes" INTEGER NOT NULL DEFAULT 0,
  "lastEvent" INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT "Run_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "Run_workflowId_fkey" FOREIGN KEY ("workflowId") REFERENCES "Workflow" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX "Run_createdAt_idx" ON "Run" ("createdAt");
CREATE INDEX "Run_workflowId_createdAt_idx" ON "Run" ("workflowId", "createdAt");
CREATE INDEX "Run_status_idx" ON "Run" ("status");

CREATE TABLE "RunEvent" (
  "runId" TEXT NOT NULL,
  "seq" INTEGER NOT NULL,
  "data" JSONB NOT NULL,
  "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "RunEvent_pkey" PRIMARY KEY ("runId", "seq"),
  CONSTRAINT "RunEvent_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);

CREATE TABLE "Preset" (
  "id" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "description" TEXT NOT NULL,
  "graph" JSONB NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "Preset_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "Setting" (
  "key" TEXT NOT NULL,
  "value" JSONB NOT NULL,
  CONSTRAINT "Setting_pkey" PRIMARY KEY ("key")
);

CREATE TABLE "Worker" (
  "id" TEXT NOT NULL,
  "heartbeatAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "status" JSONB NOT NULL,
  CONSTRAINT "Worker_pkey" PRIMARY KEY ("id")
);
