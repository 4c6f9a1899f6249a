import type { Finding } from 'codex-kernel/plugin-api'
import type { RuleId } from './dependency.ts'

type RuleText = Pick<Finding, 'severity' | 'confidence' | 'cwe' | 'why'> & {
  readonly advice: string
  readonly reference: string
}

const slsa = 'https://slsa.dev/spec/v1.0/threats-overview'
const scorecard = 'https://github.com/ossf/scorecard/blob/main/docs/checks.md#pinned-dependencies'
const confusion = 'https://cheatsheetseries.owasp.org/cheatsheets/NPM_Security_Cheat_Sheet.html'

/** What is the same for all findings of a rule. */
export const rules: Readonly<Record<RuleId, RuleText>> = {
  'dep-insecure-source': {
    severity: 'high',
    confidence: 'high',
    cwe: ['CWE-494', 'CWE-319'],
    why: 'What comes over plain http can be exchanged by everybody on the way, and runs with the rights of the build.',
    advice: 'Fetch it over https, from a registry where there is one.',
    reference: slsa,
  },
  'dep-mutable-source': {
    severity: 'medium',
    confidence: 'high',
    cwe: ['CWE-829'],
    why: 'A branch or tag of a repository, or a file behind an address, can be another one tomorrow without any trace.',
    advice: 'Name the full hash of a commit, or a release in a registry.',
    reference: scorecard,
  },
  'dep-any-version': {
    severity: 'medium',
    confidence: 'high',
    cwe: ['CWE-829'],
    why: 'Any release fits, the one of somebody who took the package over included.',
    advice: 'Write the range that you have tested, and commit a lockfile.',
    reference: scorecard,
  },
  'dep-unpinned': {
    severity: 'low',
    confidence: 'high',
    cwe: ['CWE-829'],
    why: 'Each installation may give other code, since nothing holds the versions down.',
    advice: 'Pin versions, best with hashes, or commit a lockfile.',
    reference: scorecard,
  },
  'dep-missing-integrity': {
    severity: 'medium',
    confidence: 'medium',
    cwe: ['CWE-494'],
    why: 'Without a hash nobody notices that what is fetched is not what was locked.',
    advice: 'Let the package manager write the lockfile again, and look at what changes.',
    reference: slsa,
  },
  'dep-other-registry': {
    severity: 'low',
    confidence: 'medium',
    cwe: ['CWE-829'],
    why: 'A lockfile decides where code comes from; a change of one address in it is easily overlooked in a review.',
    advice: 'Check that the host is one of yours; a mirror belongs into the configuration of the package manager.',
    reference: slsa,
  },
  'dep-install-script': {
    severity: 'info',
    confidence: 'high',
    cwe: ['CWE-829'],
    why: 'It runs a program of its own on every machine that installs it, before any of your code does.',
    advice: 'Install with scripts off, and allow those that you need by name.',
    reference: confusion,
  },
  'dep-lock-mismatch': {
    severity: 'medium',
    confidence: 'medium',
    cwe: ['CWE-1357'],
    why: 'Where manifest and lockfile disagree, an installation resolves anew, or gives what nobody reviewed.',
    advice: 'Write the lockfile again from the manifest, and commit both together.',
    reference: scorecard,
  },
  'dep-typo-name': {
    severity: 'medium',
    confidence: 'low',
    cwe: ['CWE-1357'],
    why: 'Names that differ from a popular one by a slip of the hand are registered to be installed by mistake.',
    advice: 'Check that this is the package that you want. If it is, nothing is wrong.',
    reference: slsa,
  },
  'dep-confusion': {
    severity: 'medium',
    confidence: 'low',
    cwe: ['CWE-427'],
    why: 'A private name that is also asked for at a public registry can be registered there by anybody, with a higher version.',
    advice: 'Tie the name to your own registry, and register it at the public one.',
    reference: confusion,
  },
  'dep-unpinned-image': {
    severity: 'low',
    confidence: 'high',
    cwe: ['CWE-829'],
    why: 'The same Dockerfile gives other images on other days.',
    advice: 'Name a version, best with its digest (`name:1.2@sha256:…`).',
    reference: scorecard,
  },
  'dep-unpinned-action': {
    severity: 'medium',
    confidence: 'high',
    cwe: ['CWE-829'],
    why: 'Who can push to that branch or tag runs code in your workflow, with its token and secrets.',
    advice: 'Name the full hash of a commit, with the version in a comment.',
    reference: scorecard,
  },
}
