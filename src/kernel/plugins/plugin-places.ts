import { join } from 'node:path'

/** Where installed plugins lie, and what stands beside them while one of our commands changes them. */
export interface PluginPlaces {
  /** oclif's data directory: what is in force. */
  readonly dataDir: string
  /** What was in force before the last change; there only while that change is being made. */
  readonly previousDir: string
  /** Who is changing plugins: a file with the process id. */
  readonly busyFile: string
  /** Directory that holds them all. */
  readonly codexHome: string
}

/** Name of a directory that something is staged in starts with this. */
export const stagingPrefix = 'oclif.staging-'

/** Inside a data directory. */
export const lockfileName = 'codex-plugins.lock.json'
export const tarballsName = 'tarballs'
export const digestsName = 'digests'

export function pluginPlaces(codexHome: string): PluginPlaces {
  return {
    codexHome,
    dataDir: join(codexHome, 'oclif'),
    previousDir: previousOf(join(codexHome, 'oclif')),
    busyFile: join(codexHome, 'oclif.busy'),
  }
}

/** The directory that the data directory is moved to while it is replaced. */
export function previousOf(dataDir: string): string {
  return `${dataDir}.previous`
}
