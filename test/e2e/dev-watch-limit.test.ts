import { expect, onTestFinished, test } from 'vitest'
import { makeCodexHome } from '../support/codex-home.ts'
import { startDev } from '../support/dev-session.ts'
import { makeWorkspace } from '../support/temp-workspace.ts'

/** Runs a command line in a user namespace of its own, where inotify has this limit; no other process is touched. */
const limited = (name: string, value: number) => [
  ...['unshare', '--user', '--map-root-user', 'sh', '-c'],
  ...[`echo ${value} > /proc/sys/user/${name} && exec "$@"`, 'sh'],
]

test.each([
  ['max_inotify_watches', 2, 'ENOSPC'],
  ['max_inotify_instances', 0, 'EMFILE'],
] as const)('where %s is used up, files are polled, and it is said once', async (name, value, code) => {
  const home = await makeCodexHome({ 'commands/hello.md': '---\ndescription: One\n---\nHello.\n' })
  onTestFinished(() => home.remove())
  const workspace = await makeWorkspace()
  onTestFinished(() => workspace.remove())
  const dev = await startDev({ home, cwd: workspace.path, through: limited(name, value) })
  onTestFinished(async () => void (await dev.end()))
  const isLimit = { severity: 'warning', code: 'watch.limit', message: expect.stringContaining(code) }
  expect(await dev.reloaded()).toMatchObject({ changes: 0, standing: [isLimit] })
  await home.write({ 'commands/hello.md': '---\ndescription: Another\n---\nHello.\n' })
  expect(await dev.change('command', 'hello')).toMatchObject({ change: 'changed' })
  await workspace.write({ '.codex/agents/late.toml': agent })
  expect(await dev.change('agent', 'project:late')).toMatchObject({ change: 'added' })
  const { exitCode, stdout } = await dev.end()
  expect(exitCode).toBe(0)
  expect(stdout.split('\n').filter((line) => line.includes('"reloaded","changes":0'))).toHaveLength(1)
})

const agent = '[agent]\nid = "late"\nname = "Late"\ndescription = "Comes late."\n\n[prompt]\nsystem = "Help."\n'
