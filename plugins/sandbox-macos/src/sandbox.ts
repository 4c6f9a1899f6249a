import { defineSandbox } from 'codex-kernel/plugin-api'
import { openNetwork } from './open-network.ts'
import { fixFor, probe } from './probe.ts'
import { wrapCommand } from './wrap-command.ts'

/** Commands on macOS run under Seatbelt, by the system's own sandbox-exec. It holds what they do and ends nothing: see `endsAll`. */
export const sandbox = defineSandbox({
  id: 'seatbelt',
  endsAll: false,
  probe: () => probe(),
  fixFor,
  openNetwork,
  wrap: wrapCommand,
})
