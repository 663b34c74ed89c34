"use client";

import { Monitor, Moon, Sun } from "lucide-react";
import { useTheme } from "next-themes";
import { MenuChoice, MenuHeading } from "./menu";

const themes = [
  { value: "system", title: "As the system", icon: <Monitor size={14} /> },
  { value: "light", title: "Light", icon: <Sun size={14} /> },
  { value: "dark", title: "Dark", icon: <Moon size={14} /> },
];

export function ThemeItems() {
  const { theme = "system", setTheme } = useTheme();
  return (
    <>
      <MenuHeading>Theme</MenuHeading>
      <MenuChoice value={theme} onChange={setTheme} choices={themes} />
    </>
  );
}
