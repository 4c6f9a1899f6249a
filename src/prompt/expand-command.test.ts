import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { openExpansionBench } from '../../test/support/expansion-bench.ts'
import { markData } from './mark-data.ts'

const bench = openExpansionBench()
const { actions, gitCalls, expand } = bench
beforeEach(bench.reset)
afterAll(bench.close)

describe('arguments and variables', () => {
  const args = [
    { name: 'path', type: 'path' },
    { name: 'depth', type: 'enum', values: ['shallow', 'normal', 'deep'], default: 'normal' },
  ]

  test('an argument is there under its name and below args', async () => {
    const { text, notes, paths } = await expand('{{path}}={{args.path}} {{depth}}={{args.depth}}', {
      args,
      argv: ['src', '--depth=deep'],
    })
    expect(text).toBe('src=src deep=deep')
    expect(notes).toEqual([])
    expect(paths).toEqual(['src'])
    expect(actions).toEqual([])
  })

  test('an argument whose name has a meaning of its own is reached below args', async () => {
    const shadowing = ['context', 'vars', 'selection', 'args', 'this', 'file_content', 'in'].map((name) => ({ name }))
    const template = '{{args.context}}{{args.args}}{{args.in}}{{args.file_content}} {{vars.team}} {{selection}}'
    const argv = ['1', '2', '3', '4', '5', '6', '7']
    const selection = { type: 'text', text: 'picked' } as const
    const { text } = await expand(template, { args: shadowing, argv, vars: { team: 'core' }, selection })
    expect(text).toBe(`1476 core ${markData('picked', 'what was piped in')}`)
  })

  test('a value that looks like a template stays what it is', async () => {
    const { text } = await expand('{{path}}', { args, argv: ['{{context.git_diff}} <b> & "q"'] })
    expect(text).toBe('{{context.git_diff}} <b> & "q"')
    expect(gitCalls).toEqual([])
  })

  test('a wrong name is an error of the file, at its line', async () => {
    await expect(expand('fine\n{{ args.dept }}', { args })).rejects.toMatchObject({
      code: 'command.template',
      location: { file: '/somewhere/try.md', line: 8, column: 4 },
      hint: 'Did you mean depth? The names in args are path, depth.',
    })
    await expect(expand('{{context.diff}}')).rejects.toMatchObject({ code: 'command.template' })
    await expect(expand('{{path}}', { args, argv: ['a', 'b'] })).rejects.toMatchObject({ code: 'command.arguments' })
  })

  test('the environment is out of reach, and a variable that is not set is empty', async () => {
    await expect(expand('{{env.PATH}}')).rejects.toMatchObject({ code: 'command.template' })
    await expect(expand('{{process.env.PATH}}')).rejects.toMatchObject({ code: 'command.template' })
    expect((await expand('[{{vars.PATH}}{{vars.constructor}}{{vars.team | default: "none"}}]')).text).toBe('[none]')
  })
})

test('an abort stops the expansion with its reason', async () => {
  const stopped = AbortSignal.abort(new Error('stopped'))
  await expect(expand('{{context.git_diff}}', { signal: stopped })).rejects.toThrowError('stopped')
})
