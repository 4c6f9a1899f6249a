import { defineHandler, formatDiagnostic } from 'codex-kernel/plugin-api'
import { table } from './table.ts'

/** `/status` */
export const handler = defineHandler({
  metadata: {
    name: 'status',
    description: 'Show where this program stands: directories, model, security.',
    category: 'kernel',
  },
  async run(_args, client, signal) {
    const config = await client.config()
    const configured = (key: string) => config.find((entry) => entry.key === key)?.value
    const [commands, agents, diagnostics] = await Promise.all([
      client.commands(),
      client.agents(),
      client.diagnostics(),
    ])
    const { source, detail, problem } = await client.credential(signal)
    const data = {
      version: client.version,
      cwd: client.cwd,
      workspace_root: client.workspaceRoot,
      codex_home: client.codexHome,
      model: configured('model') ?? null,
      model_provider: configured('model_provider') ?? null,
      credential: { source, detail, ...(problem !== undefined && { problem }) },
      security_profile: await client.securityProfile(),
      trust: client.trust,
      commands: commands.length,
      agents: agents.length,
      diagnostics,
    }
    const { diagnostics: found, ...known } = data
    const facts = { ...known, credential: problem ?? (source === 'none' ? 'none is needed' : detail) }
    const rows = Object.entries(facts).map(([key, value]) => [key.replaceAll('_', ' '), String(value ?? 'none')])
    const problems = found.map(formatDiagnostic)
    return { type: 'output', text: [table(rows), ...problems].join('\n'), data }
  },
})
