/** The directories that permissions are about. All are real paths with `/`. */
export interface Places {
  readonly workspaceRoot: string
  readonly codexHome: string
  readonly homeDir: string
  readonly tempDir: string
}
