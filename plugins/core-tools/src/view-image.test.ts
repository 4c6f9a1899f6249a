import { execFileSync } from 'node:child_process'
import { symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { imageFacts } from 'codex-kernel/plugin-api'
import { afterEach, expect, test } from 'vitest'
import { type BenchOptions, openToolBench, phasesOf, type ToolBench } from '../../../test/support/tool-bench.ts'
import { tool } from './view-image.ts'

const benches: ToolBench[] = []
afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.close()
})
async function open(files: Readonly<Record<string, Uint8Array>>, options: BenchOptions = {}): Promise<ToolBench> {
  const bench = await openToolBench([tool], options)
  benches.push(bench)
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(bench.workspace.path, name), bytes)
  return bench
}

/** A grey PNG; its check sums are left at zero, which no reader of headers minds. */
function png(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(data.length)
    return Buffer.concat([length, Buffer.from(type), data, Buffer.alloc(4)])
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = 8
  const pixels = deflateSync(Buffer.alloc((width + 1) * height))
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))])
}

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')

test('an image is shown with what it is, whatever its name says', async () => {
  const bench = await open({ 'picture.txt': png(3, 2) })
  const { output, events } = await bench.run('view_image', { path: 'picture.txt', detail: 'high' })
  expect(output).toMatchObject({
    output: expect.stringMatching(/^picture\.txt: image\/png, 3 x 2 pixels, \d+ bytes$/),
    structured: { media_type: 'image/png', width: 3, height: 2 },
    images: [
      { type: 'input_image', detail: 'high', image_url: `data:image/png;base64,${png(3, 2).toString('base64')}` },
    ],
  })
  expect(phasesOf(events)).toEqual(['started:tool_call', 'completed:tool_call'])
})

test.each([
  ['image/gif', '474946383961 0a00 1400 00', 10, 20],
  ['image/jpeg', 'ffd8 ffe0 0004 0000 ffc0 0011 08 0014 000a 03', 10, 20],
  ['image/webp', '52494646 00000000 57454250 56503820 00000000 000000 9d012a 0a00 1400', 10, 20],
  ['image/webp', '52494646 00000000 57454250 5650384c 00000000 2f 09c00400 0000000000', 10, 20],
  ['image/webp', '52494646 00000000 57454250 56503858 00000000 00000000 090000 130000', 10, 20],
])('the header of %s (%s) tells its size', (mediaType, bytes, width, height) => {
  expect(imageFacts(hex(bytes))).toEqual({ mediaType, width, height })
})

test('a header that is cut or loops gives no size, and ends', () => {
  expect(imageFacts(hex('ffd8ff'))).toEqual({ mediaType: 'image/jpeg' })
  expect(imageFacts(hex('ffd8ffffffffffffffffffffff'))).toEqual({ mediaType: 'image/jpeg' })
  expect(imageFacts(hex('89504e470d0a1a0a'))).toEqual({ mediaType: 'image/png' })
  expect(imageFacts(hex(''))).toBeUndefined()
})

test('a large picture says that it is scaled down, and one that is too large what to do', async () => {
  const bench = await open({ 'wide.png': png(3000, 1), 'huge.png': png(9000, 1), 'heavy.png': png(1, 1) })
  await truncate(join(bench.workspace.path, 'heavy.png'), 1024 ** 3)
  const run = async (path: string, detail?: string) => (await bench.run('view_image', { path, detail })).output
  expect((await run('wide.png')).output).toContain('scaled down to about 2048 pixels')
  expect((await run('wide.png', 'original')).output).not.toContain('scaled')
  for (const path of ['huge.png', 'heavy.png']) {
    const refused = await run(path)
    expect(refused).toMatchObject({ failed: true, output: expect.stringContaining('smaller copy') })
    expect(refused).not.toHaveProperty('images')
  }
})

test('what is no image is named, and gives no image', async () => {
  const bench = await open({
    'a.png': Buffer.from('%PDF-1.7\n'),
    'b.png': Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
    'c.png': Buffer.from('BM....'),
    'd.png': Buffer.from(''),
    'e.png': Buffer.from('hello'),
  })
  execFileSync('mkfifo', [join(bench.workspace.path, 'pipe')])
  await symlink('loop', join(bench.workspace.path, 'loop'))
  const textOf = async (path: string) => {
    const { output } = await bench.run('view_image', { path })
    expect(output).toMatchObject({ failed: true })
    expect(output).not.toHaveProperty('images')
    return output.output
  }
  expect(await textOf('a.png')).toContain('a PDF document')
  expect(await textOf('b.png')).toContain('read_file shows it')
  expect(await textOf('c.png')).toContain('a BMP image')
  expect(await textOf('d.png')).toContain('is empty')
  expect(await textOf('e.png')).toContain('no image that is known')
  expect(await textOf('pipe')).toContain('a pipe')
  expect(await textOf('.')).toContain('list_dir')
  expect(await textOf('/proc/self/maps')).toContain('no image that is known')
  expect(await textOf('a.pgn')).toContain('Near it: a.png')
})

test('an image that may not be read does not leave the disk, also through a link', async () => {
  const bench = await open(
    { 'secret.png': png(5, 5) },
    {
      permissions: (workspace) => {
        const rule = [{ allow: ['/**'], deny: [`${workspace}/secret.png`] }]
        return { read: { allow: rule, askable: rule } }
      },
    },
  )
  await symlink('secret.png', join(bench.workspace.path, 'link.png'))
  for (const path of ['secret.png', 'link.png']) {
    const { output, events } = await bench.run('view_image', { path })
    expect(phasesOf(events)).toContain('completed:denial')
    expect(output).not.toHaveProperty('images')
    expect(JSON.stringify(output)).not.toContain('base64')
  }
})
