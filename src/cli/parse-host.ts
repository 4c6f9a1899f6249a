import { CodexError } from '../plugin-api/errors.ts'

/** A host of `--allow-host` as a profile would name it. @throws CodexError `usage.arguments` */
export function parseHost(text: string): string {
  const [, port] = /^(?:\[[0-9a-f:.]+\]|(?:\*\.)?[^\s:*/@[\]]+)(?::(\d+))?$/i.exec(text) ?? []
  const isHost = port !== undefined && Number(port) > 0 && Number(port) < 65536
  if (isHost) return text
  throw new CodexError('usage.arguments', `--allow-host ${text} is no host with a port`, {
    hint: 'Write it as in --allow-host registry.npmjs.org:443, --allow-host "*.example.com:443" or --allow-host [::1]:8080',
  })
}
