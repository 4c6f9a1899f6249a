import { type Contributions, exportNames, filePoints, futurePoints, modulePoints } from '../../src/plugin-api/index.ts'

/** Where the type of each module point stands, and what it has. */
const contracts = {
  tools: {
    file: 'tool.ts',
    define: '`defineTool`, `defineFreeformTool`',
    parts: '`name`, `description`, `input` (or `grammar`), `effects`, `parallel`, `run`',
  },
  providers: { file: 'provider.ts', define: '`defineProvider`', parts: '`id`, `models`, `stream`' },
  sandboxes: { file: 'sandbox.ts', define: '`defineSandbox`', parts: '`id`, `probe`, `wrap`' },
  hooks: { file: 'hook.ts', define: '`defineHook`', parts: '`event`, `run`' },
  handlers: { file: 'handler.ts', define: '`defineHandler`', parts: '`metadata`, `run`' },
  routers: { file: 'router.ts', define: '`defineRouter`', parts: '`id`, `score`' },
  definitionKinds: { file: 'definition-kind.ts', define: '`defineDefinitionKind`', parts: '`id`, `parse`' },
} as const satisfies Record<keyof typeof exportNames, { file: string; define: string; parts: string }>

const fileMeanings = {
  agents: ['Agent files', 'agent.md'],
  commands: ['Command files', 'command.md'],
  profiles: ['Profile files', 'profile.md'],
  policies: ['Policy files', 'policy.md'],
} as const satisfies Record<(typeof filePoints)[number], readonly [string, string]>

/** Every point of a manifest is in one of the two tables. */
const allPoints: readonly (keyof Contributions)[] = [...modulePoints, 'hooks', ...filePoints]

/** What a plugin can contribute, and what its modules export. */
export function extensionPage(): string {
  const isModulePoint = (point: keyof Contributions): point is keyof typeof exportNames => point in exportNames
  const modules = allPoints.filter(isModulePoint).map((point) => {
    const { file, define, parts } = contracts[point]
    return `| \`${point}\` | \`${exportNames[point]}\` | ${define} | ${parts} | [${file}](../../src/plugin-api/${file}) |`
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
