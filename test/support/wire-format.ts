import { anthropicEvents } from './anthropic-events.ts'
import { chatChunks } from './chat-chunks.ts'
import { converseEvents, converseFrame } from './converse-events.ts'
import { responsesEvents, type WireEvent } from './responses-events.ts'

/** How the turns of one API go over the wire. */
export interface WireFormat {
  events: typeof responsesEvents
  readonly mediaType: string
  frame(event: WireEvent): string | Uint8Array
  /** `data` where an event belongs. */
  malformed(data: string): string | Uint8Array
  /** What means nothing, or the beginning of something. */
  readonly filler: string
  /** What the server sends when it has said all. */
  readonly end: string
}

const serverSent = {
  mediaType: 'text/event-stream',
  /** Chat chunks carry no `event:` line and no `type`; what they are is known from the path. */
  frame(event: WireEvent): string {
    if (event.type !== 'chunk') return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`
    const { type: _, ...chunk } = event
    return `data: ${JSON.stringify(chunk)}\n\n`
  },
  malformed: (data: string) => `data: ${data}\n\n`,
  filler: ': cut\n\n',
  end: 'data: [DONE]\n\n',
}

/** The format of what answers there; undefined where nothing does. */
export function wireFormat(method: string, path: string): WireFormat | undefined {
  if (method !== 'POST') return undefined
  if (path.endsWith('/responses')) return { ...serverSent, events: responsesEvents }
  if (path.endsWith('/chat/completions')) return { ...serverSent, events: chatChunks }
  if (path.endsWith('/messages')) return { ...serverSent, events: anthropicEvents, end: '' }
  if (!path.endsWith('/converse-stream')) return undefined
  return {
    events: converseEvents,
    mediaType: 'application/vnd.amazon.eventstream',
    frame: converseFrame,
    malformed: (data) => data,
    filler: '\0\0',
    end: '',
  }
}
