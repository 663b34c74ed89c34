/** The shape of a catalogue in another language: the same keys, with texts of its own. */
export type Texts<English> = { readonly [Key in keyof English]: English[Key] extends string ? string : Texts<English[Key]> };
