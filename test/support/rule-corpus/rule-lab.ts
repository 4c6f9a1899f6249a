import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'

/** Files that the attempts name. `big` is more than one kilobyte, so that sorting it takes a program for its temporary files. */
const files = { a: 'x\n', b: 'y\n', big: `${'line of text\n'.repeat(400)}` }
const author = {
  GIT_AUTHOR_NAME: 't',
  GIT_AUTHOR_EMAIL: 't@example.invalid',
  GIT_COMMITTER_NAME: 't',
  GIT_COMMITTER_EMAIL: 't@example.invalid',
}
const searched = '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin'
/** Longer than any that ends by itself takes on a loaded machine. */
const limitMs = 5000

/** True where a program is on the search path of attempts, or is that file. */
export function hasProgram(program: string): boolean {
  const { status } = spawnSync('/bin/sh', ['-c', 'command -v "$1"', '_', program], { env: { PATH: searched } })
  return status === 0
}

/** The environment of an attempt in such a directory. `PATH` finds its `hit` first. */
export function attemptEnvironment(directory: string): Record<string, string> {
  return { PATH: `${directory}/bin:${searched}`, HOME: directory, ...author, LC_ALL: 'C.UTF-8', TERM: 'xterm' }
}

/** Makes a directory with a small git repository and `bin/hit`, a program that makes the file `mark` whatever it is called with. */
export async function makeAttemptDirectory(directory: string): Promise<void> {
  await makePlainDirectory(directory)
  const git = 'git init -q --template= . && git commit -q --allow-empty -m a && git commit -q --allow-empty -m b'
  spawnSync('/bin/sh', ['-c', git], { cwd: directory, env: attemptEnvironment(directory) })
}

async function makePlainDirectory(directory: string): Promise<void> {
  await mkdir(join(directory, 'bin'), { recursive: true })
  const canary = writeFile(join(directory, 'bin/hit'), `#!/bin/sh\n: > '${directory}/mark'\n`, { mode: 0o755 })
  const wrap = writeFile(join(directory, 'bin/wrap'), '#!/bin/sh\nexec "$@"\n', { mode: 0o755 })
  const others = Object.entries(files).map(([name, content]) => writeFile(join(directory, name), content))
  await Promise.all([canary, wrap, ...others])
}

/** Runs scripts in plain bash, each in a directory of its own, and gives those that started `hit`. */
export async function scriptsThatHit(scripts: readonly string[]): Promise<ReadonlySet<string>> {
  const lab = await realpath(await mkdtemp(join(tmpdir(), 'rule-lab-')))
  try {
    const template = join(lab, 'template')
    await makeAttemptDirectory(template)
    const waiting = scripts.entries()
    const reached = new Set<string>()
    const work = async () => {
      for (const [index, script] of waiting) {
        const directory = join(lab, String(index))
        await makePlainDirectory(directory)
        // What one attempt writes into a repository is not there for another.
        if (script.includes('git')) await cp(join(template, '.git'), join(directory, '.git'), { recursive: true })
        await runInBash(script, directory)
        if (existsSync(join(directory, 'mark'))) reached.add(script)
      }
    }
    await Promise.all(Array.from({ length: availableParallelism() + 1 }, work))
    return reached
  } finally {
    await rm(lab, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** Ends with all that it started: they are one process group, but for what leaves it. */
async function runInBash(script: string, cwd: string): Promise<void> {
  const child = spawn('bash', ['-c', script], { cwd, env: attemptEnvironment(cwd), stdio: 'ignore', detached: true })
  const { pid } = child
  if (pid === undefined) throw new Error('bash does not start')
  const stop = () => {
    try {
      process.kill(-pid, 'SIGKILL')
    } catch {
      // Nothing of it is left.
    }
  }
  const timer = setTimeout(stop, limitMs)
  await once(child, 'close')
  clearTimeout(timer)
  stop()
}
