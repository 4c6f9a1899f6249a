import { defineSandbox } from 'codex-kernel/plugin-api'
import { openNetwork } from './open-network.ts'
import { fixFor, probe } from './probe.ts'
import { wrapCommand } from './wrap-command.ts'

/** Commands on Linux run under bubblewrap, with a seccomp filter made here. */
export const sandbox = defineSandbox({ id: 'bubblewrap', probe, fixFor, openNetwork, wrap: wrapCommand })
