/** Whether commands can be confined here; if not, why and what to do. */
export type SandboxState =
  | { readonly available: true }
  | { readonly available: false; readonly reason: string; readonly fix: string }
