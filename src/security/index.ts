export { assertAllowed } from './assert-allowed.ts'
export { type AuditPlace, auditPlace } from './audit/audit-place.ts'
export type { AuditRecord } from './audit/audit-record.ts'
export { type AuditLog, openAudit } from './audit/open-audit.ts'
export { type AuditVerdict, verifyAudit } from './audit/verify-audit.ts'
export {
  type CommandAnswer,
  checkScript,
  createExecPolicy,
  type ExecPolicy,
  type PolicyAnswer,
} from './exec-policy/check-script.ts'
export { readScript, type ScriptReading } from './exec-policy/read-script.ts'
export { needsSandbox } from './gate/needs-sandbox.ts'
export { type NetworkReach, networkReach } from './gate/network-reach.ts'
export { createGate, type Gate, type GateDeps } from './gate.ts'
export { commandSubject } from './permissions/command-prefix.ts'
export { decideIn, explainIn, type PermissionAnswer } from './permissions/decide-in.ts'
export { everything, intersect, intersectAll, nothing } from './permissions/intersect.ts'
export { networkSubject } from './permissions/network-pattern.ts'
export { escapePath } from './permissions/path-pattern.ts'
export { permissionsOfAgent } from './permissions/permissions-of-agent.ts'
export { permissionsOfCommand } from './permissions/permissions-of-command.ts'
export { type ProfileSettings, permissionsOfProfile, settingsOfProfile } from './permissions/permissions-of-profile.ts'
export type { ToolFacts } from './permissions/tool-facts.ts'
export type { Places } from './places.ts'
export { type ProtectedPaths, protectedPaths } from './protected-paths.ts'
export { realPathAtUse } from './real-path.ts'
export { createRedactor } from './redact.ts'
export { buildSandboxPolicy, type SandboxPolicyInput } from './sandbox-policy.ts'
