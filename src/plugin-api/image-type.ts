/** What the first bytes of an image say. */
export interface ImageFacts {
  /** The kind, as providers name it. */
  readonly mediaType: 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp'
  /** In pixels. Absent where the header is cut or unusual. */
  readonly width?: number
  /** The same. */
  readonly height?: number
}

/** Kinds that models do not take, by their first bytes, for a message that helps. */
const otherKinds: readonly (readonly [string, RegExp])[] = [
  ['a BMP image', /^BM/],
  ['a TIFF image', /^(?:II\*\0|MM\0\*)/],
  ['a HEIC or AVIF image', /^....ftyp(?:heic|heix|mif1|msf1|avif|avis)/s],
  ['an SVG image, which is text: read_file shows it', /^\s*(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*)*<svg[\s>]/],
  ['a PDF document', /^%PDF-/],
]

/** Tells the four kinds of images that models take by their content, not by their name; undefined for anything else. */
export function imageFacts(bytes: Uint8Array): ImageFacts | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const head = latin(bytes, 0, 16)
  // PNG (RFC 2083): signature, then IHDR with width and height.
  if (head.startsWith('\x89PNG\r\n\x1a\n')) {
    const size = bytes.length >= 24 ? { width: view.getUint32(16), height: view.getUint32(20) } : {}
    return { mediaType: 'image/png', ...size }
  }
  // GIF89a specification: logical screen size behind the signature.
  if (/^GIF8[79]a/.test(head)) {
    const size = bytes.length >= 10 ? { width: view.getUint16(6, true), height: view.getUint16(8, true) } : {}
    return { mediaType: 'image/gif', ...size }
  }
  if (head.startsWith('\xff\xd8\xff')) return { mediaType: 'image/jpeg', ...jpegSize(view) }
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') return { mediaType: 'image/webp', ...webpSize(view) }
  return undefined
}

/** What a file is that models do not take, as far as its beginning tells. */
export function otherKindOf(bytes: Uint8Array): string | undefined {
  const head = latin(bytes, 0, 400)
  return otherKinds.find(([, pattern]) => pattern.test(head))?.[0]
}

/** The first frame header (ITU T.81, B.2.2); the segments before it are passed over by their lengths. */
function jpegSize(view: DataView): Pick<ImageFacts, 'width' | 'height'> {
  for (let at = 2; at + 9 <= view.byteLength; ) {
    if (view.getUint8(at) !== 0xff) return {}
    const marker = view.getUint8(at + 1)
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (isFrame) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) }
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2)
  }
  return {}
}

/** The three kinds of WebP (RFC 9649): lossy, lossless, extended. */
function webpSize(view: DataView): Pick<ImageFacts, 'width' | 'height'> {
  if (view.byteLength < 30) return {}
  switch (latin(new Uint8Array(view.buffer, view.byteOffset, view.byteLength), 12, 16)) {
    case 'VP8 ':
      return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff }
    case 'VP8L': {
      const bits = view.getUint32(21, true)
      return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 }
    }
    case 'VP8X':
      return {
        width: (view.getUint32(24, true) & 0xffffff) + 1,
        height: (view.getUint16(27, true) | (view.getUint8(29) << 16)) + 1,
      }
    default:
      return {}
  }
}

function latin(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1', from, to)
}
