import type { ThreadRequest } from '../../plugin-api/index.ts'
import type { RecordingHeader } from './recording-lines.ts'

/** What was asked of a recorded thread, to be asked again. */
export function requestFromData(asked: RecordingHeader['asked']): ThreadRequest {
  const { selection } = asked
  return {
    input: asked.input,
    ...(asked.argv && { argv: asked.argv }),
    ...(asked.agent !== undefined && { agent: asked.agent }),
    ...(asked.route !== undefined && { route: asked.route }),
    ...(asked.lenient_input !== undefined && { lenientInput: asked.lenient_input }),
    ...(asked.purpose !== undefined && { purpose: asked.purpose }),
    ...(asked.paths && { paths: asked.paths }),
    ...(asked.images && { images: asked.images }),
    ...(asked.playbook !== undefined && { playbook: asked.playbook }),
    ...(asked.output_schema && { outputSchema: asked.output_schema }),
    ...(asked.vars && { vars: asked.vars }),
    ...(selection && {
      selection:
        selection.type === 'text'
          ? { type: 'text', text: selection.text }
          : { type: 'location', location: selection.text },
    }),
  }
}
