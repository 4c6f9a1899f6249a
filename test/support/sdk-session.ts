import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Codex, type CodexOptions, type ThreadEvent } from '@openai/codex-sdk'
import { jsonEventSchema, z } from '../../src/plugin-api/index.ts'
import { codexBin } from './run-codex.ts'
import { type ScriptedSession, scriptedSession } from './scripted-session.ts'

/** A scripted session whose program is driven by the TypeScript SDK of Codex. */
export interface SdkSession extends ScriptedSession {
  /** The program as one file that can be executed, which is what the SDK starts. */
  readonly codexPath: string
  /** A client of the SDK; the environment is bare but for a key unless `options.env` says otherwise. */
  codex(options?: CodexOptions): Codex
}

/** Makes one in a directory that is no git repository. */
export async function sdkSession(...[turns, options]: Parameters<typeof scriptedSession>): Promise<SdkSession> {
  const session = await scriptedSession(turns, { git: false, ...options })
  const codexPath = join(session.home.homeDir, 'codex')
  await writeFile(codexPath, `#!/bin/sh\nexec '${process.execPath}' '${codexBin}' "$@"\n`)
  await chmod(codexPath, 0o755)
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: session.home.homeDir,
    CODEX_HOME: session.home.codexHome,
    SCRIPTED_MODEL_KEY: 'key',
  }
  return { ...session, codexPath, codex: (more) => new Codex({ codexPathOverride: codexPath, env, ...more }) }
}

/** The events that the SDK hands out, each checked by the schema of the program. */
export async function checkedEvents(events: AsyncIterable<ThreadEvent>): Promise<readonly ThreadEvent[]> {
  const all: ThreadEvent[] = []
  for await (const event of events) {
    const parsed = jsonEventSchema.safeParse(event)
    if (!parsed.success) throw new Error(`${JSON.stringify(event)}: ${z.prettifyError(parsed.error)}`)
    all.push(event)
  }
  return all
}
