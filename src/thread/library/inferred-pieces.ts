import type { TracedPiece, Usage } from '../../plugin-api/index.ts'
import type { RolloutLine } from '../rollout-lines.ts'

/** A request that is worked out from its answer. */
interface InferredRequest {
  readonly started: string
  ended: string
}

interface InferredCall {
  readonly name: string
  readonly started: string
  ended?: string
  failed?: boolean
}

/** Works out requests and tool calls of a turn whose record holds no spans: from when items came. */
export interface PieceInference {
  /** @param item the payload of a `response_item` */
  item(item: RolloutLine['payload'], timestamp: string): void
  /** A request is over: its tokens. */
  usage(usage: Usage): void
  /** Requests in order, with the tokens that were told in that order, and calls. */
  pieces(model: { readonly model?: string; readonly provider?: string }): readonly TracedPiece[]
  /** The calls alone, but for those that were measured. */
  callsBut(measured: ReadonlySet<string>): readonly TracedPiece[]
}

/** @param started when the turn began, which is when its first request did */
export function inferPieces(started: string): PieceInference {
  const requests: InferredRequest[] = []
  const usages: Usage[] = []
  const calls = new Map<string, InferredCall>()
  /** When the model was last given something, and the answer to it as far as it came. */
  let asked = started
  let answer: InferredRequest | undefined
  const callsBut = (measured: ReadonlySet<string>) =>
    [...calls].flatMap(([id, call]): readonly TracedPiece[] => (measured.has(id) ? [] : [callPiece(call)]))
  return {
    item(item, timestamp) {
      const type = String(item.type)
      if (type.endsWith('_output')) {
        const call = calls.get(String(item.call_id))
        if (call) {
          call.ended = timestamp
          call.failed = item.failed === true
        }
        answer = undefined
        asked = timestamp
        return
      }
      const isOfModel = type.endsWith('_call') || type === 'reasoning' || item.role === 'assistant'
      if (!isOfModel) {
        asked = timestamp
        return
      }
      if (answer) answer.ended = timestamp
      else {
        answer = { started: asked, ended: timestamp }
        requests.push(answer)
      }
      if (type.endsWith('_call') && typeof item.call_id === 'string')
        calls.set(item.call_id, { name: String(item.name ?? type), started: timestamp })
    },
    usage: (usage) => void usages.push(usage),
    pieces({ model, provider }) {
      const ofModel = requests.map((request, index): TracedPiece => {
        const usage = usages[index]
        return {
          kind: 'request',
          name: model ?? 'a model',
          started: request.started,
          durationMs: between(request.started, request.ended),
          ...bare,
          ...(provider !== undefined && { provider }),
          ...(usage && { usage }),
        }
      })
      return [...ofModel, ...callsBut(new Set())]
    },
    callsBut,
  }
}

const bare = { isMeasured: false, pieces: [], threads: [] } as const

function callPiece({ name, started, ended, failed }: InferredCall): TracedPiece {
  return {
    kind: 'tool_call',
    name,
    started,
    ...(ended !== undefined && { durationMs: between(started, ended) }),
    ...(failed && { error: 'failed' }),
    ...bare,
  }
}

/** Milliseconds from one moment to another; 0 where a clock went back, or says nothing. */
export function between(from: string, to: string): number {
  const milliseconds = Date.parse(to) - Date.parse(from)
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : 0
}
