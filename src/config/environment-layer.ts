import type { Env } from './codex-home.ts'
import type { ConfigLayer } from './config-layer.ts'
import type { ConfigFile } from './schema.ts'

/** What environment variables say: `CODEX_DISABLE_AGENTS` (`1` or `true`), `OPENAI_BASE_URL`, `OPENAI_ORGANIZATION` and `OPENAI_PROJECT`. An empty variable counts as not set. */
export function environmentLayer(env: Env): ConfigLayer {
  const disablesAgents = ['1', 'true'].includes(env.CODEX_DISABLE_AGENTS ?? '')
  const table: ConfigFile = {
    ...(disablesAgents ? { agents: { enabled: false } } : {}),
    ...(env.OPENAI_BASE_URL ? { openai_base_url: env.OPENAI_BASE_URL } : {}),
    ...(env.OPENAI_ORGANIZATION ? { openai_organization: env.OPENAI_ORGANIZATION } : {}),
    ...(env.OPENAI_PROJECT ? { openai_project: env.OPENAI_PROJECT } : {}),
  }
  return { name: 'environment', table }
}
