import { access, constants } from 'node:fs/promises'
import { formatDiagnostic } from '../plugin-api/diagnostic.ts'
import type { DoctorCheck } from '../plugin-api/kernel-client.ts'
import { gitRead } from '../sandbox/git-read.ts'
import { verifyAudit } from '../security/audit/verify-audit.ts'
import type { SecurityDeps } from './open-thread-security.ts'
import { credentialProblem } from './provider-settings.ts'

/** Checks what the program needs here. Nothing is changed; each finding that is not ok names a fix. */
export async function runDoctor(deps: SecurityDeps, signal: AbortSignal): Promise<readonly DoctorCheck[]> {
  const [home, sandbox, git, model, files, audit] = await Promise.all([
    checkHome(deps),
    checkSandbox(deps),
    checkGit(deps, signal),
    checkModel(deps),
    checkFiles(deps),
    checkAudit(deps),
  ])
  const node: DoctorCheck = { name: 'node', status: 'ok', detail: process.versions.node }
  return [node, home, sandbox, git, model, audit, ...files]
}

async function checkHome({ kernel }: SecurityDeps): Promise<DoctorCheck> {
  const home = kernel.codexHome
  const problem = await access(home, constants.R_OK | constants.W_OK).then(
    () => undefined,
    (error: NodeJS.ErrnoException) => error.code,
  )
  if (problem === undefined) return { name: 'home', status: 'ok', detail: home }
  if (problem === 'ENOENT') return { name: 'home', status: 'ok', detail: `${home} (made when something is first kept)` }
  return {
    name: 'home',
    status: 'error',
    detail: `${home} cannot be written (${problem})`,
    fix: 'Make it writable, or set CODEX_HOME to a directory that is.',
  }
}

async function checkSandbox({ backend }: SecurityDeps): Promise<DoctorCheck> {
  const chosen = await backend()
  if (chosen.backend) return { name: 'sandbox', status: 'ok', detail: `${chosen.backend.id}: ${chosen.detail}` }
  return {
    name: 'sandbox',
    status: 'warning',
    detail: `commands and writes are refused: ${chosen.reason}`,
    fix: chosen.fix,
  }
}

async function checkGit({ kernel }: SecurityDeps, signal: AbortSignal): Promise<DoctorCheck> {
  const searchPath = kernel.options.env.PATH
  const options = { cwd: kernel.places.workspaceRoot, maxBytes: 1024, ...(searchPath !== undefined && { searchPath }) }
  const head = await gitRead(['rev-parse', '--is-inside-work-tree'], options, signal)
  if (head.missing) {
    return { name: 'git', status: 'warning', detail: 'not found: diffs and branches stay empty', fix: 'Install git.' }
  }
  return {
    name: 'git',
    status: 'ok',
    detail: kernel.loaded.workspace.isRepository ? 'a repository' : 'installed; this is no repository',
  }
}

async function checkModel({ kernel }: SecurityDeps): Promise<DoctorCheck> {
  const { config } = kernel.loaded
  const id = config.model_provider
  const problem = await credentialProblem(id, { config, env: kernel.options.env, codexHome: kernel.codexHome })
  if (problem === undefined) return { name: 'model', status: 'ok', detail: `provider ${id}` }
  return {
    name: 'model',
    status: 'warning',
    detail: `provider ${id}: ${problem}; agents with a playbook run without a model`,
    fix: 'Set OPENAI_API_KEY or CODEX_API_KEY, or configure a [model_providers] table.',
  }
}

/** Loads every kind of file, so that each broken one is told. */
async function checkFiles({ kernel, store }: SecurityDeps): Promise<readonly DoctorCheck[]> {
  const kinds = kernel.registry.modules('definitionKinds').map(({ id }) => store.kind(id).catch(() => undefined))
  await Promise.all([
    ...kinds,
    store.commandEntries(),
    store.agents(),
    store.profiles(),
    store.projectProfiles(),
    store.policies(),
  ])
  const found = [...kernel.diagnostics, ...store.diagnostics()].filter(({ severity }) => severity !== 'info')
  if (found.length === 0) return [{ name: 'files', status: 'ok', detail: 'every definition and plugin loads' }]
  return found.map((diagnostic) => ({
    name: 'files',
    status: diagnostic.severity === 'error' ? 'error' : 'warning',
    detail: formatDiagnostic(diagnostic),
  }))
}

async function checkAudit({ kernel }: SecurityDeps): Promise<DoctorCheck> {
  const verdict = await verifyAudit(`${kernel.codexHome}/audit`)
  if (verdict.ok) return { name: 'audit', status: 'ok', detail: `${verdict.records} records, chain whole` }
  return {
    name: 'audit',
    status: 'error',
    detail: `${verdict.file}:${verdict.line}: ${verdict.problem}`,
    fix: 'Somebody changed the log. Keep it for an inquiry, then move it away.',
  }
}
