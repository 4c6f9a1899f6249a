import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ModelTurn, RecordedRequest } from './model-server.ts'
import { type ScriptedSession, scriptedSession } from './scripted-session.ts'

/** A step of the thread that a person starts; a function gets the request. */
export type Step = ModelTurn | ((request: RecordedRequest) => ModelTurn)

/** A call of a tool of a group. */
export function callIn(namespace: string): (name: string, args: unknown) => ModelTurn {
  return (name, args) => ({ calls: [{ name, arguments: args, namespace }] })
}

/** The id that the first `spawn_agent` of version 1 gave. */
export function spawnedId({ body }: RecordedRequest): string {
  const found = /agent_id\\?\\*":\\?\\*"([0-9a-f-]{36})/.exec(JSON.stringify(body.input))
  return found?.[1] ?? 'none'
}

/** A session whose root goes through steps, while every other thread answers `child answer N`, or what `child` says. */
export async function agentsSession(
  steps: readonly Step[],
  options: NonNullable<Parameters<typeof scriptedSession>[1]> & { readonly child?: (text: string) => ModelTurn } = {},
): Promise<ScriptedSession> {
  let next = 0
  let children = 0
  let root: unknown
  const { child, ...more } = options
  const turn = (request: RecordedRequest): ModelTurn => {
    const thread = request.body.prompt_cache_key
    root ??= thread
    if (thread !== root) {
      children += 1
      return child?.(JSON.stringify(request.body.input)) ?? { text: `child answer ${children}` }
    }
    const step = steps[next] ?? { text: 'spent' }
    next += 1
    return typeof step === 'function' ? step(request) : step
  }
  return await scriptedSession([turn], { ...more, server: { whenSpent: 'repeat' } })
}

/** Every file below the home but what is told to leave out, with its text. */
export async function filesOf(directory: string): Promise<readonly { readonly path: string; readonly text: string }[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  return await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const path = join(entry.parentPath, entry.name)
        return { path, text: (await readFile(path)).toString('latin1') }
      }),
  )
}
