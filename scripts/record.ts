/**
 * Makes docs/recording.svg, the picture at the top of the README, from a real run of the README's main job in a fresh
 * home. `node scripts/record.ts`, after a build.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const argv = ['agent', 'security-analyst', 'audit this', '--playbook', '--cd', 'docs/examples/vulnerable-shop']
const shown = 'codex agent security-analyst "audit this" --playbook --cd docs/examples/vulnerable-shop'
/** Rows and columns that a reader sees without scrolling. */
const size = { rows: 34, columns: 118 }

const home = mkdtempSync(join(tmpdir(), 'codex-record-'))
try {
  const run = spawnSync(process.execPath, [join(root, 'bin', 'codex.js'), ...argv, '--color', 'always'], {
    cwd: root,
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '', HOME: home },
  })
  if (run.status !== 0) throw new Error(`the run ended with ${run.status}: ${run.stderr}`)
  const lines = [`$ ${shown}`, ...`${run.stderr}${run.stdout}`.split('\n')]
  writeFileSync(join(root, 'docs', 'recording.svg'), picture(lines))
} finally {
  rmSync(home, { recursive: true, force: true })
}

function picture(lines: readonly string[]): string {
  const visible =
    lines.length > size.rows
      ? [...lines.slice(0, size.rows - 1), `… ${lines.length - size.rows + 1} more lines`]
      : lines
  const rows = visible.map((line, index) => `<text x="16" y="${44 + index * 18}">${spans(line)}</text>`)
  const [width, height] = [32 + size.columns * 7.83, 60 + visible.length * 18]
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${Math.round(width)}" height="${height}" role="img" aria-label="A run of codex agent security-analyst">
<style>text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:#d6dbe5;white-space:pre}.c31{fill:#ff7b72}.c32{fill:#7ee787}.c33{fill:#e3b341}.c36{fill:#79c0ff}.c2{fill:#8b949e}.c1{font-weight:700}</style>
<rect width="100%" height="100%" rx="8" fill="#0d1117"/><circle cx="20" cy="16" r="5" fill="#ff5f56"/><circle cx="38" cy="16" r="5" fill="#ffbd2e"/><circle cx="56" cy="16" r="5" fill="#27c93f"/>
${rows.join('\n')}
</svg>
`
}

/** Select Graphic Rendition sequences as spans with a class each; what does not fit the picture is cut. */
function spans(line: string): string {
  let [open, room, out] = ['', size.columns, '']
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ESC begins a sequence
  for (const part of line.split(/(\u001b\[\d+m)/)) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: ESC begins a sequence
    const code = /^\u001b\[(\d+)m$/.exec(part)?.[1]
    if (code !== undefined) {
      open = Number(code) >= 22 && Number(code) <= 24 ? '' : code === '39' || code === '0' ? '' : code
      continue
    }
    const text = part.length > room ? `${part.slice(0, Math.max(0, room - 1))}…` : part
    room -= text.length
    if (text) out += open ? `<tspan class="c${open}">${escapeXml(text)}</tspan>` : escapeXml(text)
    if (room <= 0) break
  }
  return out
}

function escapeXml(text: string): string {
  return text.replace(/[&<>]/g, (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[character] ?? character)
}
