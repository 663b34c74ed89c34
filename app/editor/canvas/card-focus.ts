/** Frames to wait for a card: one that was just added is first drawn unseen, to be measured. */
const patience = 60;

const wrapperOf = (id: string) => document.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`);

/** Puts the focus on a card once it is drawn, unless it goes elsewhere meanwhile. */
export function focusCard(id: string): void {
  const before = document.activeElement;
  const attempt = (left: number) => {
    const card = wrapperOf(id);
    card?.focus({ preventScroll: true });
    const moved = document.activeElement !== before && document.activeElement !== document.body;
    if (!moved && left > 0) requestAnimationFrame(() => attempt(left - 1));
  };
  attempt(patience);
}
