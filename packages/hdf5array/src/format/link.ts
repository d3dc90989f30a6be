/** What a name in a group leads to. */
export type Link =
  /** An object of this file, by the address of its header; `null` where the file says none. */
  | { readonly kind: "hard"; readonly name: string; readonly address: number | null }
  | { readonly kind: "soft"; readonly name: string; readonly target: string }
  | { readonly kind: "external"; readonly name: string; readonly file: string; readonly target: string }
  | { readonly kind: "user-defined"; readonly name: string; readonly type: number };
