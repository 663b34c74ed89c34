-- Why a run was cancelled, when it was not simply asked for.
ALTER TABLE "Run" ADD COLUMN "cancelReason" TEXT;
