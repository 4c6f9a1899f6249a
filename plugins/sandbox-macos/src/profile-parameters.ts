import { CodexError } from 'codex-kernel/plugin-api'
import type { Form } from './profile-form.ts'

/** The paths of one profile: they are handed over beside its text (`-D NAME=VALUE`) and never stand in it. */
export interface ProfileParameters {
  /** `(literal …)`: this entry alone. */
  entry(path: string): Form
  /** `(subpath …)`: this entry and all below it. */
  tree(path: string): Form
  /** `NAME=VALUE` for each path, in the order in which they were named. */
  definitions(): readonly string[]
}

export function createProfileParameters(): ProfileParameters {
  const names = new Map<string, string>()
  const parameter = (path: string): Form => {
    // A path ends where C ends it, and what is not absolute would be read as below the profile's own directory.
    if (!path.startsWith('/') || path.includes('\0')) throw unfit(path)
    const name = names.get(path) ?? `P${names.size}`
    names.set(path, name)
    return ['param', `"${name}"`]
  }
  return {
    entry: (path) => ['literal', parameter(path)],
    tree: (path) => ['subpath', parameter(path)],
    definitions: () => [...names].map(([path, name]) => `${name}=${path}`),
  }
}

function unfit(path: string): CodexError {
  return new CodexError('sandbox.failed', `${JSON.stringify(path)} is no absolute path, and cannot be held to.`, {
    hint: 'Name it from the root, without a NUL.',
  })
}
