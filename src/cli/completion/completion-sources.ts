import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { knownKeys } from '../../config/field-facts.ts'
import type { Definition } from '../../plugin-api/origin.ts'
import { openDefinitionStore } from '../../runtime/definition-store.ts'
import type { Kernel } from '../../runtime/load-kernel.ts'
import type { CompletionSources, Suggestion } from './suggest.ts'

/** How many threads `exec resume` offers, the newest first. */
const mostThreads = 20

/** What there is to complete, from the files that a run would read. No module is imported. */
export function completionSources(kernel: Kernel): CompletionSources {
  const store = openDefinitionStore(kernel)
  const commands = async () => (await store.commands()).effective
  return {
    async commands() {
      const files = (await commands()).map(({ id, value }) => ({ value: id, description: value.description }))
      const known = new Set(files.map(({ value }) => value))
      const handlers = kernel.registry.modules('handlers').flatMap(({ id }) => (known.has(id) ? [] : { value: id }))
      return byValue([...files, ...handlers])
    },
    async agents() {
      const agents = (await store.agents()).effective
      return byValue(
        agents.map(({ id, value: { agent } }) => ({ value: id, description: agent.description ?? agent.name })),
      )
    },
    async profiles() {
      const own = (await store.profiles()).effective
      const layers = (await readdir(kernel.codexHome).catch(() => [])).flatMap((name) => {
        const layer = /^(.+)\.config\.toml$/.exec(name)?.[1]
        return layer === undefined ? [] : { value: layer, description: 'configuration layer' }
      })
      return byValue([...own.map(describedProfile), ...layers])
    },
    plugins: async () =>
      kernel.registry.plugins.flatMap(({ name, version, layer }) =>
        layer === 'plugin' ? { value: name, description: version } : [],
      ),
    configKeys: async () => knownKeys().map((value) => ({ value })),
    threads: () => newestThreads(join(kernel.codexHome, 'sessions')),
    async argumentsOf(name) {
      const command = (await commands()).find(({ id }) => id === name)
      return (command?.value.args ?? []).flatMap(({ name: argument, type, values = [], description }): Suggestion[] => {
        const about = description === undefined ? {} : { description }
        if (type === 'boolean') return [{ value: `--${argument}`, ...about }]
        return values.map((value) => ({ value: `${argument}=${value}`, ...about }))
      })
    },
  }
}

function describedProfile({ id, value }: Definition<{ readonly description?: string | undefined }>): Suggestion {
  return { value: id, ...(value.description !== undefined && { description: value.description }) }
}

/** Rollouts lie by year, month and day, and their names begin with the time. */
async function newestThreads(directory: string): Promise<readonly Suggestion[]> {
  const files = await readdir(directory, { recursive: true }).catch(() => [])
  return files
    .map((file) => /rollout-(\d{4}-\d\d-\d\dT[\d-]+)-([0-9a-f-]{36})\.jsonl$/.exec(file))
    .filter((match) => match !== null)
    .map(([, time = '', id = '']) => ({ value: id, description: time }))
    .sort((a, b) => (a.description > b.description ? -1 : 1))
    .slice(0, mostThreads)
}

function byValue(all: readonly Suggestion[]): readonly Suggestion[] {
  return all.toSorted((a, b) => (a.value < b.value ? -1 : 1))
}
