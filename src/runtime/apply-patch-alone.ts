import { createActivator } from '../kernel/activate.ts'
import { readFirstPartyPlugins } from '../kernel/discover-plugins.ts'
import { createRegistry } from '../kernel/registry.ts'
import { createHookRunner } from '../kernel/run-hooks.ts'
import { CodexError } from '../plugin-api/errors.ts'
import { createThreadSupplies } from '../sandbox/thread-supplies.ts'
import { noAudit } from '../security/audit/no-audit.ts'
import { createExecPolicy, createGate, everything } from '../security/index.ts'
import { openThreadExec } from '../tools/context/open-thread-exec.ts'
import { createItemLedger, dispatchToolCall } from '../tools/index.ts'
import { type PatchResult, patchResult } from './patch-result.ts'
import type { RuntimeOptions } from './runtime-options.ts'

/**
 * Applies a patch as the person's own act, as `patch` would: with their rights, or those of the sandbox that this process runs in. No
 * configuration, profile or log counts; the tool, its checks and that all files change or none are the same as for a model.
 *
 * @throws CodexError `plugin.module`; the abort reason
 */
export async function applyPatchAlone(
  patch: string,
  {
    packageRoot,
    cwd,
    homeDir,
    tempDir,
    platform,
  }: Pick<RuntimeOptions, 'packageRoot' | 'cwd' | 'homeDir' | 'tempDir' | 'platform'>,
  signal: AbortSignal,
): Promise<PatchResult> {
  const registry = createRegistry(await readFirstPartyPlugins(packageRoot), { disabledPlugins: new Set(), platform })
  const contribution = registry.modules('tools').find(({ id }) => id === 'apply_patch')
  if (!contribution) throw new CodexError('plugin.module', 'The tool apply_patch is not part of this installation')
  const activator = createActivator({ pluginApiUrl: '' })
  const tool = await activator.module(contribution)
  const places = { workspaceRoot: cwd, codexHome: homeDir, homeDir, tempDir }
  const gate = createGate({
    threadId: 'apply_patch',
    layers: [{ name: 'the person', permissions: everything }],
    places,
    protection: 'lifted',
    execPolicy: createExecPolicy([]),
    approvalPolicy: 'never',
    sandbox: { required: false, find: async () => ({ available: true, backend: 'none' }) },
    audit: noAudit,
  })
  const exec = openThreadExec(
    {
      ...{ env: {}, shell: '', sandbox: async () => 'unavailable', isSandboxRequired: false },
      ...{ places, protection: 'lifted', temp: 'private', gate, supplies: createThreadSupplies() },
    },
    { directory: undefined, minBytes: 0 },
  )
  const hooks = createHookRunner([], { report: () => undefined })
  const context = {
    ...{ cwd, workspaceRoot: cwd, workspaceTrusted: false, threadId: 'apply_patch', turnId: 'apply_patch' },
    exec,
    delegate: () => Promise.reject(new CodexError('permission.denied', 'A patch hands no work to agents')),
    redact: (text: string) => text,
    definitions: async () => [],
    settings: () => ({}),
  } as const
  const call = { type: 'custom_tool_call', name: tool.name, input: patch, call_id: 'apply_patch' } as const
  const tools = new Map([[tool.name, async () => tool]])
  const deps = { tools, gate, hooks, context, ledger: createItemLedger(), maxOutputBytes: Number.MAX_SAFE_INTEGER }
  try {
    return await patchResult(dispatchToolCall(call, deps, signal))
  } finally {
    await exec.close()
  }
}
