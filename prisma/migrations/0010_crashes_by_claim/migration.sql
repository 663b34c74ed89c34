-- Crashes of the process that computes are counted by the worker that sees them.
ALTER TABLE "Run" DROP COLUMN "crashes";
