import { join } from 'node:path'
import type { ModelTurn } from './model-server.ts'
import { type ScriptedSession, scriptedSession } from './scripted-session.ts'

/** A session with an installed plugin of these hooks: the text of each one's module, by event; none: it is not there. */
export async function guardedSession(
  hooks: Readonly<Record<string, string | undefined>>,
  turns: readonly ModelTurn[],
): Promise<ScriptedSession> {
  const session = await scriptedSession(turns)
  const named = Object.keys(hooks).map((event) => ({ event, module: `./${event}.js` }))
  const manifest = { name: 'guard', type: 'module', codex: { apiVersion: 1, contributes: { hooks: named } } }
  const root = join(session.home.codexHome, 'guard')
  const modules = Object.entries(hooks).flatMap(([event, text]) => (text === undefined ? [] : [[event, text] as const]))
  await session.home.write({
    'oclif/package.json': JSON.stringify({ oclif: { plugins: [{ type: 'link', name: 'guard', root }] } }),
    'guard/package.json': JSON.stringify(manifest, undefined, 2),
    ...Object.fromEntries(modules.map(([event, text]) => [`guard/${event}.js`, text])),
  })
  return session
}

/** The text of a module with one hook. */
export function hookModule(event: string, run: string): string {
  return `import { defineHook } from 'codex-kernel/plugin-api'\nexport const hook = defineHook({ event: '${event}', async run(payload) { ${run} } })\n`
}
