import { defineLazyTool, imageFacts, otherKindOf, type ToolOutput } from 'codex-kernel/plugin-api'
import { pathProblem } from './path-problem.ts'

/** What all servers take: Anthropic 5 MB as base64, which is a third more, and Bedrock 3.75 MB of the file. */
const maxImageBytes = 3.75 * 1024 * 1024
/** On either side: more is refused by some servers. */
const maxPixels = 8000
/** Servers scale what is larger down to about this on the longer side, unless `original` is asked for. */
const seenPixels = 2048

/** Shows an image file to the model. */
export const tool = defineLazyTool({
  name: 'view_image',
  description: `Shows you an image file: PNG, JPEG, GIF (its first frame) or WebP, of at most ${maxImageBytes / 1024 / 1024} MiB and ${maxPixels} pixels on a side. Use it for screenshots, diagrams and pictures that you have a path of.`,
  makeInput: (z) =>
    z.strictObject({
      path: z.string().min(1).describe('Absolute, or relative to the working directory.'),
      detail: z
        .enum(['auto', 'low', 'high', 'original'])
        .default('auto')
        .describe(
          `How exactly you see it: low costs few tokens, high shows small text (scaled to ${seenPixels} pixels), original is not scaled where the model can.`,
        ),
    }),
  makeOutputSchema: (z) =>
    z.strictObject({
      path: z.string(),
      media_type: z.string().describe('Such as image/png.'),
      width: z.int().nullable().describe('Pixels; null where its header does not say.'),
      height: z.int().nullable().describe('The same.'),
      size_bytes: z.int().describe('Of the file.'),
    }),
  effects: ['read'],
  parallel: true,
  async run({ path, detail }, ctx): Promise<ToolOutput> {
    try {
      const { kind, sizeBytes } = await ctx.fs.stat(path)
      if (kind === 'directory') return refusal(`${path} is a directory. list_dir shows what is in it.`)
      if (kind === 'other') return refusal(`${path} is a pipe, socket or device, no file.`)
      if (sizeBytes > maxImageBytes) {
        return refusal(
          `${path} has ${sizeBytes} bytes, more than the ${maxImageBytes} that can be shown. Make a smaller copy by shell, such as: convert ${path} -resize ${seenPixels}x${seenPixels} smaller.png`,
        )
      }
      return show(path, await ctx.fs.readFile(path), detail)
    } catch (error) {
      const problem = await pathProblem(error, path, ctx)
      if (problem === undefined) throw error
      return refusal(problem)
    }
  },
})

function show(path: string, bytes: Uint8Array, detail: string): ToolOutput {
  const facts = imageFacts(bytes)
  if (!facts) {
    const kind = bytes.length === 0 ? 'empty' : (otherKindOf(bytes) ?? 'no image that is known by its content')
    return refusal(`${path} is ${kind}. Images are PNG, JPEG, GIF or WebP; convert others by shell.`)
  }
  const { mediaType, width, height } = facts
  const size = width === undefined || height === undefined ? 'of unknown size' : `${width} x ${height} pixels`
  const longer = Math.max(width ?? 0, height ?? 0)
  if (longer > maxPixels) {
    return refusal(
      `${path} has ${size}, more than ${maxPixels} on a side. Make a smaller copy or cut a part out by shell, and view that.`,
    )
  }
  const isScaled = longer > seenPixels && detail !== 'original'
  const note = isScaled
    ? `\n[You see it scaled down to about ${seenPixels} pixels. Ask for detail original, or cut a part out, to see more.]`
    : ''
  return {
    text: `${path}: ${mediaType}, ${size}, ${bytes.length} bytes${note}`,
    summary: `${mediaType}, ${size}`,
    images: [
      { type: 'input_image', image_url: `data:${mediaType};base64,${Buffer.from(bytes).toString('base64')}`, detail },
    ],
    structured: {
      ...{ path, media_type: mediaType, width: width ?? null, height: height ?? null },
      size_bytes: bytes.length,
    },
  }
}

function refusal(text: string): ToolOutput {
  return { text, failed: true }
}
