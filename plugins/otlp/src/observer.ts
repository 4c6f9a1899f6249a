import { defineObserver, type OpenObserver } from 'codex-kernel/plugin-api'
import { collectSpans } from './collect-spans.ts'
import { readExportSettings } from './export-settings.ts'
import { createSpanSender } from './send-spans.ts'

const nothing: OpenObserver = { see: () => undefined, news: () => [], close: async () => undefined }

/** Sends the spans of turns to the collector that `[otel]` names. */
export const observer = defineObserver({
  id: 'otlp',
  async open(ctx) {
    const settings = await readExportSettings(ctx)
    if (!settings) return nothing
    const collect = collectSpans(settings)
    const sender = createSpanSender(settings, ctx)
    return {
      see: (observed) => sender.add(collect(observed)),
      news: sender.news,
      close: sender.close,
    }
  },
})
