/**
 * Counts which components React renders, by the node they belong to. React tells the hook of its developer tools of every
 * commit, in production builds too; a component that rendered in it bears the flag “performed work”.
 */
import type { Page } from "@playwright/test";

interface RenderCount {
  reset(): Promise<void>;
  /** Rendered components of the canvas with a node's id among their props, by that id. Nodes without any are not in it. */
  byNode(): Promise<Record<string, number>>;
}

/** Before the page is opened. */
export async function countRenders(page: Page): Promise<RenderCount> {
  await page.addInitScript(() => {
    interface Fiber {
      readonly flags: number;
      readonly child: Fiber | null;
      readonly sibling: Fiber | null;
      readonly memoizedProps: { readonly nodeId?: unknown } | null;
    }
    const performedWork = 1;
    const counts = new Map<string, number>();
    let before = new WeakSet<Fiber>();
    const onCommitFiberRoot = (_renderer: number, { current }: { current: Fiber }) => {
      const now = new WeakSet<Fiber>();
      const stack: Fiber[] = [current];
      for (let fiber = stack.pop(); fiber; fiber = stack.pop()) {
        now.add(fiber);
        const nodeId = fiber.memoizedProps?.nodeId;
        // A fiber that the last commit had already was not touched by this one.
        if (!before.has(fiber) && (fiber.flags & performedWork) !== 0 && typeof nodeId === "string") counts.set(nodeId, (counts.get(nodeId) ?? 0) + 1);
        if (fiber.sibling) stack.push(fiber.sibling);
        if (fiber.child) stack.push(fiber.child);
      }
      before = now;
    };
    Object.assign(globalThis, {
      renderCounts: counts,
      __REACT_DEVTOOLS_GLOBAL_HOOK__: { isDisabled: false, supportsFiber: true, renderers: new Map(), inject: () => 1, checkDCE: () => undefined, onCommitFiberRoot, onCommitFiberUnmount: () => undefined, onPostCommitFiberRoot: () => undefined },
    });
  });
  type Counted = { renderCounts: Map<string, number> };
  return {
    reset: () => page.evaluate(() => (globalThis as unknown as Counted).renderCounts.clear()),
    byNode: () => page.evaluate(() => Object.fromEntries((globalThis as unknown as Counted).renderCounts)),
  };
}
