import { randomUUID } from 'node:crypto'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { CodexError } from '../../plugin-api/errors.ts'

/** Gives the place back. */
export type Release = () => Promise<void>

/**
 * Takes the file that says who is changing plugins. One that a process left which is gone is taken over.
 * @throws CodexError `plugin.busy`, `plugin.failed`
 */
export async function takeBusyLock(file: string): Promise<Release> {
  const own = `${process.pid} ${await startOf(process.pid)}`
  const draft = `${file}.${randomUUID()}`
  try {
    // A link either appears with its whole content or not at all.
    await writeFile(draft, own, { flag: 'wx', mode: 0o600 })
    for (let attempt = 0; attempt < 5; attempt += 1) {
      if (await linked(draft, file)) return async () => await rm(file, { force: true })
      const holder = await readFile(file, 'utf8').catch(() => undefined)
      if (holder === undefined) continue
      const pid = await livingHolder(holder)
      if (pid !== undefined) throw busy(pid)
      await takeAway(file, holder)
    }
  } catch (cause) {
    if (cause instanceof CodexError) throw cause
    throw new CodexError('plugin.failed', `${file} cannot be written, so no plugin can be changed`, {
      hint: 'Make CODEX_HOME writable, or free space on its disk.',
      cause,
    })
  } finally {
    await rm(draft, { force: true })
  }
  throw busy(undefined)
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

/** The process that holds the lock, if it still runs. A process id that was given to another program has another start. */
async function livingHolder(content: string): Promise<number | undefined> {
  const [number = '', start = ''] = content.split(' ')
  const pid = Number(number)
  if (!Number.isInteger(pid) || pid <= 0) return undefined
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return undefined
  }
  const now = await startOf(pid)
  return start !== '' && now !== '' && start !== now ? undefined : pid
}

/** When a process began, in ticks since the system did (proc(5), field 22 of stat); empty where that is not known. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}

/** Moves the lock of a process that is gone aside; if it was another's by then, it goes back. */
async function takeAway(file: string, content: string): Promise<void> {
  const aside = `${file}.${randomUUID()}`
  try {
    await rename(file, aside)
  } catch {
    return // somebody else was faster
  }
  if ((await readFile(aside, 'utf8')) !== content) await linked(aside, file)
  await rm(aside, { force: true })
}

function busy(pid: number | undefined): CodexError {
  const who = pid === undefined ? 'Another process' : `Process ${pid}`
  return new CodexError('plugin.busy', `${who} is changing plugins right now; nothing was done`, {
    hint: 'Wait until it has ended, then try again.',
  })
}
