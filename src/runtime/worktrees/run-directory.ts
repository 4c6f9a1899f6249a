import { join } from 'node:path'
import { worktreesDirName } from '../../security/protected-paths.ts'

/** What lies in the folder of a run. Names of tasks begin with a letter. */
export interface RunDirectory {
  /** Absolute path. */
  readonly root: string
  /** The program's own git directory: what the workspace and its copies are at each moment. No thread writes it. */
  readonly record: string
  /** The git directory that commands in the copies see. */
  readonly store: string
  /** Held for as long as the run goes. */
  readonly lock: string
  /** The copy of a task. */
  copy(name: string): string
  /** What is known of a copy: there from when it is whole. */
  facts(name: string): string
  /** The program's own index of a copy. */
  copyRecord(name: string): string
}

/** Where all runs keep their copies. */
export function worktreesDirectory(codexHome: string): string {
  return join(codexHome, worktreesDirName)
}

/** The folder of one run. */
export function runDirectory(codexHome: string, runId: string): RunDirectory {
  const root = join(worktreesDirectory(codexHome), runId)
  const record = join(root, '.record')
  return {
    ...{ root, record, store: join(root, '.store'), lock: join(root, '.lock') },
    copy: (name) => join(root, name),
    facts: (name) => join(root, `.${name}.json`),
    copyRecord: (name) => join(record, 'worktrees', name),
  }
}
