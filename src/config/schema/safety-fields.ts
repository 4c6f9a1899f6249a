import { z } from 'zod'

const access = () => z.enum(['read', 'write', 'deny'])

/** What may be done: security profile, sandbox, approvals, trust, and what commands see. */
export const safetyFields = {
  security_profile: () =>
    z
      .string()
      .min(1)
      .describe('Id of a security profile, such as offline or workspace-write. Absent: see sandbox_mode.'),
  sandbox_mode: () =>
    z
      .enum(['read-only', 'workspace-write', 'danger-full-access'])
      .describe('The profiles offline, workspace-write and trusted by their older names. Absent: offline.'),
  sandbox_workspace_write: () =>
    z
      .strictObject({
        writable_roots: z.array(z.string().min(1)).optional().describe('More directories that may be written.'),
        network_access: z
          .boolean()
          .optional()
          .describe('true: the profile workspace-net, under which tools ask for each host. Absent: no network.'),
        exclude_slash_tmp: z
          .boolean()
          .optional()
          .describe('Keep /tmp from being written: commands have one of their own. Absent: false.'),
        exclude_tmpdir_env_var: z
          .boolean()
          .optional()
          .describe('The same for $TMPDIR; either key closes both. Absent: false.'),
      })
      .describe('What workspace-write means.'),
  approval_policy: () =>
    z
      .enum(['untrusted', 'on-request', 'on-failure', 'never'])
      .describe('When a person is asked. on-failure is read as on-request.'),
  approvals_reviewer: () =>
    z
      .enum(['user', 'auto_review', 'guardian_subagent'])
      .describe(
        'Who answers what is asked: user, or auto_review for the reviewing agent (guardian_subagent is its older name). Absent: user.',
      ),
  auto_review: () =>
    z
      .strictObject({
        max_risk: z
          .int()
          .min(0)
          .max(100)
          .optional()
          .describe('The risk, from 0 to 100, up to which its yes counts. Absent: 80.'),
        timeout_ms: z
          .int()
          .min(1)
          .max(600_000)
          .optional()
          .describe('Milliseconds that it may take. Absent: 120000. No answer is a no.'),
      })
      .describe('The reviewing agent. Never read from a repository.'),
  default_permissions: () =>
    z
      .string()
      .min(1)
      .describe(':read-only, :workspace, :danger-full-access, or the name of a table below [permissions].'),
  permissions: () =>
    z
      .record(
        z.string(),
        z.strictObject({
          description: z.string().optional().describe('For people.'),
          extends: z
            .enum([':read-only', ':workspace', ':danger-full-access'])
            .optional()
            .describe('What the entries are added to. Absent: nothing, so that what is not named is denied.'),
          filesystem: z
            .record(
              z.string(),
              z.union([access(), z.record(z.string(), access()), z.int().positive()], {
                error: 'expected "read", "write", "deny" or a table of them',
              }),
            )
            .optional()
            .describe(
              'Absolute path, ~/…, :root, :workspace_roots, :tmpdir, :slash_tmp or :minimal to read, write or deny; glob_scan_max_depth has no effect.',
            ),
          network: z
            .strictObject({
              enabled: z.boolean().optional().describe('Public hosts. Absent: none.'),
              mode: z
                .enum(['limited', 'full'])
                .optional()
                .describe('limited: GET and HEAD, and tunnels. Absent: full.'),
              domains: z
                .record(z.string(), z.enum(['allow', 'deny']))
                .optional()
                .describe('Hosts. Where one is allowed, no other is.'),
            })
            .optional()
            .describe('Absent: no network.'),
        }),
      )
      .describe('Permission tables by name, as Codex has them; default_permissions or --profile chooses one.'),
  projects: () =>
    z
      .record(
        z.string(),
        z.strictObject({
          trust_level: z.enum(['trusted', 'untrusted']).optional().describe('Absent: untrusted.'),
        }),
      )
      .describe('Trust by absolute path of a workspace root. Never read from a repository.'),
  project_root_markers: () =>
    z.array(z.string().min(1)).describe('Names that mark a workspace root. Empty: the working directory is the root.'),
  shell_environment_policy: () =>
    z
      .strictObject({
        inherit: z.enum(['all', 'core', 'none']).optional().describe("What of the program's environment commands get."),
        ignore_default_excludes: z
          .boolean()
          .optional()
          .describe('true: names like KEY, TOKEN and SECRET are handed on too. Absent: false.'),
        exclude: z.array(z.string()).optional().describe('Globs of names to leave out.'),
        include_only: z.array(z.string()).optional().describe('Globs of names to keep. Absent or empty: all.'),
        set: z.record(z.string(), z.string()).optional().describe('Variables to set.'),
        experimental_use_profile: z.boolean().optional().describe('Accepted and not used.'),
      })
      .describe('Environment of commands.'),
  hooks: () => z.record(z.string(), z.unknown()).describe('Hooks by event, as in hooks.json.'),
}
