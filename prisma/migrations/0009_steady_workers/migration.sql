-- Only a worker that was never long without a heartbeat may say of others that they are dead.
ALTER TABLE "Worker" ADD COLUMN "steadySince" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;
