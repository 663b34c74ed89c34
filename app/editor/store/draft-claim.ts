/** Which open editor a draft belongs to. Browsers free a claim when its page is gone, however it went. */

const nameOf = (key: string) => `bifrost.draft.${key}`;

/** Claims a draft until `release`. Null while another editor holds it. Where a browser knows no locks, nobody else is assumed. */
export async function claimDraft(key: string): Promise<(() => void) | null> {
  // Only pages from this machine, or over https, have locks.
  if (!("locks" in navigator) || !navigator.locks) return () => {};
  const { promise: released, resolve: release } = deferred();
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(nameOf(key), { ifAvailable: true }, (lock) => {
        resolve(lock ? release : null);
        return lock ? released : undefined;
      })
      .catch(reject);
  });
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** A name for a draft of this editor. */
export function newDraftKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
