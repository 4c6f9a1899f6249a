import { readdir, readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { fixture, fixtureSession } from '../support/fixture-session.ts'

/** What `case.json` of a folder of `test/fixtures/bad-input` says; `{home}` and `{repo}` stand for their directories. */
interface BadInput {
  readonly about: string
  readonly runs: readonly {
    readonly argv: readonly string[]
    readonly exit: number
    /** Texts that have to be there. */
    readonly stdout?: readonly string[]
    readonly stderr?: readonly string[]
    /** How often the model is asked. Default 0. */
    readonly asked?: number
  }[]
}

for (const name of await readdir(fixture('bad-input'))) {
  const { about, runs }: BadInput = JSON.parse(await readFile(fixture('bad-input', name, 'case.json'), 'utf8'))
  describe(about, () => {
    for (const { argv, exit, stdout = [], stderr = [], asked = 0 } of runs) {
      test(`codex ${argv.join(' ')} ends with ${exit}`, async () => {
        const session = await fixtureSession(`bad-input/${name}`, [{ text: 'Done.' }])
        const places = { home: session.home.codexHome, repo: session.workspace.path }
        const result = await session.run(argv.map((word) => word.replace('{home}', places.home)))
        expect(result.exitCode, result.stderr).toBe(exit)
        for (const text of stdout) expect(result.stdout).toContain(text)
        for (const text of stderr) expect(result.stderr).toContain(text)
        expect(result.stderr).not.toContain('this should not happen')
        expect(session.server.requests).toHaveLength(asked)
      })
    }
  })
}
