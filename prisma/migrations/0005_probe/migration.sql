-- Runs that show what a run of somebody's did, and are no runs of theirs.
CREATE TYPE "RunPurpose" AS ENUM ('run', 'probe');
ALTER TABLE "Run" ADD COLUMN "purpose" "RunPurpose" NOT NULL DEFAULT 'run';
CREATE INDEX "Run_purpose_endedAt_idx" ON "Run" ("purpose", "endedAt");
