/** Whether commands can be confined here; if not, why and what to do. */
export type SandboxState =
  | {
      readonly available: true
      /** Id of the backend. */
      readonly backend: string
    }
  | { readonly available: false; readonly reason: string; readonly fix: string }
