import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { loadPolicies, loadProfiles, openDefinitionCache, resolveProfile } from '../../src/definitions/index.ts'
import type { Action } from '../../src/plugin-api/index.ts'
import {
  auditPlace,
  createExecPolicy,
  createGate,
  type Gate,
  type GateDeps,
  openAudit,
  type Places,
  permissionsOfProfile,
  settingsOfProfile,
} from '../../src/security/index.ts'

type Loaded<T extends (...given: never[]) => unknown> = Awaited<ReturnType<T>>

/** Gates under the built-in profiles over one directory of real files, with an audit log of their own. */
export interface GateBench {
  /** Holds all places, and `outside`, which is none of them. */
  readonly root: string
  readonly places: Places
  readonly profiles: Loaded<typeof loadProfiles>
  readonly policies: Loaded<typeof loadPolicies>
  /** A path in the workspace. */
  ws(...parts: string[]): string
  /** A script in the workspace. */
  run(script: string): Extract<Action, { kind: 'exec' }>
  /** A gate under a built-in profile, with nobody to ask, but for what is given. */
  gateOf(profileId: string, deps?: Partial<GateDeps>): Promise<Gate>
  /** Outcome, and the layer that decided, under a built-in profile with nobody to ask. */
  answers(profile: string, actions: readonly Action[]): Promise<readonly string[]>
  /** The files as they are before a test: a workspace with a secret, a protected directory and a link out of it. */
  reset(): void
  close(): void
}

const repository = path.resolve(import.meta.dirname, '../..')

export async function openGateBench(): Promise<GateBench> {
  const cache = openDefinitionCache(undefined)
  const builtin = { layer: 'builtin', trusted: true, glob: '*.toml' } as const
  const profiles = await loadProfiles([{ ...builtin, directory: path.join(repository, 'profiles') }], cache)
  const policies = await loadPolicies([{ ...builtin, directory: path.join(repository, 'profiles/policies') }], cache)
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'gate-')))
  const places = {
    workspaceRoot: path.join(root, 'ws'),
    codexHome: path.join(root, 'home/.codex'),
    homeDir: path.join(root, 'home'),
    tempDir: path.join(root, 'tmp'),
  }
  const ws = (...parts: string[]) => path.join(places.workspaceRoot, ...parts)
  const gateOf: GateBench['gateOf'] = async (profileId, deps = {}) => {
    const profile = resolveProfile(profileId, profiles.effective)
    const settings = settingsOfProfile(profile)
    const audit = await openAudit(auditPlace(places.codexHome), {
      now: () => new Date(),
      redact: (text) => text,
      hideNames: (text) => text,
    })
    return createGate({
      threadId: 'thread-1',
      layers: permissionsOfProfile(profile, places),
      places,
      protection: settings.protection,
      execPolicy: createExecPolicy(policies.effective),
      approvalPolicy: settings.approvalPolicy,
      sandbox: { required: settings.sandbox === 'required', find: async () => ({ available: true, backend: 'test' }) },
      audit,
      ...deps,
    })
  }
  return {
    root,
    places,
    profiles,
    policies,
    ws,
    run: (script) => ({ kind: 'exec', script, shell: '/bin/bash', cwd: places.workspaceRoot }),
    gateOf,
    async answers(profile, actions) {
      const gate = await gateOf(profile)
      const signal = new AbortController().signal
      return Promise.all(
        actions.map(async (action) => {
          const { outcome, layer } = await gate.authorize(action, signal)
          return outcome === 'allow' ? 'allow' : `deny by ${layer}`
        }),
      )
    },
    reset() {
      rmSync(root, { recursive: true, force: true })
      mkdirSync(ws('.git/hooks'), { recursive: true })
      mkdirSync(ws('src'), { recursive: true })
      mkdirSync(path.join(root, 'home/.ssh'), { recursive: true })
      mkdirSync(places.codexHome, { recursive: true })
      mkdirSync(places.tempDir, { recursive: true })
      mkdirSync(path.join(root, 'outside'))
      writeFileSync(ws('.env'), 'TOKEN=x')
      writeFileSync(ws('src/a.ts'), '')
      symlinkSync(path.join(root, 'outside'), ws('link'))
    },
    close: () => rmSync(root, { recursive: true, force: true }),
  }
}

export const read = (file: string): Action => ({ kind: 'read', path: file })
export const write = (file: string): Action => ({ kind: 'write', path: file, change: 'create' })
export const remove = (file: string): Action => ({ kind: 'write', path: file, change: 'delete' })
export const get = (host: string, method = 'GET'): Action => ({ kind: 'network', method, host, port: 443 })
