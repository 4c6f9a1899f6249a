#!/usr/bin/env node
// Old syntax and old imports only, until the version of Node is known: this file is started by whatever Node there is.
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const packageRoot = dirname(dirname(fileURLToPath(import.meta.url)))
const floor = [22, 22]

if (isOldNode()) {
  await runWithNodeBeside()
} else if (process.argv.length === 3 && (process.argv[2] === '--version' || process.argv[2] === '-V')) {
  process.stdout.on('error', tellLostOutput)
  process.stdout.write(`codex-kernel ${packageVersion()}\n`)
} else {
  if (process.env.CODEX_NODE_REEXEC) endWith(Number(process.env.CODEX_NODE_REEXEC))
  delete process.env.CODEX_NODE_REEXEC
  const { enableCompileCache } = await import('node:module')
  const user = process.env.HOME || process.env.USERPROFILE
  // Without either there is none: what a relative path leads to is a repository's, and cached code of its choice would run.
  const home = process.env.CODEX_HOME || (user && join(user, '.codex'))
  if (home && existsSync(home)) enableCompileCache(join(home, 'cache', 'node'))
  const { main } = await import('../dist/main.js')
  const calledAs = basename(process.argv[1] || '')
  await main({ calledAs, argv: process.argv.slice(2), packageRoot, version: packageVersion() })
}

function isOldNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  return major < floor[0] || (major === floor[0] && minor < floor[1])
}

/** As the program does with all its other output; to load it would cost more than the version does. */
function tellLostOutput({ code }) {
  if (code === 'EPIPE') return
  process.stderr.write(`error: standard output cannot be written: ${code}\ncode: output.unwritable\n`)
  process.exitCode = 1
}

function packageVersion() {
  return JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')).version
}

/** Ends in order when the process that started this one is gone: killed, it could not hand that on. */
function endWith(launcher) {
  const timer = setInterval(() => {
    if (process.ppid === launcher) return
    clearInterval(timer)
    process.kill(process.pid, 'SIGTERM')
  }, 200)
  timer.unref()
}

/** Runs the same command line under the Node that stands beside this package, and takes over its end. */
async function runWithNodeBeside() {
  const name = process.platform === 'win32' ? 'node.exe' : 'node'
  const candidates = [
    join(packageRoot, 'node_modules', 'node', 'bin', name),
    join(packageRoot, '..', 'node', 'bin', name),
  ]
  const node = candidates.find((path) => existsSync(path))
  if (!node || process.env.CODEX_NODE_REEXEC) {
    process.stderr.write(
      `codex-kernel needs Node ${floor.join('.')} or newer; this is ${process.versions.node}. Install a newer Node, or run npm install in ${packageRoot}.\n`,
    )
    process.exit(78)
  }
  const { spawn } = await import('node:child_process')
  const child = spawn(node, [...process.execArgv, ...process.argv.slice(1)], {
    stdio: 'inherit',
    env: { ...process.env, CODEX_NODE_REEXEC: String(process.pid) },
  })
  // A terminal sends its signals to the child as well; one sent to this process alone is handed on.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    process.stderr.write(`codex-kernel cannot start ${node}: ${error.message}\n`)
    process.exit(78)
  })
  child.on('exit', (code, signal) => {
    if (signal) {
      process.removeAllListeners(signal)
      process.kill(process.pid, signal)
    } else {
      process.exit(code === null ? 1 : code)
    }
  })
}
