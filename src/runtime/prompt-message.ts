import { extname, resolve } from 'node:path'
import type { HistoryItem } from '../plugin-api/history.ts'
import type { Gate } from '../security/gate.ts'
import { createActionScope } from '../tools/context/gated-action.ts'
import { readRealFile } from '../tools/context/read-real-file.ts'

const imageTypes: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
}

/**
 * The prompt and its images, in the shape that Codex sends (docs/codex-differences.md). An image that cannot be read is
 * said in its place, and in `notes`.
 */
export async function promptMessage(
  request: { readonly prompt: string; readonly givenPaths: readonly string[]; readonly images: readonly string[] },
  { cwd, gate }: { readonly cwd: string; readonly gate: Gate },
  signal: AbortSignal,
): Promise<{ readonly message: HistoryItem; readonly notes: readonly string[] }> {
  const notes: string[] = []
  const { prompt, givenPaths, images } = request
  const actions = createActionScope({ gate, denied: () => undefined, signal })
  const shown = await Promise.all(
    images.map(async (path, index) => {
      const label = `<image name=[Image #${index + 1}] path="${path}">`
      try {
        const bytes = await actions.perform({ kind: 'read', path: resolve(cwd, path) }, (allowed) =>
          readRealFile(allowed.path, signal),
        )
        const type = await imageType(path, bytes)
        const url = `data:${type};base64,${Buffer.from(bytes).toString('base64')}`
        return [text(label), { type: 'input_image', image_url: url, detail: 'original' } as const, text('</image>')]
      } catch (error) {
        signal.throwIfAborted()
        const reason = error instanceof Error ? error.message : String(error)
        notes[index] = `The image ${path} could not be read: ${reason}`
        return [text(`Codex could not read the local image at \`${path}\`: ${reason}`)]
      }
    }),
  )
  const task = givenPaths.length > 0 ? `${prompt}\n\nPaths: ${givenPaths.join(', ')}` : prompt
  const message: HistoryItem = { type: 'message', role: 'user', content: [...shown.flat(), text(task)] }
  return { message, notes: notes.filter((note) => note !== undefined) }
}

/** By its content; a kind that is not known by it, by its name. @throws Error for what is no image */
async function imageType(path: string, bytes: Uint8Array): Promise<string> {
  if (bytes.length === 0) throw new Error('it is empty')
  const { imageFacts, otherKindOf } = await import('../plugin-api/image-type.ts')
  const type = imageFacts(bytes)?.mediaType ?? imageTypes[extname(path).toLowerCase()]
  if (type !== undefined) return type
  const kind = otherKindOf(bytes) ?? 'no image that is known by its content or its name'
  throw new Error(`it is ${kind}. Images are PNG, JPEG, GIF or WebP`)
}

function text(value: string) {
  return { type: 'input_text', text: value } as const
}
