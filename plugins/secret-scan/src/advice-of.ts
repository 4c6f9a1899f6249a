import type { Finding } from 'codex-kernel/plugin-api'

type Advice = Required<Pick<Finding, 'why' | 'cwe' | 'owasp' | 'fix' | 'references'>>

/** What is the same for all findings of a rule: why it matters, and what to do. */
export function adviceOf(rule: string): Advice {
  const isKey = rule === 'secret-private-key' || rule === 'secret-age-key'
  return {
    why:
      'Everybody who can read the repository, its history or what is built from it has it. ' +
      'Taking it out of the file does not take it back.',
    cwe: [isKey ? 'CWE-321' : rule === 'secret-assignment' || rule === 'secret-url-password' ? 'CWE-798' : 'CWE-312'],
    owasp: ['A07:2021'],
    fix: {
      description: isKey
        ? 'Make a new key and withdraw this one, then read the key from a secret store.'
        : 'Revoke it where it was issued first, then read a new one from the environment or a secret store.',
      edits: [],
    },
    references: [
      'https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html',
      ...(rule === 'secret-github-token'
        ? [
            'https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/token-expiration-and-revocation',
          ]
        : []),
    ],
  }
}
