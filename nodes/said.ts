/** For the interface, which takes nothing but types from models/. */
export * from "@/models/said";
