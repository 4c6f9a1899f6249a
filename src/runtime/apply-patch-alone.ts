import { z } from 'zod'
import { createActivator } from '../kernel/activate.ts'
import { readFirstPartyPlugins } from '../kernel/discover-plugins.ts'
import { createRegistry } from '../kernel/registry.ts'
import { CodexError } from '../plugin-api/errors.ts'
import { createExecPolicy, createGate, everything } from '../security/index.ts'
import { openThreadExec } from '../tools/context/open-thread-exec.ts'
import { createToolContext } from '../tools/index.ts'
import { runTool } from '../tools/run-tool.ts'
import type { RuntimeOptions } from './runtime-options.ts'

/** How a patch ended, and what is told of it. */
export interface PatchOutcome {
  readonly ok: boolean
  readonly text: string
}

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
): Promise<PatchOutcome> {
  const registry = createRegistry(await readFirstPartyPlugins(packageRoot), { disabledPlugins: new Set(), platform })
  const contribution = registry.modules('tools').find(({ id }) => id === 'apply_patch')
  if (!contribution) throw new CodexError('plugin.module', 'The tool apply_patch is not part of this installation')
  const tool = await createActivator({ pluginApiUrl: '' }).module(contribution)
  const places = { workspaceRoot: cwd, codexHome: homeDir, homeDir, tempDir }
  const gate = createGate({
    threadId: 'apply_patch',
    layers: [{ name: 'the person', permissions: everything }],
    places,
    protection: 'lifted',
    execPolicy: createExecPolicy([]),
    approvalPolicy: 'never',
    sandbox: { required: false, find: async () => ({ available: true }) },
    audit: { append: async () => '' },
  })
  const exec = openThreadExec(
    { env: {}, shell: '', sandbox: async () => 'unavailable', places, protection: 'lifted', temp: 'private', gate },
    { directory: undefined, minBytes: 0 },
  )
  const context = {
    ...{ cwd, workspaceRoot: cwd, workspaceTrusted: false, threadId: 'apply_patch', turnId: 'apply_patch' },
    exec,
    delegate: () => Promise.reject(new CodexError('permission.denied', 'A patch hands no work to agents')),
    redact: (text: string) => text,
    definitions: async () => [],
    settings: () => ({}),
  } as const
  try {
    const events = runTool(
      tool,
      patch,
      (channel) =>
        createToolContext(context, { ...channel, gate, tool: tool.name, callId: 'apply_patch', turnSignal: signal }),
      signal,
    )
    let step = await events.next()
    while (!step.done) step = await events.next()
    const result = step.value
    if (!result.ok)
      return { ok: false, text: `${result.error instanceof Error ? result.error.message : result.error}\n` }
    const { failed = false, summary = '', structured } = result.output
    if (failed) return { ok: false, text: `${summary}\n` }
    return { ok: true, text: z.object({ report: z.string() }).parse(structured).report }
  } finally {
    await exec.close()
  }
}
