import { join } from 'node:path'
import { loadProfiles, openDefinitionCache, resolveProfile } from '../src/definitions/index.ts'
import type { Action } from '../src/plugin-api/index.ts'
import { createNameHider } from '../src/security/audit/hide-names.ts'
import {
  auditPlace,
  createExecPolicy,
  createGate,
  createRedactor,
  openAudit,
  permissionsOfProfile,
} from '../src/security/index.ts'
import { makeCodexHome } from '../test/support/codex-home.ts'
import { makeWorkspace } from '../test/support/temp-workspace.ts'
import type { Times } from './compare.ts'

/** How long a decision takes until its record and its head are with the operating system: a read and a command in turn, under workspace-write. */
export async function decideInProcess(decisions: number): Promise<Times> {
  const home = await makeCodexHome()
  const workspace = await makeWorkspace({ files: { 'src/a.ts': '' } })
  try {
    const directory = join(import.meta.dirname, '../profiles')
    const source = { layer: 'builtin', trusted: true, glob: '*.toml', directory } as const
    const { effective } = await loadProfiles([source], openDefinitionCache(undefined))
    const { codexHome, homeDir } = home
    const places = { workspaceRoot: workspace.path, codexHome, homeDir, tempDir: '/tmp' }
    const redact = createRedactor({ API_KEY: 'a-value-that-is-secret' }, [])
    const hideNames = createNameHider(homeDir, { USER: 'somebody' })
    const audit = await openAudit(auditPlace(codexHome), { now: () => new Date(), redact, hideNames })
    const gate = createGate({
      ...{
        threadId: 'bench',
        layers: permissionsOfProfile(resolveProfile('workspace-write', effective), places),
        places,
      },
      ...{ protection: 'on', execPolicy: createExecPolicy([]), approvalPolicy: 'never', audit },
      sandbox: { required: true, find: async () => ({ available: true, backend: 'bench' }) },
    })
    const cwd = workspace.path
    const read: Action = { kind: 'read', path: join(cwd, 'src/a.ts') }
    const run: Action = { kind: 'exec', script: 'npm test 2>&1 | tail -5', shell: '/bin/bash', cwd }
    const { signal } = new AbortController()
    const times: number[] = []
    for (let count = 0; count < decisions; count += 1) {
      const started = performance.now()
      const { outcome, reason } = await gate.authorize(count % 2 === 0 ? read : run, signal)
      times.push(performance.now() - started)
      if (outcome !== 'allow') throw new Error(`the decision was no: ${reason}`)
    }
    await audit.sync()
    await audit.close()
    times.sort((a, b) => a - b)
    return { minMs: times[0] ?? Number.NaN, medianMs: times[Math.floor(times.length / 2)] ?? Number.NaN }
  } finally {
    await workspace.remove()
    await home.remove()
  }
}
