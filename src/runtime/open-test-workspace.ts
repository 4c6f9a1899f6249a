/** The entry `codex-kernel/plugin-api/testing`: what the author of a plugin tests with. */
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { scoreAgents } from '../agents/route-agent.ts'
import { setTrust } from '../config/set-trust.ts'
import { lazily } from '../kernel/lazily.ts'
import type { Hook, HookEvent, HookPayloads } from '../plugin-api/index.ts'
import type { TestWorkspace, TestWorkspaceOptions } from '../plugin-api/test-workspace.ts'
import { bindArguments } from '../prompt/bind-arguments.ts'
import { openDefinitionStore } from './definition-store.ts'
import { hookRunnerOf } from './hook-runner-of.ts'
import { loadKernel } from './load-kernel.ts'
import { openRuntime } from './open-runtime.ts'
import { findBackend, openThreadSecurity } from './open-thread-security.ts'
import { runTestTool } from './run-test-tool.ts'
import type { RuntimeOptions } from './runtime-options.ts'

export type { TestToolResult, TestWorkspace, TestWorkspaceOptions } from '../plugin-api/test-workspace.ts'

/**
 * Opens a temporary workspace in which tools, hooks, handlers and routers run as they do in the program.
 *
 * @throws CodexError `config.*`, `usage.unknown_definition` for a profile that is not there; `definition.blocking`
 */
export async function openTestWorkspace(options: TestWorkspaceOptions = {}): Promise<TestWorkspace> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'codex-plugin-test-')))
  try {
    return await openIn(directory, options)
  } catch (error) {
    await remove(directory)
    throw error
  }
}

async function openIn(directory: string, options: TestWorkspaceOptions): Promise<TestWorkspace> {
  const root = join(directory, 'workspace')
  const homeDir = join(directory, 'home')
  const codexHome = join(homeDir, '.codex')
  for (const each of [root, codexHome]) await mkdir(each, { recursive: true })
  await writeFiles(root, options.files ?? {})
  await writeFiles(codexHome, options.home ?? {})
  if (options.plugins) await linkPlugins(codexHome, options.plugins)
  if (options.trusted) await setTrust(codexHome, root, 'trusted')

  const never = new AbortController().signal
  const settings = await runtimeOptions({ root, homeDir, codexHome }, options)
  const client = await openRuntime(settings, never)
  const kernel = await loadKernel(settings)
  const store = openDefinitionStore(kernel)
  const deps = { kernel, store, backend: lazily(() => findBackend(kernel, never)) }
  const security = await openThreadSecurity({}, undefined, deps)
  const threadId = 'test-thread'
  const gate = security.gate(threadId, [])
  const close = async () => {
    await security.audit.close()
    await remove(directory)
  }
  const turn = { kernel, security, gate, threadId, options }
  return {
    root,
    codexHome,
    kernel: client,
    runTool: (tool: Parameters<typeof runTestTool>[0], input: unknown, signal = never) =>
      runTestTool(tool, input, turn, signal),
    runHook: async <Event extends HookEvent>(
      hook: Hook<Event>,
      payload: Omit<HookPayloads[Event], 'threadId' | 'cwd'>,
      signal = never,
    ) => {
      const whole = { ...payload, threadId, cwd: root } as unknown as HookPayloads[Event] // the two that were left out
      const { deniedBy: _, ...answer } = await hookRunnerOf([hook]).run(hook.event, whole, signal)
      return answer
    },
    runHandler: async (handler, argv = [], signal = never) =>
      await handler.run(bindArguments(handler.metadata, argv), client, signal),
    runRouter: async (router, prompt, context = {}) => {
      const agents = (await store.agents()).effective
      return await scoreAgents(prompt, { paths: [], changedFiles: [], ...context }, { router, agents })
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

async function runtimeOptions(
  places: { readonly root: string; readonly homeDir: string; readonly codexHome: string },
  { profile, env }: TestWorkspaceOptions,
): Promise<RuntimeOptions> {
  const program = await findProgram(dirname(fileURLToPath(import.meta.url)))
  return {
    ...program,
    env: { PATH: process.env.PATH ?? '', HOME: places.homeDir, CODEX_HOME: places.codexHome, ...env },
    homeDir: places.homeDir,
    tempDir: tmpdir(),
    cwd: places.root,
    platform: process.platform,
    originator: 'codex_plugin_test',
    settings: { overrides: [], neverAsk: true, ...(profile !== undefined && { securityProfile: profile }) },
    now: () => new Date(),
  }
}

/** The package that this file is a part of, from the sources as well as from the bundle. */
async function findProgram(directory: string): Promise<{ readonly packageRoot: string; readonly version: string }> {
  const text = await readFile(join(directory, 'package.json'), 'utf8').catch(() => '{}')
  const { name, version }: { readonly name?: string; readonly version?: string } = JSON.parse(text) // our own package.json
  if (name === 'codex-kernel' && version !== undefined) return { packageRoot: directory, version }
  const above = dirname(directory)
  if (above === directory) throw new Error('The package codex-kernel has no package.json above its modules.')
  return await findProgram(above)
}

async function writeFiles(directory: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const file = join(directory, name)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text)
  }
}

/** In the form in which installed plugins are recorded. */
async function linkPlugins(codexHome: string, folders: readonly string[]): Promise<void> {
  const plugins = await Promise.all(
    folders.map(async (folder) => {
      const root = resolve(folder)
      const { name = basename(root) }: { readonly name?: string } = JSON.parse(
        await readFile(join(root, 'package.json'), 'utf8'),
      ) // checked as a manifest when it is loaded
      return { type: 'link', name, root }
    }),
  )
  await writeFiles(codexHome, { 'oclif/package.json': JSON.stringify({ oclif: { plugins } }) })
}

function remove(directory: string): Promise<void> {
  return rm(directory, { recursive: true, force: true, maxRetries: 3 })
}
