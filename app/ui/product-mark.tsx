/** A bridge of three arcs: words, patches and latents on their way to a picture. */
export function ProductMark({ size = 20 }: { size?: number }) {
  return (
    <svg viewBox="0 0 20 20" width={size} height={size} fill="none" strokeWidth={2} strokeLinecap="round" aria-hidden className="shrink-0">
      <path d="M2 16a8 8 0 0 1 16 0" stroke="var(--type-conditioning)" />
      <path d="M5.5 16a4.5 4.5 0 0 1 9 0" stroke="var(--type-patch-latents)" />
      <path d="M9 16a1 1 0 0 1 2 0" stroke="var(--type-image)" />
    </svg>
  );
}
