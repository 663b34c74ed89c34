/** Which keys a focused control uses itself; all others stay the editor's. */

/** What people type into: every key is its own. Boxes, buttons and ranges are inputs too, and take few keys or none. */
export const typedInto = "input:not([type=checkbox], [type=radio], [type=button], [type=range]), textarea, select, [contenteditable=true]";

/** Controls by the keys they use. */
const users: readonly { readonly keys: RegExp; readonly controls: string }[] = [
  { keys: /^(shift\+)?(left|right|up|down)$/, controls: "[role=slider], [role=tablist], [role=separator], input[type=range], input[type=radio]" },
  { keys: /^(home|end|pageup|pagedown)$/, controls: "[role=slider], input[type=range]" },
  { keys: /^(space|enter)$/, controls: "button, a, [role=button], [role=tab], summary, input[type=checkbox], input[type=radio], input[type=button]" },
];

/** The selector of the controls that use this combination of keys; null when none does. */
export function usersOf(keys: string): string | null {
  return users.find((user) => user.keys.test(keys))?.controls ?? null;
}

export function belongsToControl(event: KeyboardEvent, keys: string): boolean {
  const target = event.target instanceof Element ? event.target : null;
  if (!target) return false;
  if (target.closest("[role=dialog], [role=menu]")) return true;
  const controls = usersOf(keys);
  return controls !== null && target.closest(controls) !== null;
}
