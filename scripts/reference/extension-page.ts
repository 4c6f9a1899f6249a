import { type Contributions, exportNames, filePoints, futurePoints, modulePoints } from '../../src/plugin-api/index.ts'

/** The part of plugin-api.md that has the types of each module point, and what it has. */
const contracts = {
  tools: {
    title: 'Tools',
    define: '`defineTool`, `defineLazyTool`, `defineFreeformTool`',
    parts: '`name`, `description`, `input` (or `makeInput`, `grammar`), `effects`, `parallel`, `run`',
  },
  toolSources: { title: 'Tool sources', define: '`defineToolSource`', parts: '`id`, `open`' },
  providers: { title: 'Providers', define: '`defineProvider`', parts: '`id`, `models`, `stream`' },
  sandboxes: { title: 'Sandbox backends', define: '`defineSandbox`', parts: '`id`, `probe`, `wrap`' },
  hooks: { title: 'Hooks', define: '`defineHook`', parts: '`event`, `run`' },
  handlers: { title: 'Slash commands in code', define: '`defineHandler`', parts: '`metadata`, `run`' },
  routers: { title: 'Routers', define: '`defineRouter`', parts: '`id`, `score`' },
  definitionKinds: { title: 'Kinds of definitions', define: '`defineDefinitionKind`', parts: '`id`, `parse`' },
  observers: { title: 'Observers', define: '`defineObserver`', parts: '`id`, `open`' },
} as const satisfies Record<keyof typeof exportNames, { title: string; define: string; parts: string }>

const fileMeanings = {
  agents: ['Agent files', 'agent.md'],
  commands: ['Command files', 'command.md'],
  skills: ['Skill files', 'skill.md'],
  profiles: ['Profile files', 'profile.md'],
  policies: ['Policy files', 'policy.md'],
} as const satisfies Record<(typeof filePoints)[number], readonly [string, string]>

/** Every point of a manifest is in one of the two tables. */
const allPoints: readonly (keyof Contributions)[] = [...modulePoints, 'hooks', ...filePoints]

/** What a plugin can contribute, and what its modules export. */
export function extensionPage(): string {
  const isModulePoint = (point: keyof Contributions): point is keyof typeof exportNames => point in exportNames
  const modules = allPoints.filter(isModulePoint).map((point) => {
    const { title, define, parts } = contracts[point]
    return `| \`${point}\` | \`${exportNames[point]}\` | ${define} | ${parts} | [${title}](plugin-api.md#${title.toLowerCase().replaceAll(' ', '-')}) |`
  })
  const files = filePoints.map(
    (point) => `| \`${point}\` | ${fileMeanings[point][0]} | [${fileMeanings[point][1]}](${fileMeanings[point][1]}) |`,
  )
  return `# Extension points

What a plugin contributes is data in its package.json, under \`codex.contributes\`: [plugin.md](plugin.md) lists the fields,
[Write a plugin](../write-a-plugin.md) has examples.

## Modules

Each entry names a module, which exports one constant. It is imported when something of it is used for the first time, within 10 seconds.
Its id, a tool's effects and a hook's event have to be the same in both places.

| point | exports | made with | has | type |
| --- | --- | --- | --- | --- |
${modules.join('\n')}

## Files

Each entry is a glob from the root of the package.

| point | files | fields |
| --- | --- | --- |
${files.join('\n')}

## Not in this version

${futurePoints.map((point) => `\`${point}\``).join(', ')}: a manifest that names one gets a warning, and the rest of the plugin loads.
`
}
