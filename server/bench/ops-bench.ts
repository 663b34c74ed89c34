import type { Settings } from "@/server/settings";
export async function benchOps(_settings: Settings, _folder: string): Promise<void> {}
