import { readFile, rename, writeFile } from 'node:fs/promises'
import { z } from 'zod'

const copyFactsSchema = z.strictObject({
  task: z.string(),
  workspace: z.string(),
  /** Git tree of what it began with, or of what was last merged. */
  base: z.string(),
  /** True where its last merge was in conflict. */
  conflict: z.boolean(),
  /** A merge that was begun and of which nobody said that it ended. */
  merging: z
    .strictObject({
      /** Of its writes. */
      id: z.string(),
      /** Git trees of the workspace before it and behind it, and of the copy. */
      from: z.string(),
      to: z.string(),
      copy: z.string(),
    })
    .exactOptional(),
})

/** What is known of the copy of a task. */
export type CopyFacts = z.infer<typeof copyFactsSchema>

/** Undefined where there is none, or none that can be read: the copy never became whole. */
export async function readCopyFacts(file: string): Promise<CopyFacts | undefined> {
  try {
    return copyFactsSchema.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch {
    return undefined
  }
}

/** @throws the `node:fs` error */
export async function writeCopyFacts(file: string, facts: CopyFacts): Promise<void> {
  const draft = `${file}.${process.pid}.tmp`
  await writeFile(draft, JSON.stringify(facts), { mode: 0o600 })
  await rename(draft, file)
}
