-- Tells a result whose files had to make room from one whose files were lost.
ALTER TABLE "Result" ADD COLUMN "evictedAt" TIMESTAMPTZ(3);
