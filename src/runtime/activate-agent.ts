import { relative, resolve } from 'node:path'
import { type Route, routeAgent } from '../agents/route-agent.ts'
import type {
  AgentDefinition,
  Definition,
  Diagnostic,
  Router,
  RouterContext,
  ThreadItemBody,
} from '../plugin-api/index.ts'
import type { PromptRouting } from '../plugin-api/kernel-client.ts'
import type { Gate } from '../security/gate.ts'
import type { DefinitionStore } from './definition-store.ts'
import type { Kernel } from './load-kernel.ts'

export interface Activation {
  readonly agent: Definition<AgentDefinition> | undefined
  /** What to tell of the choice: nothing where there was none to make. */
  readonly items: readonly ThreadItemBody[]
}

/** The id of the agent that takes what no other does. */
export const defaultAgentId = 'default'

interface ActivateDeps {
  readonly kernel: Kernel
  readonly store: DefinitionStore
}

/**
 * The agent of a turn: the one that was named; else, where `route` says so, the one that the router scores over its
 * threshold; else the default agent, with suggestions.
 */
export async function activateAgent(
  asked: {
    readonly prompt: string
    readonly paths: readonly string[]
    readonly named?: Definition<AgentDefinition>
    readonly route: boolean
  },
  deps: ActivateDeps & { readonly gate: Gate },
  signal: AbortSignal,
): Promise<Activation> {
  const { config } = deps.kernel.loaded
  if (asked.named) {
    const named = { agent: asked.named.id, reasons: ['named'], suggestions: [] }
    return { agent: asked.named, items: [{ type: 'activation', ...named }] }
  }
  const agents = (await deps.store.agents()).effective
  const fallback = agents.find((agent) => agent.id === defaultAgentId)
  const router = asked.route && config.agents.enabled ? await findRouter(deps) : undefined
  if (!router) return { agent: fallback, items: [] }

  const context = await routerContext(asked.paths, deps, signal)
  const route = await routeAgent(asked.prompt, context, routeSettings(deps.kernel), { router, agents }).catch(
    (error: unknown) => {
      deps.store.report(routerFailure(router, error))
      return noRoute
    },
  )
  if (route.chosen) {
    const { agent, score, reasons } = route.chosen
    const item = { type: 'activation', agent, score, reasons, suggestions: [] } as const
    return { agent: agents.find((each) => each.id === agent), items: [item] }
  }
  const suggestions = route.suggestions.map(({ agent, score }) => ({ agent, score }))
  const item = {
    type: 'activation',
    agent: defaultAgentId,
    reasons: [route.isNearTie ? 'more than one agent fits, about equally well' : 'no agent reaches its threshold'],
    suggestions,
  } as const
  return { agent: fallback, items: suggestions.length > 0 ? [item] : [] }
}

/**
 * Scores all agents for a prompt as a thread would, and runs none.
 *
 * @param openGate called where files of the workspace are looked at: only in a git repository
 */
export async function routePrompt(
  prompt: string,
  paths: readonly string[],
  deps: ActivateDeps & { readonly openGate: () => Promise<Gate> },
  signal: AbortSignal,
): Promise<PromptRouting> {
  const { kernel, store } = deps
  const router = await findRouter(deps)
  if (!router || !kernel.loaded.config.agents.enabled) return { activated: null, candidates: [] }
  const agents = (await store.agents()).effective
  const context = kernel.loaded.workspace.isRepository
    ? await routerContext(paths, { kernel, store, gate: await deps.openGate() }, signal)
    : { paths: inWorkspace(paths, kernel), changedFiles: [] }
  const route = await routeAgent(prompt, context, routeSettings(kernel), { router, agents }).catch((error: unknown) => {
    store.report(routerFailure(router, error))
    return noRoute
  })
  return { activated: route.chosen?.agent ?? null, candidates: route.candidates }
}

const noRoute: Route = { isNearTie: false, candidates: [], suggestions: [] }

function routeSettings({ loaded }: Kernel): { readonly threshold: number; readonly suggestions: number } {
  const { activation_threshold: threshold, suggestions } = loaded.config.agents
  return { threshold, suggestions: suggestions.auto_suggest ? suggestions.suggestion_count : 0 }
}

function routerFailure({ id }: Router, error: unknown): Diagnostic {
  return brokenRouter(`Router ${id} failed: ${messageOf(error)}`)
}

/** The router that was contributed last stands highest and answers alone; one that does not load is told and passed over. */
async function findRouter({ kernel, store }: ActivateDeps): Promise<Router | undefined> {
  for (const contribution of kernel.registry.modules('routers').toReversed()) {
    try {
      return await kernel.activator.module(contribution)
    } catch (error) {
      store.report(brokenRouter(messageOf(error)))
    }
  }
  return undefined
}

function brokenRouter(message: string): Diagnostic {
  return { severity: 'error', code: 'plugin.module', message }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Changed files and languages count only where the gate lets the workspace be read. */
async function routerContext(
  named: readonly string[],
  { kernel, gate }: ActivateDeps & { readonly gate: Gate },
  signal: AbortSignal,
): Promise<RouterContext> {
  const { workspaceRoot } = kernel.places
  const paths = inWorkspace(named, kernel)
  if (!kernel.loaded.workspace.isRepository) return { paths, changedFiles: [] }
  const decision = await gate.authorize({ kind: 'read_tree', path: workspaceRoot }, signal)
  if (decision.outcome !== 'allow') return { paths, changedFiles: [] }
  const searchPath = kernel.options.env.PATH
  const limits = { cwd: workspaceRoot, maxBytes: 64 * 1024, ...(searchPath !== undefined && { searchPath }) }
  const { gitRead } = await import('../sandbox/git-read.ts')
  const status = await gitRead(['diff', '--name-only', 'HEAD'], limits, signal)
  await gate.settle(decision, { status: status.exitCode === 0 ? 'done' : 'failed' })
  const changedFiles = status.exitCode === 0 ? status.stdout.split('\n').filter(Boolean) : []
  const { repositoryLanguages } = await import('./repository-languages.ts')
  return { paths, changedFiles, languages: await repositoryLanguages(workspaceRoot) }
}

/** As routers get them: relative to the workspace root. */
function inWorkspace(paths: readonly string[], { options, places }: Kernel): readonly string[] {
  return paths.map((path) => relative(places.workspaceRoot, resolve(options.cwd, path)))
}
