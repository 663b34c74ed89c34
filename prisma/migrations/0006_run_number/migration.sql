-- Runs in the order they were asked for, whatever the clock says.
ALTER TABLE "Run" ADD COLUMN "number" INTEGER;
UPDATE "Run" r SET "number" = n.place
FROM (SELECT id, (row_number() OVER (ORDER BY "createdAt", id))::int AS place FROM "Run") n WHERE r.id = n.id;
CREATE SEQUENCE "Run_number_seq" AS INTEGER OWNED BY "Run"."number";
SELECT setval('"Run_number_seq"', (SELECT coalesce(max("number"), 0) + 1 FROM "Run"), false);
ALTER TABLE "Run" ALTER COLUMN "number" SET DEFAULT nextval('"Run_number_seq"'), ALTER COLUMN "number" SET NOT NULL;
CREATE UNIQUE INDEX "Run_number_key" ON "Run"("number");
CREATE INDEX "Run_workflowId_number_idx" ON "Run"("workflowId", "number");
DROP INDEX "Run_createdAt_idx";
DROP INDEX "Run_workflowId_createdAt_idx";
