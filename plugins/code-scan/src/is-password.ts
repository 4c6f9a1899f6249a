import { isPlaceholder } from './is-placeholder.ts'

const leastLength = 8

/**
 * True where a literal that is called a password looks like one that people choose: letters and digits, and neither a
 * placeholder, nor the name of a field, a path, an address or a format.
 */
export function isPassword(literal: string): boolean {
  const text = literal.replace(/^[a-zA-Z]{0,2}(['"`]{3}|['"`])([\s\S]*)\1$/, '$2')
  if (text.length < leastLength || text.length > 128 || isPlaceholder(text)) return false
  if (!/[A-Za-z]/.test(text) || !/\d/.test(text)) return false
  if (/\s|^[./~$%{]|:\/\/|[{}<>%]|^\w+([.]\w+){2,}$/.test(text)) return false
  return !/passw|passwd|input|field|label|column|header|^v?\d+(\.\d+)+|^#?[0-9a-f]{6,8}$|^(sha|md|pbkdf|bcrypt|argon|aes|hs|rs)\d|[-_](v|id)\d*$|^\d{4}-\d\d/i.test(
    text,
  )
}
