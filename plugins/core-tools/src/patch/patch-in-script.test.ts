import { expect, test } from 'vitest'
import { patchInScript } from './patch-in-script.ts'

const patch = '*** Begin Patch\n*** Add File: a\n+$HOME `b` \\n\n*** End Patch\n'

test.each([
  [`apply_patch <<'EOF'\n${patch}EOF`, { patch }],
  [`apply_patch <<EOF\n${patch}EOF\n`, { patch }],
  [`applypatch <<"PATCH"\n${patch}PATCH\n`, { patch }],
  [`cd sub/dir && apply_patch <<'EOF'\n${patch}EOF\n`, { patch, workdir: 'sub/dir' }],
  [`cd 'a b' && apply_patch <<'EOF'\n${patch}EOF\n`, { patch, workdir: 'a b' }],
  [`apply_patch '${patch}'`, { patch }],
  ['apply_patch <<-EOF\n\t*** Begin Patch\n\t*** End Patch\n\tEOF', { patch: '*** Begin Patch\n*** End Patch\n' }],
])('a script that does nothing but apply a patch gives it: %s', async (script, expected) => {
  expect(await patchInScript(script)).toEqual(expected)
})

test.each([
  'ls',
  'echo apply_patch',
  'apply_patch',
  'apply_patch --help --more',
  `apply_patch <<'EOF'\n${patch}EOF\nrm -rf x`,
  `apply_patch <<'EOF' && rm x\n${patch}EOF\n`,
  `cd a || apply_patch <<'EOF'\n${patch}EOF\n`,
  `cd a && cd b && apply_patch <<'EOF'\n${patch}EOF\n`,
  `cd "$X" && apply_patch <<'EOF'\n${patch}EOF\n`,
  `cd - && apply_patch <<'EOF'\n${patch}EOF\n`,
  `X=1 apply_patch <<'EOF'\n${patch}EOF\n`,
  `apply_patch <<'EOF' > out\n${patch}EOF\n`,
  `apply_patch <<'EOF' &\n${patch}EOF\n`,
  `apply_patch <<'EOF' | tee x\n${patch}EOF\n`,
  `(apply_patch <<'EOF'\n${patch}EOF\n)`,
  'apply_patch "$(cat p)"',
  'apply_patch "$P"',
  'apply_patch < p.patch',
  `sudo apply_patch <<'EOF'\n${patch}EOF\n`,
])('a script that may do something else stays one for the shell: %s', async (script) => {
  expect(await patchInScript(script)).toBeUndefined()
})
