import { hash } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { openCacheDirectory } from '../../definitions/cache-directory.ts'
import type { ToolCache } from '../../plugin-api/index.ts'

/** Where tools keep what they have worked out, and the version of the program. */
export interface ToolCachePlace {
  /** Absolute path; each plugin has a directory of its own below. */
  readonly directory: string
  readonly program: string
}

/** The plugin whose tool asks. */
export interface CachingPlugin {
  readonly name: string
  readonly version: string
  /** Absolute path of the package's folder. */
  readonly root: string
}

const limits = { maxFiles: 100, maxFileBytes: 32 * 1024 * 1024 }

/** The private cache of a plugin; undefined without a place. What another build of the plugin wrote is as if it were not there. */
export function openToolCache(place: ToolCachePlace | undefined, plugin: CachingPlugin): ToolCache | undefined {
  if (place === undefined) return undefined
  const cache = openCacheDirectory(join(place.directory, shortHash(plugin.name)), limits)
  const head = (): string => `${shortHash(`${place.program} ${plugin.version} ${buildOf(plugin.root)}`)}\n`
  return {
    read(name) {
      const text = cache.read(shortHash(name))
      const expected = head()
      return text?.startsWith(expected) ? text.slice(expected.length) : undefined
    },
    write: (name, text) => cache.write(shortHash(name), head() + text),
  }
}

const shortHash = (text: string): string => hash('sha256', text, 'hex').slice(0, 32)

/** Tells one build of a plugin from another: names, sizes and times of the files in its `dist`. */
function buildOf(root: string): string {
  const directory = join(root, 'dist')
  try {
    return readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .sort()
      .map((name) => {
        const { size, mtimeMs } = statSync(join(directory, name))
        return `${name} ${size} ${mtimeMs}`
      })
      .join('\n')
  } catch {
    return basename(root)
  }
}
