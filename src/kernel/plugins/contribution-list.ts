import { z } from 'zod'

const scriptSchema = z.strictObject({
  name: z.string().describe('`preinstall`, `install` or `postinstall`.'),
  command: z.string().describe('What it runs.'),
})

/** What a plugin brings, as data: what a person is shown and agrees to. */
export const contributionListSchema = z.strictObject({
  tools: z
    .array(z.strictObject({ id: z.string(), effects: z.array(z.string()) }))
    .describe('Tools, and what each may do.'),
  tool_sources: z.array(z.string()).default([]).describe('Ids of what opens tools when a thread starts.'),
  providers: z.array(z.string()).describe('Ids of what answers turns.'),
  sandboxes: z.array(z.string()).describe('Ids of what holds commands.'),
  hooks: z
    .array(z.strictObject({ event: z.string(), matcher: z.string().optional() }))
    .describe('When it has a say; matcher absent: for all tools.'),
  handlers: z.array(z.string()).describe('Slash commands that are code.'),
  routers: z.array(z.string()).describe('Ids of what chooses agents.'),
  definition_kinds: z.array(z.string()).describe('Kinds of files of its own.'),
  observers: z.array(z.string()).default([]).describe('Ids of what reads the stream of threads.'),
  agents: z.array(z.string()).describe('Agent files.'),
  commands: z.array(z.string()).describe('Command files.'),
  profiles: z
    .array(z.strictObject({ file: z.string(), digest: z.string() }))
    .describe('Profile files, each with its SHA-256: what is in them decides what may happen.'),
  policies: z
    .array(z.strictObject({ file: z.string(), digest: z.string() }))
    .describe('Policy files, each with its SHA-256.'),
  cli_commands: z.array(z.string()).describe('Commands of the program.'),
  install_scripts: z.array(scriptSchema).describe('Scripts of the package that npm would run.'),
  dependencies: z
    .array(z.strictObject({ name: z.string(), version: z.string(), has_install_scripts: z.boolean() }))
    .describe('Packages that come with it, those of its dependencies included.'),
})
export type ContributionList = z.infer<typeof contributionListSchema>

/** One thing that a plugin asks for. Two that mean the same have the same key. */
export interface Ask {
  readonly key: string
  /** In words. */
  readonly text: string
}

/** Everything that a person has to agree to, in the order in which it is shown. Plain dependencies are no ask. */
export function asksOf(list: ContributionList): readonly Ask[] {
  const named = (word: string, ids: readonly string[]) => ids.map((id) => ask(`${word} ${id}`))
  const files = (word: string, all: ContributionList['profiles']) =>
    all.map(({ file, digest }) => ({ key: `${word} ${file} ${digest}`, text: `${word} ${file}` }))
  return [
    ...list.tools.flatMap(({ id, effects }) => [
      { key: `tool ${id}`, text: `tool ${id} (${effects.join(', ') || 'no effects'})` },
      ...effects.map((effect) => ({
        key: `tool ${id} effect ${effect}`,
        text: `tool ${id} may ${verbs[effect] ?? effect}`,
      })),
    ]),
    ...named('tool source', list.tool_sources),
    ...named('provider', list.providers),
    ...named('sandbox', list.sandboxes),
    ...list.hooks.map(({ event, matcher }) =>
      ask(`hook ${event}${matcher === undefined ? '' : ` for tools that match ${matcher}`}`),
    ),
    ...named(
      'handler',
      list.handlers.map((id) => `/${id}`),
    ),
    ...named('router', list.routers),
    ...named('kind of files', list.definition_kinds),
    ...named('observer', list.observers),
    ...named('agent file', list.agents),
    ...named('command file', list.commands),
    ...files('profile file', list.profiles),
    ...files('policy file', list.policies),
    ...named(
      'program command',
      list.cli_commands.map((id) => `codex ${id}`),
    ),
    ...list.install_scripts.map(({ name, command }) => ask(`install script ${name}: ${command}`)),
    ...list.dependencies
      .filter(({ has_install_scripts }) => has_install_scripts)
      .map(({ name, version }) => ({
        key: `dependency with install scripts ${name}`,
        text: `dependency with install scripts ${name}@${version}`,
      })),
  ]
}

/** What `next` asks for and `agreed` does not; an effect of a tool that is new as a whole is told with the tool. */
export function newAsks(agreed: ContributionList, next: ContributionList): readonly Ask[] {
  const known = new Set(asksOf(agreed).map(({ key }) => key))
  const found = asksOf(next).filter(({ key }) => !known.has(key))
  return found.filter(({ key }) => !found.some((other) => other.key !== key && key.startsWith(`${other.key} effect `)))
}

/** What `agreed` had and `next` no longer has. */
export function goneAsks(agreed: ContributionList, next: ContributionList): readonly Ask[] {
  return newAsks(next, agreed)
}

/** True where hooks or policies of it may have forbidden something, so that it must not vanish unseen. */
export function canForbid(list: ContributionList): boolean {
  return list.hooks.length > 0 || list.policies.length > 0
}

const verbs: Readonly<Record<string, string>> = {
  read: 'read files',
  write: 'write files',
  exec: 'run commands',
  network: 'reach the network',
  delegate: 'hand work to agents',
}

function ask(text: string): Ask {
  return { key: text, text }
}
