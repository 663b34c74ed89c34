import { defineConfig } from "prisma/config";

// Only `prisma generate` reads this: migrations are applied by server/database/migrations.ts when the program starts.
export default defineConfig({ schema: "prisma/schema.prisma" });
