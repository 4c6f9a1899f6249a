/** Whether a program takes the text of this variable for a command and runs it: editors, pagers, prompts, helpers. */
export function isCodeVariable(name: string): boolean {
  return codeVariables.test(name)
}

const codeVariables =
  /^(?:BASH_ALIASES|BASH_CMDS|EDITOR|VISUAL|FCEDIT|PAGER|BROWSER|LESSOPEN|LESSCLOSE|MANPAGER|MANOPT|SYSTEMD_(?:PAGER|EDITOR)|PROMPT_COMMAND|PS[0-4]|TAR_OPTIONS|RSYNC_RSH|CVS_RSH|(?:SUDO_|SSH_|GIT_)ASKPASS|GIT_(?:EXTERNAL_DIFF|EDITOR|SEQUENCE_EDITOR|PAGER|SSH|SSH_COMMAND|PROXY_COMMAND|CONFIG_VALUE_\d+)|[A-Z]+_WRAPPER|[A-Z_]+_RUNNER|MAKEFLAGS|SHELLOPTS)$/
